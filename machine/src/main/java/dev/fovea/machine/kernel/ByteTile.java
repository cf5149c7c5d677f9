package dev.fovea.machine.kernel;

import dev.fovea.machine.assembler.Vector;
import java.util.function.Consumer;

/**
 * The registers of a tile of sums of products of bytes, and those beside it.
 *
 * @param rows the rows, at most those of a whole tile
 * @param vectors the vectors of a row: 1, 2 or 4
 * @param by the instructions
 */
record ByteTile(int rows, int vectors, ByteInstructions by) {
  /** Returns the bytes of a row of sums. */
  int rowBytes() {
    return vectors * by.width().bytes();
  }

  Vector sum(int row, int vector) {
    return new Vector(row * vectors + vector, by.width());
  }

  /** Returns registers that no sum is in: four with 16 registers, else eight or more. */
  Vector free(int i) {
    return new Vector(by.rows() * vectors + i, by.width());
  }

  void all(Consumer<Vector> instruction) {
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) {
        instruction.accept(sum(r, v));
      }
    }
  }
}
