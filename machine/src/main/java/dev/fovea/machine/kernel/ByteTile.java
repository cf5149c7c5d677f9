package dev.fovea.machine.kernel;

import dev.fovea.machine.assembler.Vector;
import dev.fovea.machine.assembler.Width;
import java.util.function.Consumer;

/**
 * The registers of a tile of sums of products of bytes, and those beside it.
 *
 * @param rows the rows, at most {@link #mostRows}
 * @param vectors the vectors of a row: 1, 2 or 4
 * @param vnni whether an instruction sums products of bytes; else there are those of 16 bits
 */
record ByteTile(int rows, int vectors, boolean vnni) {
  /** Returns the rows of a whole tile: without VNNI more registers are needed beside the sums. */
  static int mostRows(boolean vnni) {
    return vnni ? 6 : 4;
  }

  Vector sum(int row, int vector) {
    return new Vector(row * vectors + vector, Width.BITS_512);
  }

  /** Returns registers that no sum is in: eight, or sixteen without VNNI, or more. */
  Vector free(int i) {
    return new Vector(mostRows(vnni) * vectors + i, Width.BITS_512);
  }

  void all(Consumer<Vector> instruction) {
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) {
        instruction.accept(sum(r, v));
      }
    }
  }
}
