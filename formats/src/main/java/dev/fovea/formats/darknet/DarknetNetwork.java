package dev.fovea.formats.darknet;

import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.convTranspose2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.dropout;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.formats.weights.ChannelScale;
import dev.fovea.formats.weights.ImageSteps;
import dev.fovea.formats.weights.LayerFunctions;
import dev.fovea.formats.weights.LayerGraph;
import dev.fovea.formats.weights.Missing;
import dev.fovea.formats.weights.NodeStep;
import dev.fovea.formats.weights.Weight;
import dev.fovea.io.Text;
import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Layers;
import dev.fovea.nn.LocallyConnected2d;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes a network of the sections of a cfg file. */
final class DarknetNetwork {
  /** What Darknet adds to a variance. */
  private static final float EPSILON = 1e-5f;

  private static final float LEAKY_SLOPE = 0.1f;
  private static final List<String> HEADS = List.of("yolo", "region", "detection", "Gaussian_yolo");
  private static final int MOST_LAYERS_TAKEN = 64;

  /** Options that say how to train. */
  private static final Set<String> OF_TRAINING =
      Set.of(
          "train_only_bn",
          "stopbackward",
          "onlyforward",
          "dontsave",
          "learning_rate",
          "grad_centr",
          "wait_stream",
          "lr",
          "smooth",
          "clip",
          "burnin_update",
          "dropblock",
          "dropblock_size_rel",
          "dropblock_size_abs",
          "noloss");

  private final LayerGraph.Builder graph = new LayerGraph.Builder();
  private final List<String> results = new ArrayList<>();
  private final Map<String, String> outputs = new LinkedHashMap<>();
  private final Missing missing = new Missing();
  private final DarknetWeights weights;
  private String current = "";

  private DarknetNetwork(DarknetWeights weights) {
    this.weights = weights;
  }

  /**
   * Returns the network of some sections.
   *
   * @param weights gives the weights in the order in which the network asks for them
   */
  static LayerGraph of(List<Section> sections, DarknetWeights weights) {
    if (sections.isEmpty() || !List.of("net", "network").contains(sections.get(0).kind())) {
      throw new FoveaException("no cfg file: it must begin with [net]");
    }
    DarknetNetwork network = new DarknetNetwork(weights);
    Section net = sections.get(0);
    Shape input = Shape.of(net.size("height"), net.size("width"), net.integer("channels", 3, 1));
    network.current = network.graph.input("data", input);
    for (Section s : sections.subList(1, sections.size())) {
      network.add(s);
    }
    network.missing.require("cfg");
    if (network.results.isEmpty()) {
      throw new FoveaException("has no layers");
    }
    if (network.outputs.isEmpty()) {
      network.outputs.put("output", network.current);
    }
    return network.graph.build(network.outputs);
  }

  /** Returns whether an output is one of a section that makes boxes of it. */
  static boolean isHead(String output) {
    return HEADS.stream().anyMatch(head -> output.startsWith(head + "_"));
  }

  private void add(Section s) {
    switch (s.kind()) {
      case "convolutional", "conv" -> convolution(s);
      case "deconvolutional", "deconv" -> deconvolution(s);
      case "connected", "conn" -> connected(s);
      case "maxpool", "max" -> pool(s);
      case "avgpool", "avg" -> node(s, NodeStep.of(Layers.globalAvgPool()));
      case "route" -> route(s);
      case "shortcut" -> shortcut(s);
      case "upsample" -> upsample(s);
      case "dropout" -> node(s, NodeStep.of(dropout(probability(s))));
      case "softmax", "soft" -> softmax(s);
      case "reorg" -> reorg(s);
      case "activation" -> node(s, NodeStep.of(activation(s, "linear")));
      case "scale_channels" -> scaleChannels(s);
      case "local" -> local(s);
      case "crop" -> crop(s);
      default -> {
        other(s);
        return;
      }
    }
    for (String option : s.unused()) {
      unknown(s, option, !OF_TRAINING.contains(option));
    }
  }

  private void other(Section s) {
    if (HEADS.contains(s.kind())) {
      outputs.put(s.kind() + "_" + outputs.size(), current);
    } else if (!s.kind().equals("cost")) {
      missing.add(s.kind(), s.name());
    }
    results.add(current);
  }

  private void node(Section s, NodeStep step, String... more) {
    List<String> from = new ArrayList<>(List.of(current));
    from.addAll(List.of(more));
    node(s, step, from, Map.of());
  }

  private void node(Section s, NodeStep step, List<String> from, Map<String, Weight> values) {
    current = graph.add(s.name(), s.kind(), step, from, values);
    results.add(current);
  }

  private static float probability(Section s) {
    float p = s.number("probability", 0.5f);
    if (!(p >= 0 && p < 1)) {
      throw new FoveaException(s.name() + ": probability=" + p + ", expected from 0 to below 1");
    }
    return p;
  }

  private static Window2d window(Section s, int defaultStride) {
    int size = s.integer("size", 1, 1);
    int stride = s.integer("stride", defaultStride, 1);
    return Window2d.of(size, size)
        .stride(s.integer("stride_y", stride, 1), s.integer("stride_x", stride, 1));
  }

