package dev.fovea.data;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import java.util.Arrays;

/** Chosen samples of a data set. */
final class Subset implements View {
  private final Dataset source;
  private final int[] indices;

  Subset(Dataset source, int[] indices) {
    this.source = source;
    this.indices = indices.clone();
    for (int i : this.indices) {
      if (i < 0 || i >= source.size()) {
        throw new FoveaException(
            "sample " + i + " chosen of a data set that has 0 to " + (source.size() - 1));
      }
    }
  }

  /** Returns what belongs to these samples, of what belongs to those of the source. */
  int[] chosen(int... ofSource) {
    return Arrays.stream(indices).map(i -> ofSource[i]).toArray();
  }

  @Override
  public Dataset source() {
    return source;
  }

  @Override
  public int size() {
    return indices.length;
  }

  @Override
  public Sample read(int index, Seed seed) {
    return source.read(indices[index], seed);
  }
}
