package dev.fovea.machine.kernel;

import dev.fovea.machine.assembler.Vector;
import dev.fovea.machine.assembler.Width;
import java.util.function.Consumer;

/**
 * The registers of a tile of sums of products of bytes, and those beside it.
 *
 * @param rows the rows, at most {@value #MOST_ROWS}
 * @param vectors the vectors of a row: 1, 2 or 4
 */
record ByteTile(int rows, int vectors) {
  static final int MOST_ROWS = 6;

  Vector sum(int row, int vector) {
    return new Vector(row * vectors + vector, Width.BITS_512);
  }

  /** Returns registers that no sum is in: eight, or more. */
  Vector free(int i) {
    return new Vector(MOST_ROWS * vectors + i, Width.BITS_512);
  }

  void all(Consumer<Vector> instruction) {
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) {
        instruction.accept(sum(r, v));
      }
    }
  }
}
