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

  /** Returns the name with its numbers; transforms of one name are the same. */
  default String name() {
    return "custom";
  }

  /** Returns this transform under a name by which a resumed training knows it again. */
  default Transform named(String name) {
    return new NamedTransform(name, this);
  }

  /** Returns this transform followed by another. */
  default Transform then(Transform next) {
    Transform both =
        (sample, offset, shape, rng) -> {
          apply(sample, offset, shape, rng);
          next.apply(sample, offset, shape, rng);
        };
    return both.named(name() + ", " + next.name());
  }
}
