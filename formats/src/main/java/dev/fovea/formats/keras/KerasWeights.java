package dev.fovea.formats.keras;

import dev.fovea.formats.weights.Weight;
import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The weights of Keras's layers. In HDF5 files of whole models they lie in groups by the names of
 * the outermost layers, each with a list of the weights' own names; in archives of Keras 3 in
 * groups by class and order, numbered.
 */
final class KerasWeights {
  private final Hdf5 file;
  private final boolean archive;
  private final Group groups;
  private final Map<String, Map<String, Dataset>> listed = new HashMap<>();

  /**
   * Creates a view of a file.
   *
   * @param archive whether it is of an archive of Keras 3
   */
  KerasWeights(Hdf5 file, boolean archive) {
    this.file = file;
    this.archive = archive;
    this.groups = file.group(file.root(), "model_weights").orElse(file.root());
  }

  /**
   * The weights of one layer.
   *
   * @param place where it stands
   * @param names what Keras calls its weights, in Keras's order
   */
  record Of(LayerPlace place, List<String> names) {
    /** Copies the list. */
    Of {
      names = List.copyOf(names);
    }

    /** Returns the weights by these names, the last only if there is a bias. */
    static Of biased(LayerPlace place, boolean bias, String... names) {
      List<String> all = new ArrayList<>(List.of(names));
      if (bias) {
        all.add("bias");
      }
      return new Of(place, all);
    }
  }

  /** Returns one of a layer's weights, changed into Fovea's layout when it is asked for. */
  Weight weight(Of layer, String name, UnaryOperator<Tensor> change) {
    return (in, p) -> change.apply(tensor(layer, name));
  }

  /** Returns one of a layer's weights, which lie as in Fovea but for axes of extent 1. */
  Weight weight(Of layer, String name) {
    return (in, p) -> {
      Tensor t = tensor(layer, name);
      return t.shape().elements() == p.elements() ? t.reshape(p) : t;
    };
  }

  /**
   * Returns one of a layer's weights.
   *
   * @throws FoveaException if the file has none of it
   */
  Tensor tensor(Of layer, String name) {
    Optional<Dataset> found =
        archive
            ? numbered(layer.place, layer.names.indexOf(name))
            : named(layer.place, name).or(() -> named(layer.place, other(name)));
    return file.tensor(
        found.orElseThrow(() ->
            new FoveaException(
                "has no weights %s of the layer %s"
                    .formatted(name, Text.shown(layer.place.layer())))));
  }

  /** Keras 3 calls {@code kernel} what Keras 2 calls {@code depthwise_kernel}. */
  private static String other(String name) {
    return name.equals("kernel") ? "depthwise_kernel" : name;
  }

  private Optional<Dataset> numbered(LayerPlace place, int number) {
    return file.node(file.root(), place.path() + "/vars/" + number)
        .filter(Dataset.class::isInstance)
        .map(Dataset.class::cast);
  }

  /**
   * Returns the weights whose last part is this name. Of those of several layers in a model it is
   * the one with the layer's name and most of the names around it.
   */
  private Optional<Dataset> named(LayerPlace place, String name) {
    String outermost = place.chain().isEmpty() ? place.layer() : place.chain().get(0);
    Optional<Dataset> best = Optional.empty();
    int most = -1;
    for (Map.Entry<String, Dataset> e : of(outermost).entrySet()) {
      List<String> parts = Arrays.asList(e.getKey().split("/", -1));
      if (parts.getLast().split(":", 2)[0].equals(name) && isPart(parts, place)) {
        int met = (int) place.chain().stream().filter(parts::contains).count();
        if (met > most) {
          most = met;
          best = Optional.of(e.getValue());
        }
      }
    }
    return best;
  }

  /** Returns whether a weight's path has the names that a place asks for. */
  private static boolean isPart(List<String> parts, LayerPlace place) {
    boolean nested = !place.chain().isEmpty();
    if (nested && !parts.contains(place.layer())) {
      return false;
    }
    String way = place.path().contains("forward_layer") ? "forward" : "backward";
    return !place.path().contains("ward_layer")
        || parts.stream().anyMatch(p -> p.startsWith(way + "_"));
  }

  /** Returns the data sets of an outermost layer by their whole names. */
  private Map<String, Dataset> of(String layer) {
    return listed.computeIfAbsent(layer, this::list);
  }

  private Map<String, Dataset> list(String layer) {
    Map<String, Dataset> all = new java.util.LinkedHashMap<>();
    Group group =
        file.group(groups, layer)
            .orElseThrow(
                () -> new FoveaException("has no weights of the layer " + Text.shown(layer)));
    for (String name : file.texts(group, "weight_names")) {
      Optional<Node> node = file.node(group, name);
      node.filter(Dataset.class::isInstance).ifPresent(n -> all.put(name, (Dataset) n));
    }
    return all;
  }

  /** Returns a depthwise kernel [.., C, M] as that of a convolution of groups [.., 1, C·M]. */
  static Tensor depthwise(Tensor t) {
    Shape s = t.shape();
    if (s.rank() < 3) {
      throw new FoveaException(
          "a depthwise kernel of shape " + s + ", expected three axes or more");
    }
    int[] dims = s.dims();
    dims[dims.length - 1] = Math.multiplyExact(s.dim(-1), s.dim(-2));
    dims[dims.length - 2] = 1;
    return t.reshape(Shape.of(dims));
  }
}
