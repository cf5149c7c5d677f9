package dev.fovea.cli;

import dev.fovea.insight.colour.ActivationPicture;
import dev.fovea.insight.colour.ColourMap;
import dev.fovea.insight.colour.FilterPicture;
import dev.fovea.insight.colour.Legend;
import dev.fovea.insight.colour.ValueScale;
import dev.fovea.insight.probe.Layers;
import dev.fovea.insight.unit.UnitHealth;
import dev.fovea.io.Json;
import dev.fovea.io.Table;
import dev.fovea.io.Text;
import dev.fovea.nn.Model;
import dev.fovea.nn.Observer;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what a layer computes for a picture, or its filters. */
@Command(
    name = "look",
    header = "Show what the layers of a network compute for a picture, and their filters.",
    description = {
      "Without --layer all layers are listed with what they compute for the picture: how large it"
          + " is, its mean and deviation, and how many channels are silent. With it the layer's"
          + " maps become a picture, all in one scale, or with --filters its weights."
    },
    footer = {
      "",
      "Examples:",
      "  fovea look runs/lenet5-digits/model.safetensors seven.png",
      "  fovea look squeezenet.onnx cat.jpg --layer fire4/concat --out maps.png",
      "  fovea look runs/lenet5-digits/model.safetensors seven.png --layer 0 --filters --out"
          + " filters.png",
      "  fovea look net.onnx cat.jpg --layer conv1 --before-activation --json"
    })
