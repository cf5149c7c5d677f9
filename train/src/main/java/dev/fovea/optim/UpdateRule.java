package dev.fovea.optim;

/**
 * An optimiser whose methods return its own type, so that settings can be chained in any order:
 * {@code lion(1e-3).weightDecay(0.1).betas(0.9, 0.98)}.
 *
 * @param <R> the type itself, as in {@code record Lion(…) implements UpdateRule<Lion>}
 */
public interface UpdateRule<R extends UpdateRule<R>> extends Optimizer {
  @Override
  R learningRate(double rate);

  @Override
  R with(Regularization regularization);

  @Override
  default R weightDecay(double decay) {
    return with(regularization().withDecay(decay));
  }

  @Override
  default R decayAll() {
    return with(regularization().withDecayAll());
  }

  @Override
  default R clipNorm(double norm) {
    return with(regularization().withClipNorm(norm));
  }

  @Override
  default R clipValue(double value) {
    return with(regularization().withClipValue(value));
  }
}
