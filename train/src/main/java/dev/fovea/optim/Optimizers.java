package dev.fovea.optim;

/** Factories of all optimisers, for static import. */
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

  /** Returns Adagrad with ε 10⁻¹⁰. */
  public static AdaGrad adaGrad(double learningRate) {
    return new AdaGrad(learningRate, 1e-10, Regularization.NONE);
  }

  /** Returns Adadelta with rate 1, ρ 0.9 and ε 10⁻⁶. */
  public static AdaDelta adaDelta() {
    return new AdaDelta(1, 0.9, 1e-6, Regularization.NONE);
  }

  /** Returns Lion with β 0.9 and 0.99. */
  public static Lion lion(double learningRate) {
    return new Lion(learningRate, 0.9, 0.99, Regularization.NONE);
  }

  /** Returns LARS with momentum 0.9 and trust 0.001. */
  public static Lars lars(double learningRate) {
    return new Lars(learningRate, 0.9, 0.001, Regularization.NONE);
  }

  /**
   * Returns Muon with momentum 0.95, 5 iterations and Adam at 3·10⁻⁴ for parameters with one axis.
   */
  public static Muon muon(double learningRate) {
    return new Muon(learningRate, 0.95, 5, 3e-4, Regularization.NONE);
  }
}
