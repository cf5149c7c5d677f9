package dev.fovea.data;

import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.util.List;

/** A data set for tests: input {@code [i, random of the seed]}, target {@code i % 3}. */
record Numbers(int size) implements Dataset {
  @Override
  public Shape inputShape() {
    return Shape.of(2);
  }

  @Override
  public List<String> classes() {
    return List.of("a", "b", "c");
  }

  @Override
  public void read(
      int index, Seed seed, float[] input, int inputOffset, float[] target, int targetOffset) {
    input[inputOffset] = index;
    input[inputOffset + 1] = seed.rng().nextFloat();
    target[targetOffset] = index % 3;
  }
}
