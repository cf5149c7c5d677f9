package dev.fovea.optim;

import dev.fovea.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An optimiser: an immutable rule by which gradients change parameters. What it remembers between
 * steps is in an {@link OptimizerState}.
 *
 * <p>A user-defined rule is best written as a record that implements {@link UpdateRule}. Its
 * components are its {@link #settings}; with its {@link #slots} it is saved in checkpoints and
 * resumed with the same bits.
 *
 * <pre>{@code
 * record SignSgd(double learningRate, Regularization regularization)
 *     implements UpdateRule<SignSgd> {
 *   public String name() { return "sign_sgd"; }
 *   public List<String> slots() { return List.of(); }
 *   public SignSgd learningRate(double rate) { return new SignSgd(rate, regularization); }
 *   public SignSgd with(Regularization r) { return new SignSgd(learningRate, r); }
 *
 *   public void update(float[] w, float[] g, float[][] slots, int from, int to, Step step) {
 *     for (int i = from; i < to; i++) {
 *       float direction = Math.signum(g[i] * step.scale());
 *       w[i] -= (float) (step.rate() * (direction + step.decay() * w[i]));
 *     }
 *   }
 * }
 * }</pre>
 */
public interface Optimizer {
  /** Returns the name, such as {@code adam}. */
  String name();

  /** Returns the learning rate that a {@link Schedule} multiplies. */
  double learningRate();

  /** Returns weight decay and clipping. */
  Regularization regularization();

  /**
   * Returns the settings by name, such as {@code learning rate}: the components of a record; for
   * other classes those that all rules have, unless the method is overridden. A checkpoint can be
   * resumed only by a rule with the same settings.
   */
  default Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("optimizer", name());
    settings.put("learning rate", Double.toString(learningRate()));
    RecordSettings.put(this instanceof Record r ? r : regularization(), settings);
    return settings;
  }

  /**
   * Returns the names of the values kept for each parameter element, which are 0 before the first
   * step. Names consist of a–z, 0–9 and _.
   */
  List<String> slots();

  /** Returns this rule with another learning rate. */
  Optimizer learningRate(double rate);

  /** Returns this rule with weight decay; see the rule for the formula. */
  default Optimizer weightDecay(double decay) {
    return with(regularization().withDecay(decay));
  }

  /** Returns this rule with weight decay also for biases and other parameters with one axis. */
  default Optimizer decayAll() {
    return with(regularization().withDecayAll());
  }

  /** Returns this rule with the norm of all gradients clipped to this limit. */
  default Optimizer clipNorm(double norm) {
    return with(regularization().withClipNorm(norm));
  }

  /** Returns this rule with every gradient clipped to ±{@code value}. */
  default Optimizer clipValue(double value) {
    return with(regularization().withClipValue(value));
  }

  /** Returns this rule with other weight decay and clipping. */
  Optimizer with(Regularization regularization);

  /**
   * Returns whether an element's step depends on the other elements of its parameter, so that
   * {@link #update(Shape, float[], float[], float[][], int, Step)} must be called; false by
   * default.
   */
  default boolean takesWholeParameters() {
    return false;
  }

  /**
   * Updates one whole parameter by one step.
   *
   * @param shape its shape
   * @param weights all parameters
   * @param gradients their gradients
   * @param slots one array per slot, laid out like the parameters
   * @param from the parameter's first element
   * @param step what is the same for all elements
   */
  default void update(
      Shape shape, float[] weights, float[] gradients, float[][] slots, int from, Step step) {
    update(weights, gradients, slots, from, from + shape.elements(), step);
  }

  /**
   * Updates the elements {@code [from, to)} by one step. Threads call it for different ranges at
   * the same time; the result for an element must not depend on its range.
   *
   * @param weights the parameters
   * @param gradients their gradients
   * @param slots one array per slot, laid out like the parameters
   * @param from the first element
   * @param to the element after the last
   * @param step what is the same for all elements
   */
  void update(float[] weights, float[] gradients, float[][] slots, int from, int to, Step step);

  /** The numbers that are the same for many elements of a step; one object serves all steps. */
  final class Step {
    private final double decay;
    private final double factor;
    private final long rested;
    private Orthogonalizer orthogonalizer = NewtonSchulz.LOOPS;
    private double rate;
    private long number;
    private float scale;

    Step(double decay, double factor, long rested) {
      this.decay = decay;
      this.factor = factor;
      this.rested = rested;
    }

    void set(double newRate, long newNumber, float newScale) {
      rate = newRate * factor;
      number = newNumber - rested;
      scale = newScale;
    }

    void orthogonalizeWith(Orthogonalizer other) {
      orthogonalizer = other;
    }

    Orthogonalizer orthogonalizer() {
      return orthogonalizer;
    }

    /** Returns the weight decay of these elements. */
    public double decay() {
      return decay;
    }

    /** Returns the learning rate of this step for these elements. */
    public double rate() {
      return rate;
    }

    /** Returns the number of this step, from 1, among those in which these elements are trained. */
    public long number() {
      return number;
    }

    /** Returns the factor by which gradients must be multiplied for clipping by norm, at most 1. */
    public float scale() {
      return scale;
    }
  }
}
