package dev.fovea.optim;

import dev.fovea.nn.Parameters;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The state of an optimiser that trains one model: what it remembers, in arrays laid out like the
 * parameters, and the step that updates both.
 *
 * <p>A step is {@link #clip} of every chunk, {@link #begin}, and {@link #update} of every chunk.
 * Chunks may be processed by different threads at once. The division into chunks depends on the
 * parameters' shapes alone, and sums over chunks are taken in order, so the result does not depend
 * on the threads. A step allocates nothing unless the rule does.
 */
public final class OptimizerState {
  private static final int CHUNK = 1 << 15;

  /** What elements that are treated alike have in common. */
  private record Kind(double decay, double factor, long rested) {}

  /** Elements that lie side by side and are treated alike; a whole parameter has a shape. */
  private record Segment(int from, int to, Optimizer.Step step, @Nullable Shape shape) {}

  private final Optimizer optimizer;
  private final Parameters parameters;
  private final ToDoubleFunction<Parameters.Parameter> factor;
  private final ToLongFunction<Parameters.Parameter> rested;
  private final float[] weights;
  private final float[] gradients;
  private final float[][] slots;
  private final List<List<Segment>> chunks;
  private final double[] squares;
  private long steps;
  private double norm;
  private final List<Optimizer.Step> kinds = new ArrayList<>();

  /**
   * Creates the state before the first step.
   *
   * @param optimizer the rule
   * @param parameters the parameters to change
   * @param trained which of them are trained
   * @param gradients their gradients, laid out like {@link Parameters#values}
   */
  public OptimizerState(
      Optimizer optimizer,
      Parameters parameters,
      Predicate<Parameters.Parameter> trained,
      float[] gradients) {
    this(optimizer, parameters, trained, gradients, p -> 1);
  }

  /**
   * Creates the state before the first step of a training with separate learning rates for some
   * parameters.
   *
   * @param factor the factor of the learning rate for a parameter
   */
  public OptimizerState(
      Optimizer optimizer,
      Parameters parameters,
      Predicate<Parameters.Parameter> trained,
      float[] gradients,
      ToDoubleFunction<Parameters.Parameter> factor) {
    this(
        optimizer,
        parameters,
        trained,
        gradients,
        factor,
        p -> 0,
        new float[slots(optimizer)][parameters.values().length]);
  }

  private static int slots(Optimizer optimizer) {
    List<String> names = optimizer.slots();
    boolean named = names.stream().allMatch(n -> n.matches("[a-z0-9_]+"));
    if (!named || names.stream().distinct().count() < names.size()) {
      throw new FoveaException(
          "optimizer %s: slots must have different names of a–z, 0–9 and _, got %s"
              .formatted(optimizer.name(), names));
    }
    return names.size();
  }

  private OptimizerState(
      Optimizer optimizer,
      Parameters parameters,
      Predicate<Parameters.Parameter> trained,
      float[] gradients,
      ToDoubleFunction<Parameters.Parameter> factor,
      ToLongFunction<Parameters.Parameter> rested,
      float[][] slots) {
    this.optimizer = optimizer;
    this.parameters = parameters;
    this.factor = factor;
    this.rested = rested;
    this.weights = parameters.values();
    this.gradients = gradients;
    this.slots = slots;
    List<Segment> segments = segments(trained);
    this.chunks = optimizer.takesWholeParameters() ? each(segments) : chunks(segments);
    this.squares = new double[chunks.size()];
  }

  /** Joins neighbours that are treated alike; the unused elements between them stay zero. */
  private List<Segment> segments(Predicate<Parameters.Parameter> trained) {
    Regularization r = optimizer.regularization();
    Map<Kind, Optimizer.Step> steps = new HashMap<>();
    List<Segment> segments = new ArrayList<>();
    boolean joins = false;
    for (Parameters.Parameter p : parameters.all()) {
      if (!trained.test(p)) {
        joins = false;
        continue;
      }
      int end = p.offset() + p.shape().elements();
      double decay = r.decayAll() || p.shape().rank() > 1 ? r.weightDecay() : 0;
      Kind kind = new Kind(decay, factor.applyAsDouble(p), rested.applyAsLong(p));
      Optimizer.Step step =
          steps.computeIfAbsent(kind, k -> new Optimizer.Step(k.decay, k.factor, k.rested));
      if (!kinds.contains(step)) {
        kinds.add(step);
      }
      if (optimizer.takesWholeParameters()) {
        segments.add(new Segment(p.offset(), end, step, p.shape()));
      } else if (joins && segments.getLast().step == step) {
        Segment before = segments.removeLast();
        segments.add(new Segment(before.from, end, step, null));
      } else {
        segments.add(new Segment(p.offset(), end, step, null));
        joins = true;
      }
    }
    return segments;
  }

  private static List<List<Segment>> each(List<Segment> segments) {
    return segments.stream().map(List::of).toList();
  }

  private static List<List<Segment>> chunks(List<Segment> segments) {
    List<List<Segment>> chunks = new ArrayList<>();
    List<Segment> current = new ArrayList<>();
    int room = CHUNK;
    for (Segment s : segments) {
      for (int from = s.from; from < s.to; ) {
        int to = Math.min(s.to, from + room);
        current.add(new Segment(from, to, s.step, null));
        room -= to - from;
        from = to;
        if (room == 0) {
          chunks.add(List.copyOf(current));
          current.clear();
          room = CHUNK;
        }
      }
    }
    if (!current.isEmpty()) {
      chunks.add(List.copyOf(current));
    }
    return chunks;
  }

  /**
   * Returns the state for training other parameters from this step on; it shares the memory of this
   * one.
   *
   * @param trained which parameters are trained from now on
   * @param rested the number of steps so far in which a parameter was not trained; rules that count
   *     steps leave them out
   */
  public OptimizerState training(
      Predicate<Parameters.Parameter> trained, ToLongFunction<Parameters.Parameter> rested) {
    OptimizerState other =
        new OptimizerState(optimizer, parameters, trained, gradients, factor, rested, slots);
    other.steps = steps;
    return other;
  }

  /**
   * Sets what computes the iterations of {@link Muon}, by default the calling thread. Chunks must
   * then be updated by one thread.
   */
  public void orthogonalizeWith(Orthogonalizer orthogonalizer) {
    kinds.forEach(k -> k.orthogonalizeWith(orthogonalizer));
  }

  /** Returns the number of chunks. */
  public int chunks() {
    return chunks.size();
  }

  /** Clips the gradients of one chunk by value and adds up their squares. */
  public void clip(int chunk) {
    List<Segment> segments = chunks.get(chunk);
    float limit = (float) optimizer.regularization().clipValue();
    double sum = 0;
    for (int s = 0; s < segments.size(); s++) {
      int from = segments.get(s).from;
      int to = segments.get(s).to;
      if (limit < Float.POSITIVE_INFINITY) {
        clamp(gradients, from, to, limit);
      }
      sum += sumOfSquares(gradients, from, to);
    }
    squares[chunk] = sum;
  }

  private static void clamp(float[] g, int from, int to, float limit) {
    for (int i = from; i < to; i++) {
      g[i] = Math.max(-limit, Math.min(limit, g[i]));
    }
  }

  /** Sums in four strands, so that additions need not wait for each other. */
  private static double sumOfSquares(float[] g, int from, int to) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = from;
    for (; i + 3 < to; i += 4) {
      a += (double) g[i] * g[i];
      b += (double) g[i + 1] * g[i + 1];
      c += (double) g[i + 2] * g[i + 2];
      d += (double) g[i + 3] * g[i + 3];
    }
    for (; i < to; i++) {
      a += (double) g[i] * g[i];
    }
    return (a + b) + (c + d);
  }

  /**
   * Returns whether the norm of the gradients is finite, so that a step can begin; to be called
   * after {@link #clip} of all chunks.
   */
  public boolean measure() {
    double sum = 0;
    for (double s : squares) {
      sum += s;
    }
    norm = Math.sqrt(sum);
    return Double.isFinite(norm);
  }

  /** Begins the updates of a step with this learning rate. */
  public void begin(double rate) {
    boolean _ = measure();
    steps++;
    double most = optimizer.regularization().clipNorm();
    float scale = norm > most ? (float) (most / norm) : 1;
    for (int i = 0; i < kinds.size(); i++) {
      kinds.get(i).set(rate, steps, scale);
    }
  }

  /** Updates the parameters of one chunk. */
  public void update(int chunk) {
    List<Segment> segments = chunks.get(chunk);
    for (int i = 0; i < segments.size(); i++) {
      Segment s = segments.get(i);
      if (s.shape != null) {
        optimizer.update(s.shape, weights, gradients, slots, s.from, s.step);
      } else {
        optimizer.update(weights, gradients, slots, s.from, s.to, s.step);
      }
    }
  }

  /** Does a whole step on the calling thread. */
  public void step(double rate) {
    for (int i = 0; i < chunks.size(); i++) {
      clip(i);
    }
    begin(rate);
    for (int i = 0; i < chunks.size(); i++) {
      update(i);
    }
  }

  /** Returns the norm √Σg² of the last step's gradients, clipped by value. */
  public double gradientNorm() {
    return norm;
  }

  /** Returns the optimiser. */
  public Optimizer optimizer() {
    return optimizer;
  }

  /**
   * Returns the array of one slot, laid out like the parameters; not a copy.
   *
   * @throws FoveaException if the optimiser has no such slot
   */
  public float[] slot(String name) {
    int i = optimizer.slots().indexOf(name);
    if (i < 0) {
      throw new FoveaException(
          "optimizer %s: has slots %s, not %s"
              .formatted(optimizer.name(), optimizer.slots(), name));
    }
    return slots[i];
  }

  /** Returns the number of steps so far. */
  public long steps() {
    return steps;
  }

  /** Sets the number of steps so far; the caller restores the slots. */
  public void resumeAt(long step) {
    steps = step;
  }
}
