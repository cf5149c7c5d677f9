package dev.fovea.machine.kernel;

import static dev.fovea.machine.assembler.VectorInstruction.VADDPS;
import static dev.fovea.machine.assembler.VectorInstruction.VBROADCASTSS;
import static dev.fovea.machine.assembler.VectorInstruction.VCVTDQ2PS;
import static dev.fovea.machine.assembler.VectorInstruction.VCVTPS2DQ;
import static dev.fovea.machine.assembler.VectorInstruction.VMAXPS;
import static dev.fovea.machine.assembler.VectorInstruction.VMINPS;
import static dev.fovea.machine.assembler.VectorInstruction.VMOVAPS;
import static dev.fovea.machine.assembler.VectorInstruction.VMOVDQU8_STORE;
import static dev.fovea.machine.assembler.VectorInstruction.VMOVUPS;
import static dev.fovea.machine.assembler.VectorInstruction.VMOVUPS_STORE;
import static dev.fovea.machine.assembler.VectorInstruction.VMULPS;
import static dev.fovea.machine.assembler.VectorInstruction.VPACKSSDW;
import static dev.fovea.machine.assembler.VectorInstruction.VPACKUSWB;
import static dev.fovea.machine.assembler.VectorInstruction.VPADDD;
import static dev.fovea.machine.assembler.VectorInstruction.VPADDSW;
import static dev.fovea.machine.assembler.VectorInstruction.VPBROADCASTD;
import static dev.fovea.machine.assembler.VectorInstruction.VPMAXSW;
import static dev.fovea.machine.assembler.VectorInstruction.VPMAXUB;
import static dev.fovea.machine.assembler.VectorInstruction.VPMINSW;
import static dev.fovea.machine.assembler.VectorInstruction.VPMINUB;
import static dev.fovea.machine.assembler.VectorInstruction.VPMOVUSDB;
import static dev.fovea.machine.assembler.VectorInstruction.VPMOVWB;
import static dev.fovea.machine.assembler.VectorInstruction.VSHUFF32X4;

import dev.fovea.machine.assembler.Assembler;
import dev.fovea.machine.assembler.Memory;
import dev.fovea.machine.assembler.Register;
import dev.fovea.machine.assembler.Vector;
import java.util.function.IntFunction;

/**
 * Code of what a tile's sums begin with and of what is made of them: (sum + bias) · multiplier as
 * floats, or rounded as bytes. The columns of a tile lie as {@link BytePanel} tells.
 *
 * <p>Numbers of steps are known to be small, so that whole numbers are cut off, not floats, by the
 * instructions that narrow them.
 *
 * @param tile the registers
 * @param rounds whether results are bytes
 * @param whole whether all columns of the panel are there
 */
record ByteResults(ByteTile tile, boolean rounds, boolean whole) {
  private static final int LANES = 16;

  // Lanes of 128 bits that a shuffle takes, two of the first and two of the second operand.
  private static final int LOWER = 0x44;
  private static final int UPPER = 0xEE;
  private static final int EVEN = 0x88;
  private static final int ODD = 0xDD;
  private static final int IN_TURN = 0xD8;

  private static Memory constant(int place) {
    return Memory.at(Frame.B, place * Float.BYTES);
  }

  private Memory constant(int place, int vector) {
    return constant(place + vector * tile.by().width().floats());
  }

  /** Mask v + 1 says which columns of vector v there are, mask 1 of bytes which of all. */
  void masks(Assembler a) {
    for (int v = 0; !whole && v < (rounds ? 1 : tile.vectors()); v++) {
      a.load(Register.RAX, constant(BytePanel.MASK));
      if (v > 0) {
        a.shiftRight(Register.RAX, v * LANES);
      }
      a.mask(v + 1, Register.RAX);
    }
  }

  /** Sets all sums to what they begin with. */
  void begin(Assembler a) {
    for (int v = 0; v < tile.vectors(); v++) {
      a.vector(VMOVUPS, tile.sum(0, v), constant(BytePanel.BEGIN, v));
      for (int r = 1; r < tile.rows(); r++) {
        a.vector(VMOVAPS, tile.sum(r, v), tile.sum(0, v));
      }
    }
  }

  /** Stores the results of all rows. */
  void store(Assembler a, Rows y) {
    real(a);
    if (!rounds) {
      floats(a, y);
    } else {
      switch (tile.vectors()) {
        case 1 -> one(a, y);
        case 2 -> two(a, y);
        default -> four(a, y);
      }
    }
  }

  /** Makes numbers of steps of sums. */
  private void real(Assembler a) {
    for (int v = 0; v < tile.vectors(); v++) {
      a.vector(VMOVUPS, tile.free(0), constant(BytePanel.BIAS, v));
      a.vector(VMOVUPS, tile.free(1), constant(BytePanel.MULTIPLIER, v));
      for (int r = 0; r < tile.rows(); r++) {
        Vector s = tile.sum(r, v);
        a.vector(VCVTDQ2PS, s, s);
        a.vector(VADDPS, s, s, tile.free(0));
        a.vector(VMULPS, s, s, tile.free(1));
      }
    }
  }