  private void convolution(Section s) {
    int size = s.integer("size", 1, 1);
    int dilation = s.integer("dilation", 1, 1);
    int pad = s.integer("pad", 0, 0) != 0 ? size / 2 * dilation : s.integer("padding", 0, 0);
    Window2d w = window(s, 1);
    int groups = s.integer("groups", 1, 1);
    Layer conv =
        conv2d(s.integer("filters", 1, 1), size)
            .stride(w.strideHeight(), w.strideWidth())
            .padding(pad)
            .dilation(dilation)
            .groups(groups)
            .noBias();
    for (String setting : List.of("antialiasing", "xnor", "binary", "share_index")) {
      unknown(s, setting, s.number(setting, 0) != 0);
    }
    weighted(s, conv, weights.convolution());
  }

  /** Notes a setting that would change what is computed. */
  private void unknown(Section s, String setting, boolean set) {
    if (set) {
      missing.add(s.kind() + " with " + Text.shown(setting), s.name());
    }
  }

  private void deconvolution(Section s) {
    int size = s.integer("size", 1, 1);
    int pad = s.integer("pad", 0, 0) != 0 ? size / 2 : s.integer("padding", 0, 0);
    Layer conv =
        convTranspose2d(s.integer("filters", 1, 1), size)
            .stride(s.integer("stride", 1, 1))
            .padding(pad)
            .noBias();
    weighted(s, conv, weights.convolution());
  }

  /** Adds a convolution with its bias or batch normalisation, and its activation. */
  private void weighted(Section s, Layer conv, Weight kernel) {
    boolean norm = s.integer("batch_normalize", 0, 0) != 0;
    Map<String, Weight> values = new LinkedHashMap<>();
    if (norm) {
      values.put("norm.bias", weights.vector());
      values.put("norm.weight", weights.vector());
      values.put("norm.running_mean", weights.vector());
      values.put("norm.running_var", weights.vector());
    } else {
      values.put("bias.bias", weights.vector());
    }
    values.put("conv.weight", kernel);
    Layer after =
        norm
            ? batchNorm().epsilon(EPSILON).named("norm")
            : new ChannelScale(false, true).named("bias");
    Layer all =
        sequence(
            ImageSteps.layer("image", DarknetSteps::image),
            conv.named("conv"),
            after,
            activation(s, "logistic").named("activation"));
    node(s, NodeStep.of(all), List.of(current), values);
  }

  private void connected(Section s) {
    boolean norm = s.integer("batch_normalize", 0, 0) != 0;
    Map<String, Weight> values = new LinkedHashMap<>();
    values.put((norm ? "norm" : "bias") + ".bias", weights.vector());
    values.put("dense.weight", weights.dense());
    if (norm) {
      values.put("norm.weight", weights.vector());
      values.put("norm.running_mean", weights.vector());
      values.put("norm.running_var", weights.vector());
    }
    Layer after =
        norm
            ? batchNorm().epsilon(EPSILON).named("norm")
            : new ChannelScale(false, true).named("bias");
    Layer all =
        sequence(
            Layers.flatten(),
            dense(s.integer("output", 1, 1)).noBias().named("dense"),
            after,
            activation(s, "logistic").named("activation"));
    node(s, NodeStep.of(all), List.of(current), values);
  }

  private void pool(Section s) {
    unknown(s, "maxpool_depth", s.integer("maxpool_depth", 0, 0) != 0);
    unknown(s, "antialiasing", s.integer("antialiasing", 0, 0) != 0);
    Window2d w = window(s, 1);
    int size = s.integer("size", w.strideHeight(), 1);
    int padding = s.integer("padding", size - 1, 0);
    int before = padding / 2;
    Window2d padded =
        Window2d.of(size, size)
            .stride(w.strideHeight(), w.strideWidth())
            .padding(before, padding - before, before, padding - before);
    node(s, NodeStep.of(ImageSteps.layer("maxpool", x -> ImageSteps.maxPool(x, padded))));
  }

  /** Adds a convolution with weights and biases of its own at each place. */
  private void local(Section s) {
    Window2d w = window(s, 1);
    int pad = s.integer("pad", 0, 0);
    // Darknet's two formulas for the size of the result agree for these alone.
    unknown(s, "pad", pad > 1 || (pad == 1 && w.kernelHeight() != 3));
    Initializer initializer = conv2d(1, 1).initializer();
    Layer conv = new LocallyConnected2d(s.integer("filters", 1, 1), w, true, initializer);
    Map<String, Weight> values = new LinkedHashMap<>();
    values.put("local.bias", weights.places());
    values.put("local.weight", weights.local(w.taps()));
    Layer all =
        sequence(
            Layers.zeroPad(pad),
            conv.named("local"),
            activation(s, "logistic").named("activation"));
    node(s, NodeStep.of(all), List.of(current), values);
  }

