package dev.fovea.cli;

import dev.fovea.data.Dataset;
import dev.fovea.insight.colour.Legend;
import dev.fovea.insight.probe.Layers;
import dev.fovea.insight.probe.Target;
import dev.fovea.insight.unit.FourierSpace;
import dev.fovea.insight.unit.Imagination;
import dev.fovea.insight.unit.TopPatches;
import dev.fovea.io.Json;
import dev.fovea.io.Text;
import dev.fovea.nn.Model;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.ContactSheet;
import dev.fovea.vision.Images;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Draws the picture that a unit likes best. */
@Command(
    name = "imagine",
    header = "Draw the picture that a unit of a network likes best.",
    description = {
      "A picture is sought that makes a channel of a layer as strong as possible, by gradient"
          + " ascent on its frequencies; it is moved, turned and scaled a little in each step, so"
          + " that what is left is what the unit really looks for. The same seed gives the same"
          + " picture."
    },
    footer = {
      "",
      "Examples:",
      "  fovea imagine squeezenet.onnx --unit fire5/concat:12 --out unit.png",
      "  fovea imagine squeezenet.onnx --unit fire3/concat:0,fire3/concat:7 --steps 512 --out"
          + " units.png",
      "  fovea imagine runs/lenet5-digits/model.safetensors --class 3 --out three.png"
    })
