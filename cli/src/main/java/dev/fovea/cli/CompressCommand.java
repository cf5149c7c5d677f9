package dev.fovea.cli;

import dev.fovea.data.DataSplit;
import dev.fovea.data.Dataset;
import dev.fovea.engine.kernel.Fastest;
import dev.fovea.io.FileNames;
import dev.fovea.io.Json;
import dev.fovea.io.Table;
import dev.fovea.io.Text;
import dev.fovea.quantize.prune.CodedSize;
import dev.fovea.quantize.prune.WeightSharing;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Tensor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a trained network smaller in every way, and compares what comes of it. */
@Command(
    name = "compress",
    header = "Make a trained network smaller in every way; compare accuracy, size and speed.",
    description = {
      "float is the network as it is, fine-tuned the same after --epochs. int8-…: 8 bits,"
          + " calibrated by each rule. qat: trained with rounding to 8 bits. magnitude: the"
          + " smallest weights are 0; magnitude-shared: the others share few values. two-of-four:"
          + " two of each four weights are 0. channels: channels are removed. …-int8: 8 bits of"
          + " that. fine-tuned, qat, magnitude, two-of-four and channels are trained for --epochs"
          + " after the change; what is made of a trained form, and float and int8-…, are not"
          + " trained again.",
      "A row has the share of right answers on the test pictures (with --limit N the first N of"
          + " them, as of the training pictures), the bytes of the file (sparse ones hold the"
          + " weights that are not 0 alone; for networks outside the zoo, only weights), the bytes"
          + " of its weights after Huffman coding where they share few values, and the time of one"
          + " picture: the least of several, the forms in turn. OUT/compress.png shows both."
    },
    footer = {
      "",
      "Examples:",
      "  fovea compress runs/lenet5-digits/model.safetensors --data digits",
      "  fovea compress net.onnx --data mnist --data-dir data/mnist --epochs 2 --out smaller"
    })
