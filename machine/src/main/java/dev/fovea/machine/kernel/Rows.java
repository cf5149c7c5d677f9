package dev.fovea.machine.kernel;

import dev.fovea.machine.assembler.Assembler;
import dev.fovea.machine.assembler.Memory;
import dev.fovea.machine.assembler.Register;
import java.util.List;

/**
 * Rows of memory at one distance from each other, with a register for every third row: an operand
 * can add the distance once or twice.
 *
 * @param pointers for the rows 0, 3, 6, …
 * @param stride the distance in bytes
 */
record Rows(List<Register> pointers, Register stride) {
  private static final int PER_POINTER = 3;

  /** Makes the other pointers from that of the first row. */
  void set(Assembler a, int rows) {
    for (int i = 1; PER_POINTER * i < rows; i++) {
      Register before = pointers.get(i - 1);
      a.address(pointers.get(i), Memory.at(before, stride, 2, 0));
      a.add(pointers.get(i), stride);
    }
  }

  /** Moves all rows. */
  void advance(Assembler a, int rows, int bytes) {
    for (int i = 0; PER_POINTER * i < rows; i++) {
      a.add(pointers.get(i), bytes);
    }
  }

  /** Returns the place of a row. */
  Memory at(int row, int displacement) {
    Register pointer = pointers.get(row / PER_POINTER);
    return row % PER_POINTER == 0
        ? Memory.at(pointer, displacement)
        : Memory.at(pointer, stride, row % PER_POINTER, displacement);
  }
}
