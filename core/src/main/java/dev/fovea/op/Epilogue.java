package dev.fovea.op;

/**
 * What a contraction does to each result before it is stored: activation(result + bias + residual).
 *
 * <p>Passes move these neighbours into the contraction so that the result is not written and read
 * again in between. The extra inputs follow the contraction's own two, the bias [Cout] first, then
 * the residual, which has the result's shape.
 *
 * @param bias whether a bias is added
 * @param residual whether another tensor is added
 * @param activation the function applied last
 */
public record Epilogue(boolean bias, boolean residual, Activation activation) {
  /** Nothing is added or applied. */
  public static final Epilogue NONE = new Epilogue(false, false, Activation.IDENTITY);

  /** Returns this epilogue with a bias. */
  public Epilogue withBias() {
    return new Epilogue(true, residual, activation);
  }

  /** Returns this epilogue with a residual. */
  public Epilogue withResidual() {
    return new Epilogue(bias, true, activation);
  }

  /** Returns this epilogue with an activation. */
  public Epilogue with(Activation function) {
    return new Epilogue(bias, residual, function);
  }

  /** Returns whether nothing is added or applied. */
  public boolean isNone() {
    return equals(NONE);
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
