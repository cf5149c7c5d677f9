package dev.fovea.data;

import dev.fovea.tensor.Seed;

/** A data set that is visited in random order. */
record Shuffled(Dataset source) implements View {
  @Override
  public boolean inRandomOrder() {
    return true;
  }

  @Override
  public Sample read(int index, Seed seed) {
    return source.read(index, seed);
  }
}
