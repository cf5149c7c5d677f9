package dev.fovea.data;

import dev.fovea.tensor.Seed;
import java.util.List;

/** Samples of which every class has the same share, drawn by each sample's seed. */
record BalancedClasses(Dataset source, List<int[]> members) implements View {
  @Override
  public String description() {
    String before = source.description();
    return (before.isEmpty() ? "" : before + ", ") + "balanced classes";
  }

  @Override
  public Sample read(int index, Seed seed) {
    int[] own = members.get(index % members.size());
    int drawn = own[seed.split("balance").rng().nextInt(own.length)];
    return source.read(drawn, seed.split("source"));
  }
}
