package dev.fovea.optim;

/** The optimisers, to be imported statically. */
public final class Optimizers {
  private static final double ADAMW_DECAY = 0.01;

  private Optimizers() {}

  /** Returns stochastic gradient descent without momentum. */
  public static Sgd sgd(double learningRate) {
    return new Sgd(learningRate, 0, false, Regularization.NONE);
  }

  /** Returns Adam with β 0.9 and 0.999 and ε 10⁻⁸. */
  public static Adam adam(double learningRate) {
    return new Adam(learningRate, 0.9, 0.999, 1e-8, false, Regularization.NONE);
  }

  /** Returns Adam with decoupled weight decay, 0.01 unless chosen otherwise. */
  public static Adam adamW(double learningRate) {
    return new Adam(learningRate, 0.9, 0.999, 1e-8, true, Regularization.NONE)
        .weightDecay(ADAMW_DECAY);
  }

  /** Returns RMSProp with α 0.99 and ε 10⁻⁸, without momentum. */
  public static RmsProp rmsProp(double learningRate) {
    return new RmsProp(learningRate, 0.99, 1e-8, 0, Regularization.NONE);
  }
}