  /** Brings the columns of each row into their order, if registers are there, and stores them. */
  private void floats(Assembler a, Rows y) {
    for (int r = 0; r < tile.rows(); r++) {
      int row = r;
      IntFunction<Vector> result =
          switch (tile.vectors()) {
            case 1 -> v -> tile.sum(row, v);
            case 2 -> orderTwo(a, row);
            default -> tile.by().wide() ? v -> tile.sum(row, v) : orderFour(a, row);
          };
      for (int v = 0; v < tile.vectors(); v++) {
        Memory to = y.at(r, v * tile.by().width().bytes());
        if (whole) {
          a.vector(VMOVUPS_STORE, result.apply(v), to);
        } else {
          a.masked(VMOVUPS_STORE, v + 1, result.apply(v), to);
        }
      }
    }
  }

  private IntFunction<Vector> orderTwo(Assembler a, int row) {
    for (int v = 0; v < 2; v++) {
      Vector both = tile.free(v);
      int half = v == 0 ? LOWER : UPPER;
      a.shuffle(VSHUFF32X4, both, tile.sum(row, 0), tile.sum(row, 1), half);
      a.shuffle(VSHUFF32X4, both, both, both, IN_TURN);
    }
    return tile::free;
  }

  private IntFunction<Vector> orderFour(Assembler a, int row) {
    for (int half = 0; half < 2; half++) {
      int lanes = half == 0 ? LOWER : UPPER;
      Vector first = tile.free(4);
      Vector second = tile.free(5);
      a.shuffle(VSHUFF32X4, first, tile.sum(row, 0), tile.sum(row, 1), lanes);
      a.shuffle(VSHUFF32X4, second, tile.sum(row, 2), tile.sum(row, 3), lanes);
      a.shuffle(VSHUFF32X4, tile.free(2 * half), first, second, EVEN);
      a.shuffle(VSHUFF32X4, tile.free(2 * half + 1), first, second, ODD);
    }
    return tile::free;
  }

  /** One vector: nothing is packed. */
  private void one(Assembler a, Rows y) {
    Vector least = tile.free(0);
    Vector greatest = tile.free(1);
    Vector zero = tile.free(2);
    a.vector(VBROADCASTSS, least, constant(BytePanel.LEAST_STEPS));
    a.vector(VBROADCASTSS, greatest, constant(BytePanel.GREATEST_STEPS));
    a.vector(VPBROADCASTD, zero, constant(BytePanel.ZERO_INTEGER));
    for (int r = 0; r < tile.rows(); r++) {
      Vector s = tile.sum(r, 0);
      a.vector(VMAXPS, s, s, least);
      a.vector(VMINPS, s, s, greatest);
      a.vector(VCVTPS2DQ, s, s);
      a.vector(VPADDD, s, s, zero);
      a.masked(VPMOVUSDB, whole ? 0 : 1, s, y.at(r, 0));
    }
  }

  private void two(Assembler a, Rows y) {
    bounds(a);
    for (int r = 0; r < tile.rows(); r++) {
      Vector s = words(a, r, 0);
      a.vector(VPMAXSW, s, s, tile.free(1));
      a.vector(VPMINSW, s, s, tile.free(2));
      a.masked(VPMOVWB, whole ? 0 : 1, s, y.at(r, 0));
    }
  }

  private void four(Assembler a, Rows y) {
    bounds(a);
    for (int r = 0; r < tile.rows(); r++) {
      Vector s = words(a, r, 0);
      a.vector(VPACKUSWB, s, s, words(a, r, 2));
      a.vector(VPMAXUB, s, s, tile.free(1));
      a.vector(VPMINUB, s, s, tile.free(2));
      if (whole) {
        a.vector(VMOVUPS_STORE, s, y.at(r, 0));
      } else {
        a.masked(VMOVDQU8_STORE, 1, s, y.at(r, 0));
      }
    }
  }

  /** Loads what is added, and the least and the greatest result. */
  private void bounds(Assembler a) {
    a.vector(VMOVUPS, tile.free(0), constant(BytePanel.ZERO));
    a.vector(VMOVUPS, tile.free(1), constant(BytePanel.LEAST));
    a.vector(VMOVUPS, tile.free(2), constant(BytePanel.GREATEST));
  }

  /** Rounds two vectors of a row to one of 16-bit numbers. */
  private Vector words(Assembler a, int row, int first) {
    Vector low = tile.sum(row, first);
    Vector high = tile.sum(row, first + 1);
    a.vector(VCVTPS2DQ, low, low);
    a.vector(VCVTPS2DQ, high, high);
    a.vector(VPACKSSDW, low, low, high);
    a.vector(VPADDSW, low, low, tile.free(0));
    return low;
  }
}
