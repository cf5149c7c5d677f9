package dev.fovea.machine.kernel;

import static dev.fovea.machine.assembler.VectorInstruction.VADDPS;
import static dev.fovea.machine.assembler.VectorInstruction.VBROADCASTSS;
import static dev.fovea.machine.assembler.VectorInstruction.VDPBF16PS;
import static dev.fovea.machine.assembler.VectorInstruction.VFMADD231PS;
import static dev.fovea.machine.assembler.VectorInstruction.VMAXPS;
import static dev.fovea.machine.assembler.VectorInstruction.VMINPS;
import static dev.fovea.machine.assembler.VectorInstruction.VMOVAPS;
import static dev.fovea.machine.assembler.VectorInstruction.VMOVUPS;
import static dev.fovea.machine.assembler.VectorInstruction.VMOVUPS_STORE;
import static dev.fovea.machine.assembler.VectorInstruction.VPXOR;

import dev.fovea.machine.assembler.Assembler;
import dev.fovea.machine.assembler.Memory;
import dev.fovea.machine.assembler.Register;
import dev.fovea.machine.assembler.Vector;
import dev.fovea.machine.assembler.VectorInstruction;
import dev.fovea.machine.assembler.Width;
import java.util.function.IntFunction;

/**
 * The registers of a tile of sums: one per row and vector of columns, then a row of the panel, then
 * numbers of the other factor.
 *
 * @param rows the rows
 * @param vectors the vectors of a row
 * @param width the width of a vector
 * @param avx512 whether there are 32 registers and operands that are read for all lanes
 * @param pairs whether factors are pairs of bfloat16
 */
record Tile(int rows, int vectors, Width width, boolean avx512, boolean pairs) {
  /** Numbers that are fetched ahead of the sums that wait for them. */
  private static final int AHEAD = 2;

  /** Returns whether there are registers for such a tile. */
  boolean fits() {
    return rows * vectors + vectors + (broadcasts() ? 0 : 1) <= registers();
  }

  private int registers() {
    return avx512 ? 32 : 16;
  }

  /**
   * Returns whether a multiply-add reads its number for all lanes by itself. Where two vectors need
   * the number, to load it once is faster than to read it twice; for four there is no register.
   */
  private boolean broadcasts() {
    return avx512 && vectors != 2;
  }

  /** Returns the bytes of a row of sums, or of a panel. */
  int rowBytes() {
    return vectors * width.bytes();
  }

  Vector sum(int row, int vector) {
    return new Vector(row * vectors + vector, width);
  }

  /** Returns the register of a vector of the panel's row; free before and after the sums. */
  Vector panel(int vector) {
    return new Vector(rows * vectors + vector, width);
  }

  private Vector number(int row) {
    int first = (rows + 1) * vectors;
    return new Vector(first + row % Math.min(AHEAD, registers() - first), width);
  }

  /** Sets a register to zeros. */
  static void zero(Assembler a, Vector v) {
    a.vector(VPXOR, v, v, v);
  }

  /** Sets all sums to zero. */
  void zero(Assembler a) {
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) {
        zero(a, sum(r, v));
      }
    }
  }

  /** Sets all rows of sums to a bias. */
  void bias(Assembler a, IntFunction<Memory> vector) {
    for (int v = 0; v < vectors; v++) {
      a.vector(VMOVUPS, sum(0, v), vector.apply(v));
    }
    for (int r = 1; r < rows; r++) {
      for (int v = 0; v < vectors; v++) {
        a.vector(VMOVAPS, sum(r, v), sum(0, v));
      }
    }
  }

  /** Loads all sums; {@code row} tells where a row is. */
  void load(Assembler a, IntFunction<Memory> row) {
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) {
        a.vector(VMOVUPS, sum(r, v), row.apply(r).plus(v * width.bytes()));
      }
    }
  }

  /** Adds what lies in memory to all sums. */
  void add(Assembler a, IntFunction<Memory> row) {
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) {
        a.vector(VADDPS, sum(r, v), sum(r, v), row.apply(r).plus(v * width.bytes()));
      }
    }
  }

  /** Stores all sums. */
  void store(Assembler a, IntFunction<Memory> row) {
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) {
        a.vector(VMOVUPS_STORE, sum(r, v), row.apply(r).plus(v * width.bytes()));
      }
    }
  }

  /** Returns where the rows of sums are that lie one after the other. */
  IntFunction<Memory> rowsAt(Register base) {
    return r -> Memory.at(base, r * rowBytes());
  }

  /** Raises all sums below a number in memory to it; what is no number stays. */
  void atLeast(Assembler a, Memory floor) {
    bound(a, VMAXPS, floor);
  }

  /** Lowers all sums above a number in memory to it; what is no number stays. */
  void atMost(Assembler a, Memory limit) {
    bound(a, VMINPS, limit);
  }

  private void bound(Assembler a, VectorInstruction with, Memory number) {
    Vector bound = panel(0);
    a.vector(VBROADCASTSS, bound, number);
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) {
        a.vector(with, sum(r, v), bound, sum(r, v));
      }
    }
  }

  /**
   * Takes the maximum of each sum and zero as {@link Math#max(float, float)} does: what is no
   * number stays, and of two zeros it is the positive one.
   */
  void relu(Assembler a) {
    Vector zero = panel(0);
    zero(a, zero);
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) {
        Vector s = sum(r, v);
        a.vector(VMAXPS, s, zero, s);
        a.vector(VADDPS, s, s, zero);
      }
    }
  }

  /**
   * Adds one product to each sum, or those of a pair.
   *
   * @param panel where a vector of the panel's row is
   * @param x where a row's number is
   */
  void step(Assembler a, IntFunction<Memory> panel, IntFunction<Memory> x) {
    VectorInstruction multiplyAdd = pairs ? VDPBF16PS : VFMADD231PS;
    for (int v = 0; v < vectors; v++) {
      a.vector(VMOVUPS, panel(v), panel.apply(v));
    }
    for (int r = 0; r < rows; r++) {
      if (broadcasts()) {
        for (int v = 0; v < vectors; v++) {
          a.vector(multiplyAdd, sum(r, v), panel(v), x.apply(r).forAllLanes());
        }
      } else {
        a.vector(VBROADCASTSS, number(r), x.apply(r));
        for (int v = 0; v < vectors; v++) {
          a.vector(multiplyAdd, sum(r, v), number(r), panel(v));
        }
      }
    }
  }
}
