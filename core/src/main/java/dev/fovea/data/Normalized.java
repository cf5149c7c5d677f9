package dev.fovea.data;

import dev.fovea.tensor.Seed;
import java.util.Optional;

/** Samples whose pictures become inputs by another rule. */
record Normalized(Dataset source, Preprocessing rule) implements View {
  @Override
  public Optional<Preprocessing> normalization() {
    return Optional.of(rule);
  }

  @Override
  public Sample read(int index, Seed seed) {
    return source.read(index, seed);
  }
}
