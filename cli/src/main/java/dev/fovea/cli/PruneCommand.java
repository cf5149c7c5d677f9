package dev.fovea.cli;

import dev.fovea.data.DataSplit;
import dev.fovea.io.Json;
import dev.fovea.io.Safetensors;
import dev.fovea.io.Table;
import dev.fovea.io.Text;
import dev.fovea.nn.Model;
import dev.fovea.nn.Parameters;
import dev.fovea.quantize.prune.ChannelPruning;
import dev.fovea.quantize.prune.CodedSize;
import dev.fovea.quantize.prune.MaskedModel;
import dev.fovea.quantize.prune.WeightSharing;
import dev.fovea.tensor.FoveaException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes a network with fewer weights of a trained one. */
@Command(
    name = "prune",
    header = "Remove weights or channels of a trained network, and train what is left.",
    description = {
      "--magnitude and --two-of-four set weights to 0: the file stays a network of the same shapes."
          + " --channels removes channels, and with them filters, norms and what reads them: the"
          + " network is smaller and faster. It is no network of the zoo any more and is written"
          + " as ONNX.",
      "With --data and --epochs the rest is trained; what was removed stays so. train --prune"
          + " prunes gradually instead."
    },
    footer = {
      "",
      "Examples:",
      "  fovea prune model.safetensors small.onnx --channels 0.5 --data mnist --data-dir data/mnist"
          + " --epochs 2",
      "  fovea prune model.safetensors sparse.safetensors --magnitude 0.9 --together --sparse",
      "  fovea prune net.onnx sparse.onnx --two-of-four --data cifar10 --data-dir data/cifar10"
          + " --epochs 1 --lr 0.001"
    })
final class PruneCommand implements Runnable {
  @picocli.CommandLine.Parameters(
      index = "0",
      paramLabel = "IN",
      converter = ModelPath.class,
      description = "A trained network in any format that inspect knows.")
  private Path in;

  @picocli.CommandLine.Parameters(
      index = "1",
      paramLabel = "OUT",
      description = "The file to write, .safetensors or .onnx.")
  private Path out;

  @Option(
      names = "--magnitude",
      paramLabel = "SHARE",
      description = "Set this share of the weights to 0, the smallest ones of each layer.")
  private @Nullable Double magnitude;

  @Option(
      names = "--together",
      description = "With --magnitude, compare weights of all layers with each other.")
  private boolean together;

  @Option(
      names = "--two-of-four",
      description = "Keep the two larger of each four weights that meet neighbouring channels.")
  private boolean twoOfFour;

  @Option(
      names = "--channels",
      paramLabel = "SHARE",
      description =
          "Remove this share of the channels of each layer, those of the smallest filters.")
  private @Nullable Double channels;

  @Option(
      names = "--share",
      paramLabel = "BITS",
      description =
          "Let the weights of a layer that are not 0 share 2^BITS values, after all else; alone or"
              + " with the others. The bytes after Huffman coding are told too: Deep Compression.")
  private @Nullable Integer share;

