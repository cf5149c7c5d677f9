package dev.fovea.data;

import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;

/** Samples whose class labels are written as distributions: 1 for the class, 0 for all others. */
record Distributions(Dataset source) implements View {
  @Override
  public List<Target> targets() {
    return List.of(Target.distribution(classes().size()));
  }

  @Override
  public Sample read(int index, Seed seed) {
    Sample sample = source.read(index, seed);
    Tensor shares = Tensor.zeros(Shape.of(classes().size()));
    shares.data()[sample.label()] = 1;
    return sample.with(List.of(new Mark.Numbers(shares)));
  }
}
