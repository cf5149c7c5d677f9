package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Kernel;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.op.Elementwise;
import dev.fovea.tensor.ElementType;
import dev.fovea.tensor.Shape;
import java.util.Optional;

/** Turns floats into whole numbers of 8 bits, and those into floats. */
final class ConvertKernel extends RowKernel {
  private final boolean toBytes;
  private final ElementType bytes;

  private ConvertKernel(Elementwise.Convert op, Shape output) {
    super(output.elements(), 1);
    this.toBytes = op.to().bytes() == 1;
    this.bytes = toBytes ? op.to() : op.from();
  }

  /** Returns the kernel; empty for types of 16 bits, and from bytes to bytes. */
  static Optional<Kernel> of(Elementwise.Convert op, Shape output) {
    boolean floats = op.from() == ElementType.FLOAT32 || op.to() == ElementType.FLOAT32;
    boolean known = floats && op.from().bytes() + op.to().bytes() == Float.BYTES + 1;
    return known ? Optional.of(new ConvertKernel(op, output)) : Optional.empty();
  }

  @Override
  void rows(int from, int to, Operands o, Span scratch) {
    Span x = o.input(0);
    Span y = o.output();
    // All bits keep the sign that a byte brings along, eight of them leave it out.
    int mask = bytes == ElementType.INT8 ? -1 : 0xFF;
    int least = bytes.least();
    int greatest = bytes.greatest();
    for (int i = from; i < to; i++) {
      if (toBytes) {
        int whole = (int) Math.rint(x.array()[x.offset() + i]);
        y.bytes()[y.offset() + i] = (byte) Math.clamp(whole, least, greatest);
      } else {
        y.array()[y.offset() + i] = x.bytes()[x.offset() + i] & mask;
      }
    }
  }
}
