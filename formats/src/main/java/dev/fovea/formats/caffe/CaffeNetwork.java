package dev.fovea.formats.caffe;

import dev.fovea.formats.weights.ChannelScale;
import dev.fovea.formats.weights.LayerGraph;
import dev.fovea.formats.weights.Missing;
import dev.fovea.formats.weights.NodeStep;
import dev.fovea.formats.weights.Weight;
import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes a network of the layers of a prototxt.
 *
 * <p>A blob that a layer overwrites is a new value from there on. The outputs are the values that
 * no layer takes, under the names of their blobs.
 */
final class CaffeNetwork {
  private static final Set<String> IGNORED =
      Set.of("Accuracy", "Silence", "SoftmaxWithLoss", "EuclideanLoss", "HingeLoss", "Loss");
  private static final Set<String> DATA =
      Set.of("Data", "ImageData", "HDF5Data", "MemoryData", "WindowData", "DummyData", "Python");
  private static final Map<String, String> FIRST_NAMES =
      Map.of(
          "RELU",
          "ReLU",
          "PRELU",
          "PReLU",
          "LRN",
          "LRN",
          "TANH",
          "TanH",
          "ABSVAL",
          "AbsVal",
          "SOFTMAX_LOSS",
          "SoftmaxWithLoss",
          "ELU",
          "ELU",
          "BNLL",
          "BNLL");

  /** Fields that say how to train, where to compute, or what Caffe has done when it reads. */
  private static final Set<String> OF_TRAINING =
      Set.of(
          "name",
          "type",
          "phase",
          "param",
          "blobs_lr",
          "weight_decay",
          "propagate_down",
          "loss_weight",
          "loss_param",
          "transform_param",
          "include",
          "exclude",
          "engine",
          "cudnn_convolution_algo_seeker",
          "weight_filler",
          "bias_filler",
          "filler",
          "moving_average_fraction",
          "stable_prod_grad",
          "force_nd_im2col",
          "force_backward",
          "debug_info",
          "state");

  private final LayerGraph.Builder graph = new LayerGraph.Builder();
  private final Map<String, String> blobs = new LinkedHashMap<>();
  private final Set<String> open = new LinkedHashSet<>();
  private final Missing missing = new Missing();
  private final CaffeWeights weights;

  private CaffeNetwork(CaffeWeights weights) {
    this.weights = weights;
  }

  /** A layer of the file. */
  record Entry(String name, String type, TextMessage message) {
    List<String> bottoms() {
      return message.texts("bottom");
    }

    List<String> tops() {
      return message.texts("top");
    }
  }

  /** Returns the network of a prototxt with the weights of a caffemodel. */
  static LayerGraph of(TextMessage net, CaffeWeights weights) {
    CaffeNetwork network = new CaffeNetwork(weights);
    network.inputs(net);
    List<Entry> layers = layers(net);
    for (int i = 0; i < layers.size(); i++) {
      @Nullable Entry next = i + 1 < layers.size() ? layers.get(i + 1) : null;
      if (network.add(layers.get(i), next)) {
        i++;
      }
    }
    net.unused(OF_TRAINING).stream()
        .filter(field -> !field.contains("."))
        .forEach(field -> network.missing.add("field " + field, "net"));
    network.missing.require("prototxt");
    return network.graph.build(network.outputs());
  }

  /** Notes fields of a layer that would have been passed over. */
  private void requireUsed(Entry e) {
    e.message.unused(OF_TRAINING).forEach(field -> missing.add(e.type + " with " + field, e.name));
  }

  private Map<String, String> outputs() {
    Map<String, String> byName = new HashMap<>();
    blobs.forEach((blob, node) -> byName.put(node, blob));
    Map<String, String> outputs = new LinkedHashMap<>();
    Set<String> inputs = graph.build(Map.of()).inputs().keySet();
    for (String node : open) {
      if (!inputs.contains(node)) {
        outputs.put(byName.getOrDefault(node, node), node);
      }
    }
    if (outputs.isEmpty()) {
      throw new FoveaException("has no layers that compute");
    }
    return outputs;
  }

