package dev.fovea.op;

import dev.fovea.tensor.FoveaException;

/**
 * What a contraction does to each result before it is stored: activation(v), or with a gate
 * v·activation(v), where v = result + bias + residual.
 *
 * <p>Passes move these neighbours into the contraction so that the result is not written and read
 * again in between. The extra inputs follow the contraction's own two, the bias [Cout] first, then
 * the residual, which has the result's shape.
 *
 * @param bias whether a bias is added
 * @param residual whether another tensor is added
 * @param activation the function applied last
 * @param selfGated whether the function's value is multiplied by its argument: SiLU, x·σ(x), of a
 *     sigmoid
 */
public record Epilogue(boolean bias, boolean residual, Activation activation, boolean selfGated) {
  /** Nothing is added or applied. */
  public static final Epilogue NONE = new Epilogue(false, false, Activation.IDENTITY);

  /**
   * Checks the gate.
   *
   * @throws FoveaException if a function other than the sigmoid is to be a gate
   */
  public Epilogue {
    if (selfGated && activation.kind() != Activation.Kind.SIGMOID) {
      throw new FoveaException("only a sigmoid is a gate, got " + activation.name());
    }
  }

  /** Creates one without a gate. */
  public Epilogue(boolean bias, boolean residual, Activation activation) {
    this(bias, residual, activation, false);
  }

  /** Returns this epilogue with a bias. */
  public Epilogue withBias() {
    return new Epilogue(true, residual, activation, selfGated);
  }

  /** Returns this epilogue with a residual. */
  public Epilogue withResidual() {
    return new Epilogue(bias, true, activation, selfGated);
  }

  /** Returns this epilogue with an activation, and without a gate. */
  public Epilogue with(Activation function) {
    return new Epilogue(bias, residual, function);
  }

  /** Returns this epilogue with SiLU, x·σ(x). */
  public Epilogue withSilu() {
    return new Epilogue(bias, residual, Activation.SIGMOID, true);
  }

  /** Returns whether nothing is added or applied. */
  public boolean isNone() {
    return equals(NONE);
  }

  /** Returns what becomes of a sum v in double precision: the specification for kernels. */
  public double apply(double v) {
    return selfGated ? v * activation.apply(v) : activation.apply(v);
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
