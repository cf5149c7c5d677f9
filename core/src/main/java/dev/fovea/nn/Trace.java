package dev.fovea.nn;

import dev.fovea.op.ParameterStore;
import dev.fovea.op.Paths;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.ShapeException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A record of one pass through a network on symbolic values: parameters, layer paths and the next
 * values of running statistics.
 *
 * <p>Layers obtain their parameters and random masks from it, and whether they are in training
 * mode.
 */
public final class Trace {
  /**
   * The use of one layer in the trace.
   *
   * @param path the path of the layer
   * @param kind what it is
   * @param output its output
   * @param parameters the names of its own parameters, without those of inner layers
   * @param shared whether its parameters were counted at an earlier use
   * @param computed the values that it computed itself, without those of inner layers
   */
  public record Visit(
      String path,
      String kind,
      Value output,
      List<String> parameters,
      boolean shared,
      List<Value> computed) {}

  /** The layer in progress. */
  private static final class Frame {
    final String path;
    final boolean shared;
    final List<String> parameters = new ArrayList<>();
    final Map<String, Layer> children = new HashMap<>();

    Frame(String path, boolean shared) {
      this.path = path;
      this.shared = shared;
    }
  }

  private final Trace root;
  private final String prefix;
  private final boolean training;
  private final TrainingRules rules;
  private final @Nullable Parameters known;
  private final Deque<Frame> frames = new ArrayDeque<>();
  private final Map<Layer, String> places = new IdentityHashMap<>();
  private final Map<Source.Parameter, Value> parameters;
  private final Map<String, Value> byName = new HashMap<>();
  private final Map<String, Parameters.Spec> specs = new LinkedHashMap<>();
  private final Map<Source.Parameter, Value> updates;
  private final List<Visit> visits = new ArrayList<>();
  private final Paths paths;
  private final Value randomKey = Source.Input.randomKey();
  private final Map<Parameters, Trace> models = new LinkedHashMap<>();
  private @Nullable BiFunction<Trace, Value, Value> weighing;
  private long streams;
  private int steps;

  /**
   * Begins a walk.
   *
   * @param known the model's parameters, or null when they are being found for the first time
   * @param training whether layers are to behave as in training
   * @param rules which parameters are frozen, and which layers behave differently
   */
  Trace(@Nullable Parameters known, boolean training, TrainingRules rules) {
    this.root = this;
    this.prefix = "";
    this.known = known;
    this.training = training;
    this.rules = rules;
    this.parameters = new LinkedHashMap<>();
    this.updates = new LinkedHashMap<>();
    this.paths = new Paths();
    frames.push(new Frame("", false));
  }

  /** Begins the walk through a model within a walk; all walks through one share its parameters. */
  private Trace(
      Trace root, String prefix, Parameters known, boolean training, TrainingRules rules) {
    Trace first = root.models.get(known);
    this.root = root;
    this.prefix = prefix;
    this.known = known;
    this.training = first == null ? training : first.training;
    this.rules = first == null ? rules : first.rules;
    this.parameters = first == null ? new LinkedHashMap<>() : first.parameters;
    this.updates = first == null ? new LinkedHashMap<>() : first.updates;
    this.paths = root.paths;
    frames.push(new Frame("", false));
  }

  /**
   * Begins the walk through a formula over models.
   *
   * @param trained the parameters that are trained, and how; models with others behave as in
   *     inference
   */
  static Trace over(Map<Parameters, TrainingRules> trained) {
    Trace root = new Trace(new Parameters(List.of(), Seed.of(0)), true, TrainingRules.NONE);
    trained.forEach((p, rules) -> root.models.put(p, new Trace(root, "", p, true, rules)));
    return root;
  }

  TrainingRules rules() {
    return rules;
  }

  /** Returns what the paths of this walk begin with in a walk around it; empty if there is none. */
  String prefix() {
    return prefix;
  }

  /** Returns the walk through a model that is applied in this walk. */
  Trace within(Parameters parameters, TrainingRules modelRules) {
    Trace known = root.models.get(parameters);
    String name = known == null ? "model_" + root.models.size() : known.prefix;
    Trace walk = new Trace(root, name, parameters, false, modelRules);
    root.models.putIfAbsent(parameters, walk);
    return walk;
  }

  /** Returns whether the current layer is in training mode. */
  public boolean training() {
    return root.training && rules.asInTraining(frame().path).orElse(training);
  }

