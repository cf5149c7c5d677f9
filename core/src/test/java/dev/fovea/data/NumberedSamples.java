package dev.fovea.data;

import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;

/** A data set for tests: input {@code [i, random of the seed]}, target {@code i % 3}. */
record NumberedSamples(int size) implements Dataset {
  @Override
  public Shape inputShape() {
    return Shape.of(2);
  }

  @Override
  public List<String> classes() {
    return List.of("a", "b", "c");
  }

  @Override
  public Sample read(int index, Seed seed) {
    return Sample.of(
        Tensor.of(Shape.of(2), index, seed.rng().nextFloat()), new Mark.Label(index % 3));
  }
}
