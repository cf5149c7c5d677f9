package dev.fovea.data;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;

/** A data set whose samples are changed when they are read. */
record Augmented(Dataset source, Augmentation change) implements View {
  @Override
  public String description() {
    String before = source.description();
    return (before.isEmpty() ? "" : before + ", ") + change.name();
  }

  @Override
  public Sample read(int index, Seed seed) {
    Sample changed =
        change.apply(source.read(index, seed.split("source")), seed.split("transform"));
    Shape arrived = changed.picture().shape();
    if (!arrived.equals(inputShape())) {
      throw new FoveaException(
          "augmentation %s: makes pictures of %s, the network takes %s"
              .formatted(change.name(), arrived.times(), inputShape().times()));
    }
    return changed;
  }
}