  /** Returns whether a parameter of the current layer is frozen, that is, not trained. */
  public boolean frozen(String name) {
    return rules.isFrozen(join(frame().path, name));
  }

  /**
   * Returns whether the current layer must use its running statistics rather than those of the
   * batch: in inference mode, and if all the named parameters are frozen, unless {@link
   * Model#asInTraining} was called for the layer.
   */
  public boolean usesRunningStatistics(String... names) {
    boolean still = Arrays.stream(names).allMatch(this::frozen);
    return !training() || (still && rules.asInTraining(frame().path).isEmpty());
  }

  /**
   * Returns a trainable parameter of the current layer.
   *
   * @param name its name within the layer, such as {@code weight}
   * @param shape its shape
   * @param initializer its starting values
   */
  public Value parameter(String name, Shape shape, Initializer initializer) {
    Value v = parameter(name, shape, initializer, true);
    boolean matrix = name.equals("weight") && shape.rank() > 1;
    return matrix && weighing != null ? weighing.apply(this, v) : v;
  }

  /**
   * Builds layers whose weights, the parameters of that name with two axes or more, are not used as
   * they are, but what a function of this walk and the weight makes of them.
   */
  <T> T weighing(BiFunction<Trace, Value, Value> function, Supplier<T> layers) {
    BiFunction<Trace, Value, Value> before = weighing;
    weighing = function;
    try {
      return layers.get();
    } finally {
      weighing = before;
    }
  }

  /**
   * Returns a state of the current layer, such as running statistics: it is saved but has no
   * gradient.
   */
  public Value state(String name, Shape shape, Initializer initializer) {
    return parameter(name, shape, initializer, false);
  }

  private Value parameter(String name, Shape shape, Initializer initializer, boolean trainable) {
    String full = join(frame().path, name);
    Value existing = byName.get(full);
    if (existing != null) {
      requireOwn(full);
      requireShape(full, existing.shape(), shape);
      return existing;
    }
    if (known != null) {
      requireInModel(full);
      requireShape(full, known.get(full).shape(), shape);
    }
    Source.Parameter p = new Source.Parameter(store(), full, shape);
    Value v = parameters.computeIfAbsent(p, Value::of);
    byName.put(full, v);
    specs.put(full, new Parameters.Spec(full, shape, initializer, trainable));
    frame().parameters.add(full);
    return v;
  }

  /** Requires that an existing parameter belongs to the current layer. */
  private void requireOwn(String name) {
    if (!frame().shared && !frame().parameters.contains(name)) {
      throw new FoveaException(
          "two layers are called "
              + frame().path
              + "; give each a name of its own, or make one outside the lambda to share it");
    }
  }

  /** Refuses layers with parameters in a formula over models. */
  private void requireInModel(String name) {
    if (root == this && known != null && known.all().isEmpty()) {
      throw new FoveaException(
          name + ": a layer with parameters belongs in a model; a formula applies models");
    }
  }

  private ParameterStore store() {
    return known == null ? ParameterStore.NONE : known;
  }

  private static void requireShape(String name, Shape has, Shape wanted) {
    if (!has.equals(wanted)) {
      throw new FoveaException(
          "parameter "
              + name
              + " has shape "
              + has
              + " but is used here with "
              + wanted
              + "; a layer used twice needs inputs of the same number of channels");
    }
  }

  /**
   * Sets the value that the state {@code name} of the current layer takes after each training step.
   */
  public void update(String name, Value next) {
    if (root.steps > 0) {
      throw new FoveaException(
          join(frame().path, name)
              + ": a step of a scan cannot track statistics; normalise there by layerNorm() or"
              + " groupNorm()");
    }
    updates.put(own(name), next);
  }

  /** Returns the value set by {@link #update} so far, or {@code state} if there is none. */
  public Value latest(String name, Value state) {
    return updates.getOrDefault(own(name), state);
  }

  /** Returns a parameter or state that the current layer has declared. */
  private Source.Parameter own(String name) {
    Value v = byName.get(join(frame().path, name));
    if (v == null || !(v.op() instanceof Source.Parameter p)) {
      throw new IllegalStateException(
          "layer " + frame().path + " has not asked for its state " + name);
    }
    return p;
  }

  /** Returns a random mask, drawn anew in every step: 1/keep with probability keep, otherwise 0. */
  public Value randomMask(Shape shape, float keep) {
    return Value.of(new Source.RandomMask(shape, keep, root.streams++), randomKey);
  }

