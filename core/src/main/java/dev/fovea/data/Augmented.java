package dev.fovea.data;

import dev.fovea.tensor.Seed;

/** A data set whose inputs go through a transform. */
record Augmented(Dataset source, Transform transform) implements View {
  @Override
  public String description() {
    String before = source.description();
    return (before.isEmpty() ? "" : before + ", ") + transform.name();
  }

  @Override
  public void read(
      int index, Seed seed, float[] input, int inputOffset, float[] target, int targetOffset) {
    source.read(index, seed.split("source"), input, inputOffset, target, targetOffset);
    transform.apply(input, inputOffset, inputShapes().get(0), seed.split("transform").rng());
  }
}
