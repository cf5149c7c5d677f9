package dev.fovea.op;

import dev.fovea.tensor.FoveaException;

/**
 * An activation function: applied to each element, with a derivative that follows from its result
 * alone, so that only the result need be kept for the backward pass.
 *
 * @param kind which function
 * @param alpha the slope of leaky ReLU, the scale of ELU, the greatest result of clipped ReLU; 0
 *     elsewhere
 */
public record Activation(Kind kind, float alpha) {
  /**
   * Checks the parameter.
   *
   * @throws FoveaException if α is negative or not finite: the slope would not follow from the
   *     result
   */
  public Activation {
    if (!(alpha >= 0 && alpha < Float.POSITIVE_INFINITY)) {
      throw new FoveaException("activation needs a finite alpha of at least 0, got " + alpha);
    }
  }

  /** The functions, with {@code x} the argument. */
  public enum Kind {
    /** x. */
    IDENTITY,
    /** max(x, 0). */
    RELU,
    /** min(max(x, 0), α). */
    CLIPPED_RELU,
    /** x for x &gt; 0, else α·x. */
    LEAKY_RELU,
    /** x for x &gt; 0, else α·(eˣ − 1). */
    ELU,
    /** 1 / (1 + e⁻ˣ). */
    SIGMOID,
    /** (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ). */
    TANH,
    /** log(1 + eˣ). */
    SOFTPLUS
  }

  /** x itself. */
  public static final Activation IDENTITY = new Activation(Kind.IDENTITY, 0);

  /** max(x, 0). */
  public static final Activation RELU = new Activation(Kind.RELU, 0);

  /** 1 / (1 + e⁻ˣ). */
  public static final Activation SIGMOID = new Activation(Kind.SIGMOID, 0);

  /** The hyperbolic tangent. */
  public static final Activation TANH = new Activation(Kind.TANH, 0);

  /** log(1 + eˣ). */
  public static final Activation SOFTPLUS = new Activation(Kind.SOFTPLUS, 0);

  /** Returns min(max(x, 0), {@code most}). */
  public static Activation clippedRelu(float most) {
    return new Activation(Kind.CLIPPED_RELU, most);
  }

  /** Returns x for x &gt; 0, else {@code slope}·x. The slope must not be negative. */
  public static Activation leakyRelu(float slope) {
    return new Activation(Kind.LEAKY_RELU, slope);
  }

  /** Returns x for x &gt; 0, else {@code alpha}·(eˣ − 1). */
  public static Activation elu(float alpha) {
    return new Activation(Kind.ELU, alpha);
  }

  /** Returns the name in lower case, such as {@code leaky_relu}. */
  public String name() {
    return kind.name().toLowerCase(java.util.Locale.ROOT);
  }

  /** Returns the function's value in double precision: the specification for kernels. */
  public double apply(double x) {
    return switch (kind) {
      case IDENTITY -> x;
      case RELU -> Math.max(x, 0);
      case CLIPPED_RELU -> Math.min(Math.max(x, 0), alpha);
      case LEAKY_RELU -> x > 0 ? x : alpha * x;
      case ELU -> x > 0 ? x : alpha * Math.expm1(x);
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case TANH -> Math.tanh(x);
      case SOFTPLUS -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    };
  }

  /** Returns the derivative as a function of the result {@code y = apply(x)}. */
  public double slope(double y) {
    return switch (kind) {
      case IDENTITY -> 1;
      case RELU -> y > 0 ? 1 : 0;
      case CLIPPED_RELU -> y > 0 && y < alpha ? 1 : 0;
      case LEAKY_RELU -> y > 0 ? 1 : alpha;
      case ELU -> y > 0 ? 1 : y + alpha;
      case SIGMOID -> y * (1 - y);
      case TANH -> 1 - y * y;
      case SOFTPLUS -> -Math.expm1(-y);
    };
  }
}