  /** Builds the step of a scan; what layers do in it is what the current layer, the scan, does. */
  <T> T inStep(Supplier<T> step) {
    int before = visits.size();
    root.steps++;
    try {
      T result = step.get();
      List<Visit> inner = visits.subList(before, visits.size());
      inner.forEach(v -> frame().parameters.addAll(v.parameters()));
      inner.clear();
      return result;
    } finally {
      root.steps--;
    }
  }

  /** Applies a layer under the name its kind and position give it. */
  Signal call(Layer layer, Signal x) {
    return call(layer, x, freeName(layer.kind()));
  }

  /** Applies a layer as the child {@code name} of the current one, unless it has its own name. */
  Signal call(Layer layer, Signal x, String name) {
    Layer inner = layer instanceof Named n ? n.inner() : layer;
    return call(layer, inner, x, name, inner::forward);
  }

  /** Applies a layer by another of its functions than {@link Layer#forward}. */
  Signal call(Layer layer, Signal x, UnaryOperator<Signal> function) {
    return call(layer, layer, x, freeName(layer.kind()), function);
  }

  private Signal call(
      Layer layer, Layer inner, Signal x, String name, UnaryOperator<Signal> function) {
    String before = places.get(inner);
    String path =
        before != null ? before : place(inner, layer instanceof Named n ? n.name() : name);
    int parametersBefore = byName.size();
    Frame frame = new Frame(path, before != null || frame().shared);
    frames.push(frame);
    try {
      Signal y = function.apply(x);
      List<Value> own =
          y.value() == x.value() ? List.of() : paths.label(y.value(), join(prefix, path));
      if (byName.size() > parametersBefore && !isLambda(inner)) {
        places.putIfAbsent(inner, path);
      }
      visits.add(
          new Visit(
              join(prefix, path), inner.kind(), y.value(), frame.parameters, frame.shared, own));
      return y;
    } catch (ShapeException e) {
      throw e.at(join(prefix, path));
    } finally {
      frames.pop();
    }
  }

  /**
   * Whether an object has an identity that its maker did not choose: Java makes one object of a
   * lambda that captures nothing, however often it is evaluated, and may do so with others.
   */
  private static boolean isLambda(Layer layer) {
    return layer.getClass().isHidden();
  }

  /** Takes a name within the current layer, which no other layer there may have. */
  @SuppressWarnings("ReferenceEquality") // layers are told apart by identity
  private String place(Layer layer, String name) {
    String path = join(frame().path, name);
    Layer other = frame().children.putIfAbsent(name, layer);
    if (other != null && other != layer) {
      throw new FoveaException(
          "layers "
              + other.kind()
              + " and "
              + layer.kind()
              + " are both called "
              + path
              + "; give each a name of its own");
    }
    return path;
  }

  private String freeName(String kind) {
    String name = kind;
    for (int n = 2; frame().children.containsKey(name); n++) {
      name = kind + "_" + n;
    }
    return name;
  }

  private Frame frame() {
    return frames.element();
  }

  static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  /** Returns the layer paths of values. */
  public Paths paths() {
    return paths;
  }

  /**
   * Returns the parameters in the order of first use; those of other models that were applied come
   * last.
   */
  public Map<Source.Parameter, Value> parameters() {
    Map<Source.Parameter, Value> all = new LinkedHashMap<>(parameters);
    models.values().forEach(m -> all.putAll(m.parameters));
    return all;
  }

  /** Returns the next value of each state that is updated. */
  public Map<Source.Parameter, Value> updates() {
    Map<Source.Parameter, Value> all = new LinkedHashMap<>(updates);
    models.values().forEach(m -> all.putAll(m.updates));
    return all;
  }

  /** Returns the uses of all layers, inner layers before the layers around them. */
  public List<Visit> visits() {
    return Collections.unmodifiableList(visits);
  }

  /** Returns whether an input, or a parameter of this network, was made in another walk. */
  boolean isForeign(Value source, List<Value> inputs) {
    return switch (source.op()) {
      case Source.Input in -> in.kind() == Source.Input.Kind.SAMPLE && !inputs.contains(source);
      case Source.Parameter p -> !source.equals(known(p).get(p));
      default -> false;
    };
  }

  /** Returns the parameters of a store that this walk knows. */
  private Map<Source.Parameter, Value> known(Source.Parameter p) {
    Trace walk = p.store().equals(store()) ? this : root.models.get(p.store());
    return walk == null ? Map.of() : walk.parameters;
  }

  List<Parameters.Spec> specs() {
    return List.copyOf(specs.values());
  }
}
