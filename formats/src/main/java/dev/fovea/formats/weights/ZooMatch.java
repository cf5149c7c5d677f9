package dev.fovea.formats.weights;

import dev.fovea.formats.Format;
import dev.fovea.formats.FormatException;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.formats.Port;
import dev.fovea.io.Text;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.nn.Network;
import dev.fovea.nn.Parameters;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.zoo.Architecture;
import dev.fovea.zoo.Zoo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the network of the zoo that weights belong to, by the names and shapes of the tensors.
 *
 * <p>A network whose parameters are all there by name and shape is the one, of several that with
 * the most parameters; what else is there is left. Where there is none, the tensors but for single
 * numbers must be those of a network by order, kind and shape. Weights may lie as in PyTorch or as
 * in Fovea.
 */
public final class ZooMatch {
  private ZooMatch() {}

  /** A network with the values of all its parameters. */
  private record Fit(
      Architecture architecture,
      Shape input,
      int classes,
      Model model,
      Map<String, Tensor> weights) {}

  /** Returns the network of weights; told by name, or found. */
  public static ImportedNetwork network(Format format, NamedTensors tensors, Optional<String> net) {
    return network(format, tensors, net, Optional.empty());
  }

  /**
   * Returns the network of weights.
   *
   * @param net the name of the network in the zoo; found where it is empty
   * @param input the shape of pictures, else the network's usual one
   * @throws FoveaException if no network of the zoo has such weights, or several have
   */
  public static ImportedNetwork network(
      Format format, NamedTensors tensors, Optional<String> net, Optional<Shape> input) {
    Map<String, Tensor> all = weights(tensors);
    if (all.isEmpty()) {
      throw new FormatException("holds no weights" + tensors.unreadText());
    }
    try {
      return net.map(name -> told(format, name, all, input))
          .orElseGet(() -> found(format, all, input))
          .withUnread(tensors.unread());
    } catch (FormatException e) {
      throw tensors.unread().isEmpty()
          ? e
          : new FormatException(e.getMessage() + tensors.unreadText(), e);
    }
  }

  /** Returns the tensors but for the counters that PyTorch's batch norms have beside weights. */
  private static Map<String, Tensor> weights(NamedTensors tensors) {
    Map<String, Tensor> all = new LinkedHashMap<>(tensors.tensors());
    all.keySet().removeIf(name -> name.endsWith("num_batches_tracked"));
    return all;
  }

  /**
   * Returns the values that weights of a part of a network have, such as one without its last
   * layers: tensors whose names are all of it that the network knows, none of another shape; else
   * tensors that are the network's first parameters by order, kind and shape.
   *
   * @return values by the names of the network's parameters; none if the weights are of no part
   */
  public static Map<String, Tensor> part(Model model, NamedTensors tensors) {
    Map<String, Tensor> all = weights(tensors);
    for (Pairing pairing : Pairing.values()) {
      Map<String, Tensor> part = pairing.byName ? named(model, all) : first(model, all);
      Map<String, Shape> images = pairing.torch ? FlattenedImages.of(model) : Map.of();
      Map<String, Tensor> own = new LinkedHashMap<>();
      part.forEach((name, t) ->
          arranged(t, model.parameters().get(name), images, pairing.torch)
              .ifPresent(a -> own.put(name, a)));
      if (!own.isEmpty() && own.size() == part.size()) {
        return own;
      }
    }
    return Map.of();
  }

  private static Map<String, Tensor> named(Model model, Map<String, Tensor> tensors) {
    Map<String, Tensor> named = new LinkedHashMap<>(tensors);
    named.keySet().removeIf(name -> !model.parameters().contains(name));
    return named;
  }

  private static Map<String, Tensor> first(Model model, Map<String, Tensor> tensors) {
    List<Parameters.Parameter> parameters = List.copyOf(model.parameters().all());
    Map<String, Tensor> arrays = arrays(tensors);
    Map<String, Tensor> first = new LinkedHashMap<>();
    for (Map.Entry<String, Tensor> e : arrays.entrySet()) {
      int i = first.size();
      if (i == parameters.size() || !last(e.getKey()).equals(last(parameters.get(i).name()))) {
        return Map.of();
      }
      first.put(parameters.get(i).name(), e.getValue());
    }
    return first;
  }

