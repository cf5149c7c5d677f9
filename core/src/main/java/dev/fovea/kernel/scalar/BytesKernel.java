package dev.fovea.kernel.scalar;

import dev.fovea.kernel.Operands;
import dev.fovea.kernel.Span;
import dev.fovea.op.Source;

/** Turns bytes into floats. */
final class BytesKernel extends RowKernel {
  private final byte[] data;
  private final int mask;

  BytesKernel(Source.Bytes op) {
    super(op.data().length, 1);
    this.data = op.data();
    // All bits keep the sign that a byte brings along, eight of them leave it out.
    this.mask = op.signed() ? -1 : 0xFF;
  }

  @Override
  void rows(int from, int to, Operands o, Span scratch) {
    Span y = o.output();
    for (int i = from; i < to; i++) {
      y.array()[y.offset() + i] = data[i] & mask;
    }
  }
}