  @Option(
      names = "--sparse",
      description =
          "Store the weights that are not 0 and a bit for each: a smaller .safetensors file, which"
              + " every command of Fovea reads; other tools see two tensors in the place of one.")
  private boolean sparse;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      defaultValue = "0",
      description = "Train what is left on --data for so many epochs (default: 0).")
  private int epochs;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Mixin private FineTuningOptions tuning;
  @Mixin private PictureDataOptions data;
  @Mixin private InputOptions inputs;
  @Mixin private EngineOptions compute;

  /**
   * A pruned network.
   *
   * @param model the network to train
   * @param finish makes the network that is written of it
   */
  private record Pruned(Model model, Supplier<Model> finish) {}

  @Override
  public void run() {
    require();
    NetworkFile network = NetworkFile.read(in, inputs, compute.engine());
    Optional<DataSplit> split =
        data.name("").isEmpty() ? Optional.empty() : Optional.of(data.openSplit(network));
    Model before = network.model();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("model", out.toString());
    fields.put("from", in.toString());
    put(fields, "_before", before);
    split.ifPresent(s -> fields.put("accuracy_before", tuning.accuracy(before, s.test())));
    Pruned pruned = pruned(before);
    split.ifPresent(s -> {
      fields.put("accuracy_pruned", tuning.accuracy(pruned.finish.get(), s.test()));
      tuning.train(pruned.model, s.train(), epochs);
    });
    Model finished = pruned.finish.get();
    Model made = share == null ? finished : WeightSharing.of(finished, share);
    long bytesBefore = OutputFiles.size(in); // which may be the file that is written
    save(network.described(made, channels == null));
    fields.put("bytes", OutputFiles.size(out));
    fields.put("bytes_before", bytesBefore);
    put(fields, "", made);
    split.ifPresent(s -> fields.put("accuracy", tuning.accuracy(made, s.test())));
    System.out.print(json ? Json.write(fields) + System.lineSeparator() : text(fields));
  }

  private void save(Model model) {
    if (sparse) {
      new Safetensors(model.parameters().tensors(), model.metadata()).writeSparse(out);
    } else {
      model.save(out);
    }
  }

  private void require() {
    int ways = (magnitude != null ? 1 : 0) + (twoOfFour ? 1 : 0) + (channels != null ? 1 : 0);
    if (ways != 1 && (ways != 0 || share == null)) {
      throw new FoveaException(
          "prune: one of --magnitude, --two-of-four and --channels, or --share alone, expected");
    }
    requireNumbers();
    if (together && magnitude == null) {
      throw new FoveaException("--together: needs --magnitude");
    }
    if (channels != null) {
      OutputFiles.requireEnding("--channels", out, ".onnx");
    }
    if (sparse) {
      OutputFiles.requireEnding("--sparse", out, ".safetensors");
    }
    if (epochs > 0 && data.name("").isEmpty()) {
      throw new FoveaException("--epochs: needs pictures to train on: --data NAME");
    }
  }

  private void requireNumbers() {
    if (magnitude != null) {
      Range.share("--magnitude", magnitude);
    }
    if (channels != null) {
      Range.fraction("--channels", channels, 1);
    }
    if (share != null) {
      Range.within("--share", share, 1, WeightSharing.MOST_BITS);
    }
    tuning.require();
    Range.atLeast("--epochs", epochs, 0);
  }

  private Pruned pruned(Model model) {
    if (channels != null) {
      Model narrow = ChannelPruning.of(model, channels);
      return new Pruned(narrow, () -> narrow);
    }
    MaskedModel masked = MaskedModel.of(model);
    if (twoOfFour) {
      masked.pruneTwoOfFour();
    } else if (magnitude != null) {
      masked.prune(magnitude, together);
    }
    return new Pruned(masked.model(), masked::finish);
  }

  private static void put(Map<String, Object> fields, String suffix, Model model) {
    long zeros = 0;
    for (Parameters.Parameter p : model.parameters().all()) {
      for (float x : p.trainable() ? model.parameters().tensor(p.name()).data() : new float[0]) {
        zeros += x == 0 ? 1 : 0;
      }
    }
    long all = model.parameters().count(true);
    fields.put("parameters" + suffix, all);
    fields.put("nonzero" + suffix, all - zeros);
    fields.put("flops" + suffix, model.summary().flops());
    fields.put("coded_bytes" + suffix, CodedSize.of(model).total());
  }

  private String text(Map<String, Object> f) {
    boolean between = f.get("accuracy") != null && epochs > 0;
    Table table =
        between
            ? new Table("", ">before", ">pruned", ">trained")
            : new Table("", ">before", ">after");
    row(table, between, "bytes of the file", count(f, "bytes_before"), "", count(f, "bytes"));
    if (share != null) {
      String what = "bytes after Huffman coding";
      row(table, between, what, count(f, "coded_bytes_before"), "", count(f, "coded_bytes"));
    }
    row(table, between, "parameters", count(f, "parameters_before"), "", count(f, "parameters"));
    row(table, between, "of these not 0", count(f, "nonzero_before"), "", count(f, "nonzero"));
    row(table, between, "MFLOPs", millions(f, "flops_before"), "", millions(f, "flops"));
    if (f.get("accuracy") != null) {
      String pruned = percent(f, "accuracy_pruned");
      row(
          table,
          between,
          "accuracy",
          percent(f, "accuracy_before"),
          pruned,
          percent(f, "accuracy"));
    }
    return "%s, made of %s%n%s"
        .formatted(Text.oneLine(out.toString()), Text.oneLine(in.toString()), table);
  }

  /** Adds a row; what lies between before and after is told where something was trained. */
  private static void row(
      Table table, boolean between, String what, String before, String then, String after) {
    if (between) {
      table.row(what, before, then, after);
    } else {
      table.row(what, before, after);
    }
  }

  private static String count(Map<String, Object> f, String name) {
    return String.format(Locale.ROOT, "%,d", Json.integer(Json.member(f, name, "prune"), name));
  }

  private static String millions(Map<String, Object> f, String name) {
    return String.format(
        Locale.ROOT, "%,.1f", Json.number(Json.member(f, name, "prune"), name) / 1e6);
  }

  private static String percent(Map<String, Object> f, String name) {
    return String.format(
        Locale.ROOT, "%.2f %%", 100 * Json.number(Json.member(f, name, "prune"), name));
  }
}