final class CompressCommand implements Runnable {
  /** A time that does not fall for so long is taken. */
  private static final Duration QUIET = Duration.ofMillis(50);

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      converter = ModelPath.class,
      description = "A trained network in any format that inspect knows.")
  private Path in;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "compressed",
      description = "The folder for the networks and the picture (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Option(
      names = "--magnitude",
      paramLabel = "SHARE",
      defaultValue = "0.8",
      description = "The share of weights that become 0 (default: ${DEFAULT-VALUE}).")
  private double magnitude;

  @Option(
      names = "--channels",
      paramLabel = "SHARE",
      defaultValue = "0.5",
      description = "The share of channels that are removed (default: ${DEFAULT-VALUE}).")
  private double channels;

  @Option(
      names = "--share",
      paramLabel = "BITS",
      defaultValue = "5",
      description = "Weights of a layer share 2^BITS values (default: ${DEFAULT-VALUE}).")
  private int share;

  @Option(
      names = "--samples",
      paramLabel = "N",
      defaultValue = "200",
      description = "Number of training pictures to calibrate with (default: ${DEFAULT-VALUE}).")
  private int samples;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      defaultValue = "1",
      description = "Train what is left for so many epochs (default: ${DEFAULT-VALUE}).")
  private int epochs;

  @Option(
      names = "--turns",
      paramLabel = "N",
      defaultValue = "5",
      description = "How often the time of each form is measured (default: ${DEFAULT-VALUE}).")
  private int turns;

  @Option(
      names = "--title",
      paramLabel = "TEXT",
      description = "The title of the picture (default: the network and the data set).")
  private @Nullable String title;

  @Option(
      names = "--peers",
      paramLabel = "FILE",
      description =
          "Draw what other tools made of the network beside it, in another colour: CSV with the"
              + " header name,accuracy,bytes,ms, or a JSON array of such objects; accuracy from 0"
              + " to 1, bytes and ms may be missing.")
  private @Nullable Path peers;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Mixin private FineTuningOptions tuning;
  @Mixin private PictureDataOptions data;
  @Mixin private InputOptions inputs;
  @Mixin private EngineOptions compute;

  @Override
  public void run() {
    require();
    List<ChartedForm> others = peers == null ? List.of() : PeerForms.read(peers);
    NetworkFile network = NetworkFile.read(in, inputs, compute.engine());
    if (CodedSize.of(network.model()).weights() == 0) {
      throw new FoveaException(
          in
              + ": no weights in floating point to make smaller; take the network that it was"
              + " made of");
    }
    DataSplit split = data.openSplit(network);
    Path picture = out.resolve("compress.png");
    OutputFiles.createFolderOf(picture);
    SmallerForms.Settings settings =
        new SmallerForms.Settings(magnitude, channels, share, samples, epochs, tuning);
    List<SmallerForm> forms = SmallerForms.of(network, split, settings, out);
    List<Double> millis = millis(forms, split.test());
    List<ChartedForm> points = charted(forms, millis);
    points.addAll(others);
    SmallerFormsChart.write(picture, Text.oneLine(title(network)), points);
    if (json) {
      System.out.println(Json.write(fields(forms, millis, split)));
    } else {
      System.out.print(table(forms, millis));
      System.out.println("written to " + Text.oneLine(out.toString()));
    }
  }

  private void require() {
    Range.fraction("--magnitude", magnitude, 1);
    Range.fraction("--channels", channels, 1);
    Range.within("--share", share, 1, WeightSharing.MOST_BITS);
    Range.atLeast("--samples", samples, 1);
    Range.atLeast("--epochs", epochs, 0);
    Range.atLeast("--turns", turns, 1);
    tuning.require();
    if (data.name("").isEmpty()) {
      throw new FoveaException(
          "compress: needs pictures to train on and to test with: --data NAME");
    }
  }

  /** Returns the least time of one picture of each form; other work disturbs all alike. */
  private List<Double> millis(List<SmallerForm> forms, Dataset test) {
    Tensor sample = test.input(0, Seed.of(0));
    Tensor one = Tensor.of(sample.shape().prepend(1), sample.data());
    List<Double> least =
        new ArrayList<>(Collections.nCopies(forms.size(), Double.POSITIVE_INFINITY));
    for (int turn = 0; turn < turns; turn++) {
      for (int i = 0; i < forms.size(); i++) {
        var model = forms.get(i).model();
        least.set(i, Math.min(least.get(i), Fastest.nanos(QUIET, () -> model.run(one)) / 1e6));
      }
    }
    return least;
  }

  private static List<ChartedForm> charted(List<SmallerForm> forms, List<Double> millis) {
    List<ChartedForm> points = new ArrayList<>();
    for (int i = 0; i < forms.size(); i++) {
      SmallerForm f = forms.get(i);
      OptionalDouble time = OptionalDouble.of(millis.get(i));
      points.add(
          new ChartedForm(
              f.name(), f.accuracy(), OptionalDouble.of((double) f.bytes()), time, false));
    }
    return points;
  }

  private String title(NetworkFile network) {
    if (title != null) {
      return title;
    }
    String known = network.model().metadata().getOrDefault(ModelFile.NET, "");
    String net = known.isEmpty() ? FileNames.stem(in) : known;
    String set = network.training().map(ModelFile::data).orElse("");
    return net + " on " + data.name(set);
  }

  private static Table table(List<SmallerForm> forms, List<Double> millis) {
    Table table =
        new Table("form", ">accuracy", ">bytes", ">of float", ">Huffman coded", ">ms a picture");
    for (int i = 0; i < forms.size(); i++) {
      SmallerForm f = forms.get(i);
      table.row(
          f.name(),
          String.format(Locale.ROOT, "%.2f %%", 100 * f.accuracy()),
          String.format(Locale.ROOT, "%,d", f.bytes()),
          String.format(Locale.ROOT, "%.0f %%", 100.0 * f.bytes() / forms.get(0).bytes()),
          coded(f.coded()),
          String.format(Locale.ROOT, "%.3f", millis.get(i)));
    }
    return table;
  }

  private static String coded(OptionalLong bytes) {
    return bytes.isPresent() ? String.format(Locale.ROOT, "%,d", bytes.getAsLong()) : "–";
  }

  private Map<String, Object> fields(
      List<SmallerForm> forms, List<Double> millis, DataSplit split) {
    List<Object> rows = new ArrayList<>();
    for (int i = 0; i < forms.size(); i++) {
      SmallerForm f = forms.get(i);
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("form", f.name());
      row.put("file", f.file().toString());
      row.put("accuracy", f.accuracy());
      row.put("bytes", f.bytes());
      f.coded().ifPresent(n -> row.put("coded_bytes", n));
      row.put("milliseconds", millis.get(i));
      rows.add(row);
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("model", in.toString());
    fields.put("data", data.name(""));
    fields.put("test_samples", split.test().size());
    fields.put("forms", rows);
    return fields;
  }
}