  private static List<Entry> layers(TextMessage net) {
    List<Entry> all = new ArrayList<>();
    for (String field : List.of("layers", "layer")) {
      for (TextMessage m : net.messages(field)) {
        if (inTest(m)) {
          String name = m.text("name", "layer" + all.size());
          all.add(new Entry(name, type(m.text("type", "")), m));
        }
      }
    }
    return all;
  }

  /** Returns whether the rules of a layer let it take part in tests. */
  private static boolean inTest(TextMessage layer) {
    List<TextMessage> include = layer.messages("include");
    boolean in = include.isEmpty() || include.stream().anyMatch(r -> isPhase(r, "TEST"));
    return in && layer.messages("exclude").stream().noneMatch(r -> isPhase(r, "TEST"));
  }

  private static boolean isPhase(TextMessage rule, String phase) {
    return rule.text("phase", phase).equals(phase);
  }

  /** Returns the type in today's spelling: CONVOLUTION is Convolution. */
  private static String type(String written) {
    if (!written.equals(written.toUpperCase(Locale.ROOT)) || FIRST_NAMES.containsValue(written)) {
      return written;
    }
    String known = FIRST_NAMES.get(written);
    if (known != null) {
      return known;
    }
    StringBuilder camel = new StringBuilder();
    for (String part : written.split("_", -1)) {
      if (!part.isEmpty()) {
        camel.append(part.charAt(0)).append(part.substring(1).toLowerCase(Locale.ROOT));
      }
    }
    return camel.toString();
  }

  private void inputs(TextMessage net) {
    List<String> names = net.texts("input");
    List<Integer> dims = net.integers("input_dim");
    List<TextMessage> shapes = net.messages("input_shape");
    for (int i = 0; i < names.size(); i++) {
      List<Integer> own =
          i < shapes.size()
              ? shapes.get(i).integers("dim")
              : dims.subList(Math.min(4 * i, dims.size()), Math.min(4 * i + 4, dims.size()));
      input(names.get(i), own);
    }
  }

  private void input(String blob, List<Integer> dims) {
    if (dims.size() < 2 || dims.size() > 4 || dims.stream().anyMatch(d -> d < 1)) {
      throw new FoveaException(
          "input %s: has the shape %s, expected [N,C,H,W] with each at least 1"
              .formatted(Text.shown(blob), dims));
    }
    int[] d = dims.stream().skip(1).mapToInt(Integer::intValue).toArray();
    put(blob, graph.input(blob, d.length == 3 ? Shape.of(d[1], d[2], d[0]) : Shape.of(d)));
  }

  private void put(String blob, String node) {
    blobs.put(blob, node);
    open.add(node);
  }

  /** Adds a layer; returns whether the next one has been added with it. */
  private boolean add(Entry e, @Nullable Entry next) {
    if (IGNORED.contains(e.type) || e.type.endsWith("Loss")) {
      return false;
    }
    if (DATA.contains(e.type)) {
      throw new FoveaException(
          "layer %s of type %s reads training data; a prototxt for deployment is needed, which has"
                  .formatted(Text.shown(e.name), e.type)
              + " an input of fixed shape");
    }
    switch (e.type) {
      case "Input" -> inputLayer(e);
      case "Split" -> split(e);
      case "Slice" -> slice(e);
      case "BatchNorm" -> {
        boolean scaled = next != null && isScaleOf(next, e);
        norm(e, scaled ? next : null);
        requireUsed(e);
        if (next != null && scaled) {
          next.tops();
          requireUsed(next);
        }
        return scaled;
      }
      default -> simple(e);
    }
    if (!missing.has(e.type)) {
      requireUsed(e);
    }
    return false;
  }

