package dev.fovea.data;

import dev.fovea.tensor.Seed;

/** A data set that is visited in random order. */
record Shuffled(Dataset source) implements View {
  @Override
  public boolean inRandomOrder() {
    return true;
  }

  @Override
  public void read(
      int index, Seed seed, float[] input, int inputOffset, float[] target, int targetOffset) {
    source.read(index, seed, input, inputOffset, target, targetOffset);
  }
}
