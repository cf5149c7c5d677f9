package dev.fovea.data;

import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Shape;

/** A transform under a name. */
record NamedTransform(String name, Transform transform) implements Transform {
  @Override
  public void apply(float[] sample, int offset, Shape shape, Rng rng) {
    transform.apply(sample, offset, shape, rng);
  }
}