final class ImagineCommand implements Runnable {
  private static final int CELL = 240;
  private static final int MOST_UNITS = 64;

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      converter = ModelPath.class,
      description = "A network in a file.")
  private Path file;

  @Option(
      names = "--unit",
      paramLabel = "PATH:N",
      split = ",",
      description = "The layer and the number of its channel, from 0; several become a sheet.")
  private List<String> units = new ArrayList<>();

  @Option(
      names = "--class",
      paramLabel = "N",
      description = "A class instead: the number of the output, before the softmax.")
  private @Nullable Integer of;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "256",
      description = "How many steps; by default ${DEFAULT-VALUE}.")
  private int steps;

  @Option(
      names = "--still",
      description = "Do not move the picture from step to step: stronger, but less of a shape.")
  private boolean still;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "What the start and the moves are drawn from; by default ${DEFAULT-VALUE}.")
  private long seed;

  @Option(names = "--out", required = true, paramLabel = "PNG", description = "The file to write.")
  private @Nullable Path out;

  @Option(names = "--json", description = "Print one JSON object with the values of each step.")
  private boolean json;

  @Option(
      names = "--patches",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Show beside it the N parts of test pictures of --data at which the channel is"
              + " strongest.")
  private int patches;

  @Mixin private PictureDataOptions data;
  @Mixin private InputOptions inputs;
  @Mixin private EngineOptions compute;

  /** What is imagined. */
  private record Wish(String name, Target target) {}

  @Override
  public void run() {
    Path to = LookedAt.requireEnding(out, ".png");
    int count = Range.atLeast("--steps", steps, 1);
    NetworkFile network = NetworkFile.read(file, inputs, compute.engine());
    List<Wish> wishes = wishes(network.model());
    Shape shape = network.model().inputs().getFirst();
    boolean bgr = network.rule().bgr();
    FourierSpace space =
        new FourierSpace(
            network.model().engine(), shape, edge(network, 0), edge(network, 255), bgr);
    int jitter = still ? 0 : Math.clamp(shape.dim(0) / 28, 1, 8);
    Imagination.Search search =
        still ? Imagination.Search.plain(count) : Imagination.Search.robust(count, jitter);
    Optional<Dataset> samples =
        Range.atLeast("--patches", patches, 0) == 0
            ? Optional.empty()
            : Optional.of(data.openTest(network));
    ContactSheet sheet = new ContactSheet(CELL, CELL);
    List<Map<String, Object>> told = new ArrayList<>();
    for (Wish w : wishes) {
      Imagination i =
          Imagination.of(network.model(), w.target, space, search, Seed.of(seed).split(w.name));
      sheet.add(pixels(network, i.picture()), w.name + "  " + Legend.number(i.value()));
      if (samples.isPresent()) {
        addPatches(sheet, network, samples.get(), w.name);
      }
      told.add(fields(w, i));
      if (!json) {
        System.out.println(
            Text.oneLine(
                String.format(
                    Locale.ROOT,
                    "%s: %s at the start, %s after %d steps",
                    w.name,
                    Legend.number(i.values().getFirst()),
                    Legend.number(i.value()),
                    count)));
      }
    }
    if (to != null) {
      Images.writePng(to, sheet.toImage());
    }
    System.out.println(json ? Json.write(Map.of("units", told)) : Text.oneLine(to + ""));
  }

  /** Adds the parts of pictures at which a unit PATH:N is strongest. */
  private void addPatches(ContactSheet sheet, NetworkFile network, Dataset samples, String unit) {
    int colon = unit.lastIndexOf(':');
    if (colon < 1) {
      throw new FoveaException("--patches: are of a channel; give --unit PATH:N");
    }
    TopPatches top = TopPatches.of(network.model(), unit.substring(0, colon), samples, patches);
    for (TopPatches.Place p : top.channels().get(Integer.parseInt(unit.substring(colon + 1)))) {
      Tensor picture = pixels(network, samples.input(p.sample(), Seed.of(0)));
      sheet.add(top.crop(picture, p, 0), Legend.number(p.activation()));
    }
  }

  private List<Wish> wishes(Model model) {
    if (units.isEmpty() == (of == null) || units.size() > MOST_UNITS) {
      throw new FoveaException(
          "imagine: give --unit PATH:N, up to " + MOST_UNITS + " of them, or --class N");
    }
    if (of != null) {
      return List.of(new Wish("class " + of, Target.logit(of)));
    }
    Layers layers = Layers.of(model);
    return units.stream().map(u -> wish(layers, u)).toList();
  }

  private static Wish wish(Layers layers, String unit) {
    int colon = unit.lastIndexOf(':');
    String number = unit.substring(colon + 1);
    if (colon < 1 || !number.matches("\\d{1,6}")) {
      throw new FoveaException(
          "--unit %s: PATH:N expected, such as features.3:12".formatted(Text.shown(unit)));
    }
    Layers.Layer layer = layers.find(unit.substring(0, colon));
    int channel = Integer.parseInt(number);
    if (channel >= layer.channels()) {
      throw new FoveaException(
          "--unit %s: %s has the channels 0 to %s"
              .formatted(unit, layer.path(), Integer.toString(layer.channels() - 1)));
    }
    return new Wish(unit, Target.channel(layer.path(), channel));
  }

  /** Returns the value of each channel for a picture that is one number everywhere. */
  private static float[] edge(NetworkFile network, float pixel) {
    Shape s = network.model().inputs().getFirst();
    Tensor input = network.rule().input(Tensor.full(s, pixel));
    float[] channels = new float[s.dim(2)];
    System.arraycopy(input.data(), 0, channels, 0, channels.length);
    return channels;
  }

  /** Returns an input as a picture of red, green, blue, 0 … 255. */
  private static Tensor pixels(NetworkFile network, Tensor input) {
    float[] black = edge(network, 0);
    float[] white = edge(network, 255);
    int channels = black.length;
    Tensor out = Tensor.zeros(input.shape());
    for (int i = 0; i < out.data().length; i++) {
      int c = i % channels;
      out.data()[i] = 255 * (input.data()[i] - black[c]) / (white[c] - black[c]);
    }
    return network.rule().reordered(out);
  }

  private static Map<String, Object> fields(Wish w, Imagination i) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("unit", w.name);
    fields.put("value", JsonReport.number(i.value()));
    fields.put("values", i.values().stream().map(JsonReport::number).toList());
    return fields;
  }
}