  /** When predicting, the middle of the picture, its numbers from 0 to 1 brought to −1 to 1. */
  private void crop(Section s) {
    for (String setting : List.of("flip", "angle", "saturation", "exposure")) {
      s.text(setting, "");
    }
    int height = s.integer("crop_height", 1, 1);
    int width = s.integer("crop_width", 1, 1);
    boolean plain = s.integer("noadjust", 0, 0) != 0;
    node(
        s,
        NodeStep.of(ImageSteps.layer("crop", x -> DarknetSteps.middle(x, height, width, plain))));
  }

  /** Returns the name of the result that a relative (negative) or absolute number refers to. */
  private String result(Section s, int number) {
    int index = number < 0 ? results.size() + number : number;
    if (index < 0 || index >= results.size()) {
      throw new FoveaException(
          "%s: refers to layer %s, there are %s before it"
              .formatted(s.name(), number, results.size()));
    }
    return results.get(index);
  }

  private void route(Section s) {
    List<Integer> layers = s.integers("layers");
    if (layers.isEmpty() || layers.size() > MOST_LAYERS_TAKEN) {
      throw new FoveaException(
          s.name() + ": 1 to " + MOST_LAYERS_TAKEN + " layers expected, got " + layers.size());
    }
    int groups = s.integer("groups", 1, 1);
    int group = s.integer("group_id", 0, 0);
    if (group >= groups) {
      throw new FoveaException(s.name() + ": group_id=" + group + " of " + groups + " groups");
    }
    List<String> from = layers.stream().map(n -> result(s, n)).toList();
    node(s, NodeStep.join("route", in -> DarknetSteps.route(in, groups, group)), from, Map.of());
  }

  private void shortcut(Section s) {
    List<Integer> layers = s.integers("from");
    if (layers.isEmpty() || layers.size() > MOST_LAYERS_TAKEN) {
      throw new FoveaException(s.name() + ": needs from=LAYER");
    }
    unknown(s, "weights_type", !s.text("weights_type", "none").equals("none"));
    unknown(s, "alpha", s.number("alpha", 1) != 1);
    unknown(s, "beta", s.number("beta", 1) != 1);
    List<String> from = new ArrayList<>(List.of(current));
    layers.forEach(n -> from.add(result(s, n)));
    Layer act = activation(s, "linear");
    NodeStep sum =
        NodeStep.join("shortcut", in -> act.forward(ImageSteps.fold(in, DarknetSteps::add)));
    node(s, sum, from, Map.of());
  }

  private void upsample(Section s) {
    int stride = s.integer("stride", 2, 1);
    float scale = s.number("scale", 1);
    Layer up = ImageSteps.upsample(stride, stride);
    Layer scaled = ImageSteps.layer("upsample", x -> up.forward(x).times(scale));
    node(s, NodeStep.of(scale == 1 ? up : scaled));
  }

  private void softmax(Section s) {
    unknown(s, "tree", s.has("tree"));
    int groups = s.integer("groups", 1, 1);
    float temperature = s.number("temperature", 1);
    boolean spatial = s.integer("spatial", 0, 0) != 0;
    node(
        s,
        NodeStep.of(
            ImageSteps.layer(
                "softmax", x -> DarknetSteps.softmax(x.times(1 / temperature), groups, spatial))));
  }

  private void reorg(Section s) {
    int stride = s.integer("stride", 1, 1);
    for (String setting : List.of("reverse", "flatten", "extra")) {
      unknown(s, setting, s.integer(setting, 0, 0) != 0);
    }
    node(s, NodeStep.of(ImageSteps.layer("reorg", x -> DarknetSteps.reorganised(x, stride))));
  }

  private void scaleChannels(Section s) {
    List<Integer> from = s.integers("from");
    if (from.size() != 1) {
      throw new FoveaException(s.name() + ": needs from=LAYER");
    }
    Layer act = activation(s, "linear");
    NodeStep product =
        NodeStep.join(
            "scale_channels", in -> act.forward(DarknetSteps.scaled(in.get(0), in.get(1))));
    node(s, product, result(s, from.get(0)));
  }

  private Layer activation(Section s, String otherwise) {
    String name = s.text("activation", otherwise);
    return switch (name) {
      case "linear" -> LayerFunctions.identity();
      case "leaky" -> LayerFunctions.leaky(LEAKY_SLOPE);
      case "relu" -> Layers.relu();
      case "relu6" -> Layers.relu6();
      case "logistic" -> Layers.sigmoid();
      case "tanh" -> Layers.tanh();
      case "elu" -> Layers.elu();
      case "selu" -> Layers.selu();
      case "mish" -> Layers.mish();
      case "swish" -> Layers.silu();
      case "hardtan" -> LayerFunctions.clip("hardtan", -1, 1);
      case "ramp" -> LayerFunctions.ramp();
      case "loggy" -> LayerFunctions.loggy();
      case "plse" -> LayerFunctions.piecewiseSigmoid();
      default -> {
        missing.add("activation " + Text.shown(name), s.name());
        yield LayerFunctions.identity();
      }
    };
  }
}
