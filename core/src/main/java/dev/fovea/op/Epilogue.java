package dev.fovea.op;

import dev.fovea.tensor.FoveaException;

/**
 * What a contraction does to each result before it is stored: activation(v), where v = result +
 * bias + residual, or SiLU of v.
 *
 * <p>Passes move these neighbours into the contraction so that the result is not written and read
 * again in between. The extra inputs follow the contraction's own two, the bias [Cout] first, then
 * the residual, which has the result's shape.
 *
 * @param bias whether a bias is added
 * @param residual whether another tensor is added
 * @param activation the function applied last; for SiLU a sigmoid, which is not all of it
 * @param silu whether v is multiplied by its sigmoid: SiLU, v·σ(v)
 */
public record Epilogue(boolean bias, boolean residual, Activation activation, boolean silu) {
  /** Nothing is added or applied. */
  public static final Epilogue NONE = new Epilogue(false, false, Activation.IDENTITY);

  /**
   * Checks the activation.
   *
   * @throws FoveaException if SiLU is to have a function other than the sigmoid
   */
  public Epilogue {
    if (silu && activation.kind() != Activation.Kind.SIGMOID) {
      throw new FoveaException("SiLU is v times its sigmoid, got " + activation.name());
    }
  }

  /** Creates one with an activation that is not SiLU. */
  public Epilogue(boolean bias, boolean residual, Activation activation) {
    this(bias, residual, activation, false);
  }

  /** Returns this epilogue with a bias. */
  public Epilogue withBias() {
    return new Epilogue(true, residual, activation, silu);
  }

  /** Returns this epilogue with a residual. */
  public Epilogue withResidual() {
    return new Epilogue(bias, true, activation, silu);
  }

  /** Returns this epilogue with an activation that is not SiLU. */
  public Epilogue with(Activation function) {
    return new Epilogue(bias, residual, function);
  }

  /** Returns this epilogue with SiLU, v·σ(v). */
  public Epilogue withSilu() {
    return new Epilogue(bias, residual, Activation.SIGMOID, true);
  }

  /** Returns whether nothing is added or applied. */
  public boolean isNone() {
    return equals(NONE);
  }

  /** Returns the name of the function in lower case, such as {@code silu}. */
  public String function() {
    return silu ? "silu" : activation.name();
  }

  /** Returns what becomes of a sum v in double precision: the specification for kernels. */
  public double apply(double v) {
    return silu ? v * activation.apply(v) : activation.apply(v);
  }

  /** Returns the position of the bias among the contraction's inputs. */
  public int biasInput() {
    return 2;
  }

  /** Returns the position of the residual among the contraction's inputs. */
  public int residualInput() {
    return bias ? 3 : 2;
  }

  /** Returns how many inputs the contraction has with this epilogue. */
  public int inputs() {
    return 2 + (bias ? 1 : 0) + (residual ? 1 : 0);
  }
}
