package dev.fovea.nn;

import dev.fovea.engine.Engine;
import dev.fovea.engine.kernel.Alignment;
import dev.fovea.io.Suggest;
import dev.fovea.op.ParameterStore;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * All parameters and running statistics of a model, stored in a single array.
 *
 * <p>An optimiser's step is then one pass over one array. Names are layer paths such as {@code
 * features.0.weight}. Call {@link #changed} after writing to {@link #values}.
 */
public final class Parameters implements ParameterStore {
  /**
   * One parameter.
   *
   * @param name its path
   * @param shape its shape
   * @param offset the index of its first element in the array
   * @param trainable whether it has a gradient; running statistics have none
   */
  public record Parameter(String name, Shape shape, int offset, boolean trainable) {}

  /** A parameter as a layer declares it. */
  record Spec(String name, Shape shape, Initializer initializer, boolean trainable) {}

  private static final int SHOWN = 10;

  private final Map<String, Parameter> byName = new LinkedHashMap<>();
  private final AtomicLong version = new AtomicLong();
  private final List<Spec> specs;
  private final Seed seed;
  private final int length;

  /** Allocated on first use: a summary of a large network does not need the values. */
  private volatile float @Nullable [] values;

  private @Nullable StartValues making;

  /** Lays out the parameters and gives each its starting values from a seed of its own. */
  Parameters(List<Spec> specs, Seed seed) {
    int offset = Alignment.FIRST;
    for (Spec s : specs) {
      byName.put(s.name, new Parameter(s.name, s.shape, offset, s.trainable));
      long next = Alignment.next((long) offset + s.shape.elements());
      if (next > Alignment.LAST) {
        throw new FoveaException("model: more than 2³¹ parameters, at " + s.name);
      }
      offset = (int) next;
    }
    this.specs = List.copyOf(specs);
    this.seed = seed;
    this.length = offset;
  }

  /** Returns the parameters in the order in which the network first used them. */
  public Collection<Parameter> all() {
    return Collections.unmodifiableCollection(byName.values());
  }

  /**
   * Returns the parameter of this name.
   *
   * @throws FoveaException if there is none
   */
  public Parameter get(String name) {
    Parameter p = byName.get(name);
    if (p == null) {
      throw new FoveaException("model: no parameter " + name + Suggest.hint(name, byName.keySet()));
    }
    return p;
  }

  /** Returns whether there is a parameter of this name. */
  public boolean contains(String name) {
    return byName.containsKey(name);
  }

  /**
   * Returns the names of the parameters that a pattern matches.
   *
   * @param pattern a name in which {@code *} stands for any part of a path and {@code **} for any
   *     number of parts; that of a layer stands for all its parameters
   * @throws FoveaException if there are none
   */
  public List<String> matching(String pattern) {
    List<String> names = byName.keySet().stream().filter(PathPattern.of(pattern)::matches).toList();
    if (names.isEmpty()) {
      String some = byName.keySet().stream().findFirst().orElse("none");
      throw new FoveaException(
          "parameters: nothing matches " + pattern + "; names look like " + some);
    }
    return names;
  }

  @Override
  public int offset(String name) {
    return get(name).offset();
  }

  @Override
  public float[] values() {
    float[] made = values;
    return made == null ? makeValues() : made;
  }

  /** Returns whether the values have been allocated, which happens on first use. */
  public boolean hasValues() {
    return values != null;
  }

  /**
   * Begins to make the values on another thread, if there are none yet and an engine has a thread
   * to spare: meanwhile the network is compiled.
   */
  void makeBeside(Engine engine) {
    if (!hasValues() && engine.threads() > 1) {
      // What fails there fails again where the values are asked for.
      var _ = CompletableFuture.runAsync(this::values);
    }
  }

  /** Makes the values, together with other threads that do so at this moment. */
  private float[] makeValues() {
    StartValues begun;
    synchronized (this) {
      float[] kept = values;
      if (kept != null) {
        return kept;
      }
      begun = making == null ? new StartValues(specs, this, seed, length) : making;
      making = begun;
    }
    float[] made = begun.make();
    synchronized (this) {
      values = made;
      making = null;
    }
    return made;
  }

  /** Returns a copy of one parameter's values. */
  public Tensor tensor(String name) {
    Parameter p = get(name);
    int n = p.shape().elements();
    return Tensor.of(p.shape(), Arrays.copyOfRange(values(), p.offset(), p.offset() + n));
  }

  /** Returns a copy of the values of all parameters, by name. */
  public Map<String, Tensor> tensors() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    byName.keySet().forEach(name -> tensors.put(name, tensor(name)));
    return tensors;
  }

  /**
   * Replaces the values of all parameters by those of tensors with the same names.
   *
   * @param source where the tensors come from, for messages
   * @throws FoveaException if a name or shape is another network's, or a number is not finite;
   *     nothing is changed then
   */
  public void load(String source, Map<String, Tensor> tensors) {
    WeightMatch match = WeightMatch.of(this, tensors);
    if (!match.isComplete()) {
      throw new FoveaException(source + ": belongs to another network: " + match.misfits());
    }
    match.apply(source, this, tensors);
  }

  /**
   * Replaces the values of the parameters for which there is a tensor of the same name and shape,
   * as in transfer learning; the others keep theirs.
   *
   * @param source where the tensors come from, for messages
   * @return which parameters matched and which did not
   * @throws FoveaException if none matches or a number is not finite; nothing is changed then
   */
  public WeightMatch loadMatching(String source, Map<String, Tensor> tensors) {
    WeightMatch match = WeightMatch.of(this, tensors);
    if (match.matched().isEmpty()) {
      throw new FoveaException(source + ": nothing matches this network: " + match.misfits());
    }
    match.apply(source, this, tensors);
    return match;
  }

  /**
   * Replaces one parameter's values.
   *
   * @throws FoveaException if the shape differs
   */
  public void set(String name, Tensor tensor) {
    Parameter p = get(name);
    if (!p.shape().equals(tensor.shape())) {
      throw new FoveaException(
          "parameter " + name + " has shape " + p.shape() + ", got " + tensor.shape());
    }
    System.arraycopy(tensor.data(), 0, values(), p.offset(), tensor.data().length);
    changed();
  }

  /** Returns parameters of the same names with a copy of these values. */
  Parameters copy() {
    Parameters copy = new Parameters(specs, seed);
    copy.values = values().clone();
    return copy;
  }

  /** Moves other parameters of the same names a share of the way to these. */
  void moveTo(Parameters others, float share) {
    List<String> misfits = new ArrayList<>();
    for (Parameter p : byName.values()) {
      Parameter o = others.byName.get(p.name());
      if (o == null || !o.shape().equals(p.shape())) {
        misfits.add(p.name());
      }
    }
    others.byName.keySet().stream().filter(n -> !contains(n)).forEach(misfits::add);
    if (!misfits.isEmpty()) {
      throw new FoveaException(
          "copy: the other model is of another network: it differs in "
              + String.join(", ", misfits.subList(0, Math.min(SHOWN, misfits.size()))));
    }
    for (Parameter p : byName.values()) {
      move(
          values(),
          p.offset(),
          others.values(),
          others.offset(p.name()),
          p.shape().elements(),
          share);
    }
    others.changed();
  }

  private static void move(float[] from, int at, float[] to, int toAt, int n, float share) {
    if (share == 1) {
      System.arraycopy(from, at, to, toAt, n);
      return;
    }
    for (int i = 0; i < n; i++) {
      to[toAt + i] = share * from[at + i] + (1 - share) * to[toAt + i];
    }
  }

  /** Announces that values have changed, so that results computed from them are recomputed. */
  public void changed() {
    version.incrementAndGet();
  }

  @Override
  public long version() {
    return version.get();
  }

  /** Returns the number of elements of the trainable parameters or of all. */
  public long count(boolean trainableOnly) {
    return byName.values().stream()
        .filter(p -> p.trainable() || !trainableOnly)
        .mapToLong(p -> p.shape().elements())
        .sum();
  }
}
