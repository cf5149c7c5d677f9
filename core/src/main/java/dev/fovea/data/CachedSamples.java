package dev.fovea.data;

import dev.fovea.tensor.Seed;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Samples that are read once; several threads may read the same one at first, to the same bits. */
final class CachedSamples implements View {
  private final Dataset source;
  private final AtomicReferenceArray<float[]> kept;

  CachedSamples(Dataset source) {
    this.source = source;
    this.kept = new AtomicReferenceArray<>(source.size());
  }

  @Override
  public Dataset source() {
    return source;
  }

  @Override
  public void read(
      int index, Seed seed, float[] input, int inputOffset, float[] target, int targetOffset) {
    int inputs = inputShape().elements();
    int targets = targetShape().elements();
    float[] sample = kept.get(index);
    if (sample == null) {
      sample = new float[inputs + targets];
      source.read(index, seed, sample, 0, sample, inputs);
      kept.set(index, sample);
    }
    System.arraycopy(sample, 0, input, inputOffset, inputs);
    System.arraycopy(sample, inputs, target, targetOffset, targets);
  }
}