  private static ImportedNetwork found(
      Format format, Map<String, Tensor> tensors, Optional<Shape> input) {
    for (Pairing pairing : Pairing.values()) {
      List<Fit> fits = new ArrayList<>();
      for (Architecture a : Zoo.all()) {
        if (mayFit(a, tensors, pairing)) {
          fit(a, tensors, input, pairing).ifPresent(fits::add);
        }
      }
      int most = fits.stream().mapToInt(f -> f.weights.size()).max().orElse(0);
      fits.removeIf(f -> f.weights.size() < most);
      if (fits.size() == 1) {
        return imported(format, fits.get(0));
      }
      if (fits.size() > 1) {
        List<String> names = fits.stream().map(f -> f.architecture.name()).toList();
        throw new FormatException(
            "holds weights alone, which fit several networks; tell which with --net: "
                + String.join(", ", names));
      }
    }
    String some = String.join(", ", tensors.keySet().stream().limit(3).map(Text::shown).toList());
    throw new FormatException(
        "holds weights alone (%s tensors: %s, …), which fit no network of the zoo; tell which with --net"
            .formatted(tensors.size(), some));
  }

  /** Returns whether a network is worth being built for each number of classes. */
  private static boolean mayFit(Architecture a, Map<String, Tensor> tensors, Pairing pairing) {
    Collection<Parameters.Parameter> parameters =
        build(a, a.input(), a.classes()).parameters().all();
    return pairing.byName
        ? parameters.stream().allMatch(p -> tensors.containsKey(p.name()))
        : parameters.size() == arrays(tensors).size();
  }

  /** Returns the tensors but for single numbers, which only stand beside weights. */
  private static Map<String, Tensor> arrays(Map<String, Tensor> tensors) {
    Map<String, Tensor> arrays = new LinkedHashMap<>(tensors);
    arrays.values().removeIf(t -> t.shape().rank() == 0);
    return arrays;
  }

  private static ImportedNetwork told(
      Format format, String name, Map<String, Tensor> tensors, Optional<Shape> input) {
    Architecture a = Zoo.find(name);
    for (Pairing pairing : Pairing.values()) {
      Optional<Fit> fit = fit(a, tensors, input, pairing);
      if (fit.isPresent()) {
        return imported(format, fit.get());
      }
    }
    throw misfit(a, tensors, input);
  }

  /** Says what keeps weights from a network. */
  private static FormatException misfit(
      Architecture a, Map<String, Tensor> tensors, Optional<Shape> input) {
    Shape shape = input.orElse(a.input());
    Model model = build(a, shape, a.classes());
    Set<String> missing = new LinkedHashSet<>();
    for (Parameters.Parameter p : model.parameters().all()) {
      if (!tensors.containsKey(p.name())) {
        missing.add(p.name());
      }
    }
    Set<String> unknown = new LinkedHashSet<>(tensors.keySet());
    model.parameters().all().forEach(p -> unknown.remove(p.name()));
    if (missing.isEmpty() && unknown.isEmpty()) {
      return new FormatException(
          "has the names of %s, but tensors of other shapes, for pictures of %s"
              .formatted(a.name(), shape.times()));
    }
    return new FormatException(
        "holds weights of another network than %s: missing %s, unknown %s"
            .formatted(a.name(), some(missing), some(unknown)));
  }

  private static String some(Set<String> names) {
    List<String> first = names.stream().limit(10).map(Text::shown).toList();
    int more = names.size() - first.size();
    return names.isEmpty() ? "nothing" : first + (more > 0 ? " and " + more + " more" : "");
  }

  /** How tensors are paired with parameters, and how they lie. */
  private enum Pairing {
    NAMES_TORCH(true, true),
    NAMES_FOVEA(true, false),
    ORDER_TORCH(false, true),
    ORDER_FOVEA(false, false);

    private final boolean byName;
    private final boolean torch;

    Pairing(boolean byName, boolean torch) {
      this.byName = byName;
      this.torch = torch;
    }
  }

  private static Optional<Fit> fit(
      Architecture a, Map<String, Tensor> tensors, Optional<Shape> input, Pairing pairing) {
    Shape shape = input.orElse(a.input());
    for (int classes : classes(a, tensors)) {
      try {
        Model model = build(a, shape, classes);
        Optional<Map<String, Tensor>> weights = paired(model, tensors, pairing);
        if (weights.isPresent()) {
          return Optional.of(new Fit(a, shape, classes, model, weights.get()));
        }
      } catch (FoveaException e) {
        // A network that cannot be built for such classes is not the one.
      }
    }
    return Optional.empty();
  }

