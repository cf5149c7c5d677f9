package dev.fovea.data;

import dev.fovea.tensor.Seed;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Samples that are read once; several threads may read the same one at first, to the same bits. */
final class CachedSamples implements View {
  private final Dataset source;
  private final AtomicReferenceArray<Sample> kept;

  CachedSamples(Dataset source) {
    this.source = source;
    this.kept = new AtomicReferenceArray<>(source.size());
  }

  @Override
  public Dataset source() {
    return source;
  }

  @Override
  public Sample read(int index, Seed seed) {
    Sample sample = kept.get(index);
    if (sample == null) {
      sample = source.read(index, seed);
      kept.set(index, sample);
    }
    return sample;
  }
}