final class LookCommand implements Runnable {
  private static final int MOST = 256;
  private static final int SHEET = 900;
  private static final int SMALLEST = 8;

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      converter = ModelPath.class,
      description = "A network in a file.")
  private Path file;

  @Parameters(index = "1", paramLabel = "IMAGE", description = "A picture.")
  private Path picture;

  @Option(names = "--layer", paramLabel = "PATH", description = "The layer to look at.")
  private @Nullable String layer;

  @Option(names = "--filters", description = "The weights of the layer instead of its maps.")
  private boolean filters;

  @Option(
      names = "--before-activation",
      description = "What the layer computes before its activation.")
  private boolean before;

  @Option(
      names = "--scale-by",
      paramLabel = "WHAT",
      defaultValue = "layer",
      description = "What shares one scale of colours: map, layer (the default) or network.")
  private ActivationPicture.Scope scope = ActivationPicture.Scope.LAYER;

  @Option(names = "--out", paramLabel = "PNG", description = "The file to write.")
  private @Nullable Path out;

  @Option(names = "--json", description = "Print one JSON object with the numbers.")
  private boolean json;

  @Mixin private InputOptions inputs;
  @Mixin private EngineOptions compute;

  @Override
  public void run() {
    Path to = LookedAt.requireEnding(out, ".png");
    if (layer == null && (to != null || filters || before)) {
      throw new FoveaException(
          "--out, --filters, --before-activation: say which layer with --layer PATH");
    }
    NetworkFile network = NetworkFile.read(file, inputs, compute.engine());
    LookedAt seen = LookedAt.read(network, picture);
    Layers layers = Layers.of(network.model());
    if (layer == null) {
      list(network.model(), layers, seen);
    } else if (filters) {
      showFilters(network, layers.find(layer), to);
    } else {
      showMaps(network.model(), layers, layers.find(layer), seen, to);
    }
  }

  private static Tensor batch(LookedAt seen) {
    return seen.input().reshape(seen.input().shape().prepend(1));
  }

  private void list(Model model, Layers layers, LookedAt seen) {
    List<Layers.Layer> told =
        layers.all().stream().filter(l -> l.shape().rank() >= 1 && l.shape().rank() <= 3).toList();
    Observer observer = model.observe(told.stream().map(Layers.Layer::path).toArray(String[]::new));
    List<UnitHealth> health = UnitHealth.of(layers, observer, batch(seen));
    if (json) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("image", picture.toString());
      fields.put(
          "layers",
          IntStream.range(0, told.size())
              .mapToObj(i -> fields(told.get(i), health.get(i)))
              .toList());
      System.out.println(Json.write(fields));
      return;
    }
    Table table = new Table("layer", "kind", ">output", ">mean", ">deviation", ">silent");
    for (int i = 0; i < told.size(); i++) {
      UnitHealth h = health.get(i);
      table.row(
          told.get(i).path(),
          told.get(i).kind(),
          told.get(i).shape().times(),
          Legend.number(h.mean()),
          Legend.number(h.deviation()),
          h.dead().size() + " of " + h.channels());
    }
    System.out.print(table);
  }

  private static Map<String, Object> fields(Layers.Layer l, UnitHealth h) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("path", l.path());
    fields.put("kind", l.kind());
    fields.put("output", SummaryCommand.dims(l.shape()));
    fields.put("mean", JsonReport.number(h.mean()));
    fields.put("deviation", JsonReport.number(h.deviation()));
    fields.put("silent", h.dead());
    fields.put("saturated", JsonReport.number(h.saturated()));
    return fields;
  }

  private void showFilters(NetworkFile network, Layers.Layer at, @Nullable Path to) {
    String name =
        at.weights()
            .orElseThrow(() ->
                new FoveaException(
                    "--filters: %s (%s) has no weights of its own"
                        .formatted(at.path(), at.kind())));
    Tensor w = network.model().parameters().tensor(name);
    Tensor four = w.shape().rank() == 4 ? w : w.reshape(w.shape().prepend(1).prepend(1));
    FilterPicture picture = new FilterPicture(network.rule().reorderedFilters(four));
    int shown = picture.isColoured() || four.shape().dim(2) == 1 ? four.shape().dim(3) : MOST;
    Tensor painted = picture.paint(side(shown));
    ColourMap colours = picture.isColoured() ? ColourMap.GREYS : ColourMap.PUOR;
    String text = "weights " + name + " " + w.shape().times();
    write(at, text, painted, colours, picture.scale(), w, to);
  }

  private static int side(int count) {
    return Math.max(SMALLEST, SHEET / Math.max(1, (int) Math.ceil(Math.sqrt(count))));
  }

  private void showMaps(
      Model model, Layers layers, Layers.Layer at, LookedAt seen, @Nullable Path to) {
    Observer usual = model.observe(at.path());
    Observer observer = before ? usual.beforeActivation() : usual;
    Tensor all = Objects.requireNonNull(observer.of(batch(seen)).get(at.path()));
    Tensor values = all.sample(0);
    int rank = values.shape().rank();
    if (rank != 1 && rank != 3) {
      throw new FoveaException(
          "--layer %s: gives %s, which are no maps".formatted(at.path(), values.shape()));
    }
    ActivationPicture picture = new ActivationPicture(values);
    List<Integer> channels =
        IntStream.range(0, Math.min(MOST, picture.channels())).boxed().toList();
    ValueScale one = scale(model, layers, values, batch(seen));
    List<ValueScale> scales =
        channels.stream()
            .map(c -> scope == ActivationPicture.Scope.MAP ? ValueScale.of(picture.map(c)) : one)
            .toList();
    Tensor painted = picture.paint(channels, side(channels.size()), scales);
    String text =
        "%s %s%s"
            .formatted(
                at.path(),
                values.shape().times(),
                picture.channels() > MOST ? ", the first " + MOST : "");
    write(at, text, painted, picture.colours(one), one, values, to);
  }

  private ValueScale scale(Model model, Layers layers, Tensor values, Tensor batch) {
    if (scope != ActivationPicture.Scope.NETWORK) {
      return ValueScale.of(values);
    }
    String[] paths = layers.withPlaces().stream().map(Layers.Layer::path).toArray(String[]::new);
    return ValueScale.of(model.observe(paths).of(batch).values());
  }

  private void write(
      Layers.Layer at,
      String text,
      Tensor painted,
      ColourMap colours,
      ValueScale scale,
      Tensor numbers,
      @Nullable Path to) {
    if (to != null) {
      BufferedImage image = Legend.below(painted, text, colours, scale);
      Images.writePng(to, image);
    }
    if (json) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("image", picture.toString());
      fields.put("layer", at.path());
      fields.put("shape", SummaryCommand.dims(numbers.shape()));
      fields.put("low", scale.low());
      fields.put("high", scale.high());
      fields.put(filters ? "weights" : "values", LookedAt.json(numbers));
      System.out.println(Json.write(fields));
    } else if (to != null) {
      System.out.println(Text.oneLine(to + ": " + text));
    } else {
      Shape s = painted.shape();
      System.out.println(text);
      Terminal.print(painted.reshape(s));
    }
  }
}