  /** Returns how many classes the last weights may be of, the likeliest first. */
  private static Set<Integer> classes(Architecture a, Map<String, Tensor> tensors) {
    Set<Integer> counts = new LinkedHashSet<>();
    counts.add(a.classes());
    List<Tensor> all = List.copyOf(tensors.values());
    for (int i = all.size() - 1; i >= 0 && i >= all.size() - 8; i--) {
      Shape s = all.get(i).shape();
      if (s.rank() > 0) {
        counts.add(s.dim(0));
        counts.add(s.dim(-1));
      }
    }
    counts.removeIf(n -> n < 2);
    return counts;
  }

  private static Model build(Architecture a, Shape input, int classes) {
    return Model.build(network(a.build(classes)), List.of(input), Seed.of(0), LayerGraph.idle());
  }

  /** A sequence as the whole network adds nothing to the paths of its layers, as in a model. */
  private static Network network(Layer layer) {
    boolean sequence = layer.kind().equals("sequence");
    return in -> List.of(sequence ? layer.forward(in.get(0)) : layer.apply(in.get(0)));
  }

  private static Optional<Map<String, Tensor>> paired(
      Model model, Map<String, Tensor> tensors, Pairing pairing) {
    List<Map.Entry<String, Tensor>> inOrder = List.copyOf(arrays(tensors).entrySet());
    List<Parameters.Parameter> parameters = List.copyOf(model.parameters().all());
    if (!pairing.byName && parameters.size() != inOrder.size()) {
      return Optional.empty();
    }
    Map<String, Tensor> sources = new LinkedHashMap<>();
    for (int i = 0; i < parameters.size(); i++) {
      String name = parameters.get(i).name();
      Tensor t = pairing.byName ? tensors.get(name) : inOrder.get(i).getValue();
      if (t == null || (!pairing.byName && !last(name).equals(last(inOrder.get(i).getKey())))) {
        return Optional.empty();
      }
      sources.put(name, t);
    }
    Map<String, Shape> images = pairing.torch ? FlattenedImages.of(model) : Map.of();
    Map<String, Tensor> weights = new LinkedHashMap<>();
    for (Parameters.Parameter p : parameters) {
      Optional<Tensor> own = arranged(sources.get(p.name()), p, images, pairing.torch);
      if (own.isEmpty()) {
        return Optional.empty();
      }
      weights.put(p.name(), own.get());
    }
    return Optional.of(weights);
  }

  private static String last(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /** Returns a tensor in the layout of a parameter, if it can be of it. */
  private static Optional<Tensor> arranged(
      @Nullable Tensor t, Parameters.Parameter p, Map<String, Shape> images, boolean torch) {
    if (t == null || t.shape().elements() != p.shape().elements()) {
      return Optional.empty();
    }
    Tensor own = torch ? fromTorch(t, p, images.get(p.name())) : t;
    return own.shape().equals(p.shape()) ? Optional.of(own) : Optional.empty();
  }

  private static Tensor fromTorch(Tensor t, Parameters.Parameter p, @Nullable Shape image) {
    int rank = t.shape().rank();
    if (rank == 4 && p.shape().rank() == 4) {
      return Layouts.convolution(t);
    }
    if (rank == 2 && p.shape().rank() == 2) {
      return image != null && t.shape().dim(1) == image.elements()
          ? Layouts.denseAfterImage(t, image)
          : Layouts.dense(t);
    }
    if (rank == 1 && image != null && t.shape().dim(0) == image.elements()) {
      return Layouts.vectorOverImage(t, image);
    }
    // Vectors over channels may have axes of extent 1 beside, as layer scale has.
    return p.shape().rank() == 1 ? t.reshape(p.shape()) : t;
  }

  private static ImportedNetwork imported(Format format, Fit fit) {
    List<Port> outputs = new ArrayList<>();
    for (Shape s : fit.model.outputs()) {
      outputs.add(port("output" + (outputs.isEmpty() ? "" : outputs.size()), s));
    }
    Map<String, Integer> kinds = new LinkedHashMap<>();
    fit.model.trace(1, false).visits().forEach(v -> kinds.merge(v.kind(), 1, Integer::sum));
    return new ImportedNetwork(
            format,
            "weights of " + fit.architecture.title(),
            network(fit.architecture.build(fit.classes)),
            List.of(port("input", fit.input)),
            outputs,
            kinds,
            Map.of("net", fit.architecture.name()))
        .withWeights(fit.weights);
  }

  private static Port port(String name, Shape sample) {
    return sample.rank() == 3 ? Port.image(name, sample) : Port.plain(name, sample);
  }
}