  private void inputLayer(Entry e) {
    List<TextMessage> shapes = e.message.message("input_param").messages("shape");
    List<String> tops = e.tops();
    for (int i = 0; i < tops.size(); i++) {
      if (shapes.isEmpty()) {
        throw new FoveaException("input " + Text.shown(e.name) + ": has no shape");
      }
      input(tops.get(i), shapes.get(Math.min(i, shapes.size() - 1)).integers("dim"));
    }
  }

  /** Returns the node that gives a layer's input. */
  private String take(Entry e, String blob) {
    String node = blobs.get(blob);
    if (node == null) {
      throw new FoveaException(
          "layer %s: takes %s, which no layer before it gives"
              .formatted(Text.shown(e.name), Text.shown(blob)));
    }
    open.remove(node);
    return node;
  }

  private List<String> taken(Entry e) {
    if (e.bottoms().isEmpty() || e.tops().isEmpty()) {
      throw new FoveaException(
          "layer "
              + Text.shown(e.name)
              + " of type "
              + Text.shown(e.type)
              + ": needs bottom and top");
    }
    return e.bottoms().stream().map(b -> take(e, b)).toList();
  }

  private void split(Entry e) {
    String node = taken(e).get(0);
    e.tops().forEach(top -> put(top, node));
  }

  private void slice(Entry e) {
    List<String> from = taken(e);
    List<String> tops = e.tops();
    CaffeSlices slices = CaffeSlices.of(e.message, tops.size());
    for (int i = 0; i < tops.size(); i++) {
      int part = i;
      NodeStep step = NodeStep.join("slice", in -> slices.part(in.get(0), part));
      put(tops.get(i), graph.add(e.name + "_" + i, e.type, step, from));
    }
  }

  /** In Caffe batch normalisation only normalises; a layer Scale behind it scales and shifts. */
  private static boolean isScaleOf(Entry scale, Entry norm) {
    return scale.type.equals("Scale")
        && scale.message.message("scale_param").integer("num_axes", 1) == 1
        && norm.tops().size() == 1
        && scale.bottoms().equals(norm.tops())
        && scale.tops().equals(norm.tops())
        && scale.message.message("scale_param").integer("axis", 1) == 1;
  }

  private void norm(Entry e, @Nullable Entry scale) {
    List<String> from = taken(e);
    Map<String, Weight> values =
        CaffeParameters.norm(
            blobsOf(e, 3), scale == null ? List.of() : blobsOf(scale, scale(scale).bias() ? 2 : 1));
    TextMessage p = e.message.message("batch_norm_param");
    if (!p.bool("use_global_stats", true)) {
      missing.add("BatchNorm with use_global_stats: false", e.name);
    }
    put(e.tops().get(0), graph.add(e.name, e.type, CaffeLayers.norm(p), from, values));
  }

  private static ChannelScale scale(Entry e) {
    boolean bias = e.message.message("scale_param").bool("bias_term", false);
    return new ChannelScale(true, bias);
  }

  /** Returns a layer's weights, of which there must be so many. */
  private List<Tensor> blobsOf(Entry e, int count) {
    List<Tensor> own = weights.of(e.name);
    if (own.size() < count) {
      throw new FoveaException(
          "layer %s of type %s: needs %s arrays of weights, the caffemodel has %s"
              .formatted(Text.shown(e.name), e.type, count, own.size()));
    }
    return own;
  }

  private void simple(Entry e) {
    CaffeLayers.@Nullable Made made = CaffeLayers.of(e);
    List<String> from = taken(e);
    if (made == null) {
      missing.add(e.type, e.name);
      e.tops().forEach(top -> put(top, from.get(0)));
      return;
    }
    Map<String, Weight> values = made.weights().of(blobsOf(e, made.blobs()));
    put(e.tops().get(0), graph.add(e.name, e.type, made.step(), from, values));
  }
}
