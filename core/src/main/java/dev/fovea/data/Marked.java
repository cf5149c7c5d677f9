package dev.fovea.data;

import dev.fovea.tensor.Seed;
import java.util.List;
import java.util.function.Function;

/** A data set whose samples have other marks, made of those they had when they are read. */
record Marked(Dataset source, List<Target> targets, Function<Sample, List<Mark>> marks)
    implements View {
  @Override
  public Sample read(int index, Seed seed) {
    Sample sample = source.read(index, seed);
    return sample.with(marks.apply(sample));
  }
}
