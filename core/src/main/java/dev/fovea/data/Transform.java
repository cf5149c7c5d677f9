package dev.fovea.data;

import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Shape;

/**
 * A change of one input in place, by the randomness it is given and nothing else.
 *
 * <p>Several threads call a transform at once, each with a sample and a generator of its own.
 */
@FunctionalInterface
public interface Transform {
  /** Changes the values of one sample of this shape, which begin at {@code offset}. */
  void apply(float[] sample, int offset, Shape shape, Rng rng);

  /** Returns this transform followed by another. */
  default Transform then(Transform next) {
    return (sample, offset, shape, rng) -> {
      apply(sample, offset, shape, rng);
      next.apply(sample, offset, shape, rng);
    };
  }
}
