package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.op.Source;
import dev.fovea.tensor.Seed;

/** Draws each element from key, stream and its own position alone. */
final class RandomMaskKernel extends RowKernel {
  private final float keep;
  private final long stream;

  RandomMaskKernel(Source.RandomMask op) {
    super(op.maskShape().elements(), 8);
    this.keep = op.keep();
    this.stream = op.stream();
  }

  @Override
  void rows(int from, int to, Operands o, Span scratch) {
    Span y = o.output();
    long start = Seed.mix(key(o.input(0)) ^ Seed.mix(stream));
    float kept = 1 / keep;
    for (int i = from; i < to; i++) {
      float draw = (Seed.mix(start + i) >>> 40) * 0x1p-24f;
      y.array()[y.offset() + i] = draw < keep ? kept : 0;
    }
  }

  private static long key(Span quarters) {
    long key = 0;
    for (int i = 0; i < Source.RandomMask.KEY_LENGTH; i++) {
      key = key << 16 | (long) quarters.array()[quarters.offset() + i];
    }
    return key;
  }
}
