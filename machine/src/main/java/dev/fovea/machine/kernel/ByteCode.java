package dev.fovea.machine.kernel;

import static dev.fovea.machine.assembler.VectorInstruction.VADDPS;
import static dev.fovea.machine.assembler.VectorInstruction.VBROADCASTSS;
import static dev.fovea.machine.assembler.VectorInstruction.VCVTDQ2PS;
import static dev.fovea.machine.assembler.VectorInstruction.VCVTPS2DQ;
import static dev.fovea.machine.assembler.VectorInstruction.VMAXPS;
import static dev.fovea.machine.assembler.VectorInstruction.VMINPS;
import static dev.fovea.machine.assembler.VectorInstruction.VMOVUPS;
import static dev.fovea.machine.assembler.VectorInstruction.VMOVUPS_STORE;
import static dev.fovea.machine.assembler.VectorInstruction.VMULPS;
import static dev.fovea.machine.assembler.VectorInstruction.VPADDD;
import static dev.fovea.machine.assembler.VectorInstruction.VPBROADCASTD;
import static dev.fovea.machine.assembler.VectorInstruction.VPDPBUSD;
import static dev.fovea.machine.assembler.VectorInstruction.VPMOVUSDB;
import static dev.fovea.machine.assembler.VectorInstruction.VPMULLD;

import dev.fovea.machine.assembler.Arithmetic;
import dev.fovea.machine.assembler.Assembler;
import dev.fovea.machine.assembler.Condition;
import dev.fovea.machine.assembler.Label;
import dev.fovea.machine.assembler.Memory;
import dev.fovea.machine.assembler.Register;
import dev.fovea.machine.assembler.Vector;
import dev.fovea.machine.assembler.Width;
import java.util.List;
import java.util.function.Consumer;

/**
 * Code of products of unsigned and signed bytes (VNNI): tiles of rows × vectors of 16 columns, one
 * below the other, with sums of 32 bits that become floats or bytes.
 *
 * <p>The arrays are x, a panel, a {@link BytePanel.Constants line of constants}, what is read where
 * a tap is padding, the result, and the places of taps: of tap t and row r at t · stride + r, below
 * zero for padding. The arguments are the number of tiles, the bytes of the places of a tile's
 * taps, the stride between taps, the bytes that are read at a place, which are a multiple of four,
 * and the distance between rows of the result. All but the first are in bytes.
 *
 * @param rows the rows of a tile, at most {@value #MOST_ROWS}
 * @param vectors the vectors of a tile's row: 1, 2 or 4
 * @param rounds whether results are bytes
 */
record ByteCode(int rows, int vectors, boolean rounds) {
  static final int MOST_ROWS = 6;

  private static final int LANES = 16;
  private static final int LOOP_ALIGNMENT = 64;

  /** Bytes that one instruction multiplies and adds to a sum. */
  private static final int FOUR = 4;

  private static final List<Register> POINTERS =
      List.of(Register.RAX, Register.RBX, Register.R10, Register.R11, Register.R12, Register.R13);

  private static final Register INDEX = Register.R14;
  private static final Register PANEL = Register.R15;
  private static final Register TAP = Register.RBP;

  private Vector sum(int row, int vector) {
    return new Vector(row * vectors + vector, Width.BITS_512);
  }

  /** Returns registers that no sum is in. */
  private Vector free(int i) {
    return new Vector(MOST_ROWS * vectors + i, Width.BITS_512);
  }

  private void all(Consumer<Vector> instruction) {
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) {
        instruction.accept(sum(r, v));
      }
    }
  }

  /** Returns the instructions. */
  byte[] bytes() {
    Assembler a = Frame.enter();
    masks(a);
    Label next = a.label();
    a.bind(next);
    all(s -> Tile.zero(a, s));
    taps(a);
    real(a);
    store(a);
    a.add(Frame.O, rows * Integer.BYTES);
    a.load(INDEX, Frame.argument(0));
    a.compute(Arithmetic.SUB, INDEX, 1);
    a.store(Frame.argument(0), INDEX);
    a.jumpIf(Condition.NOT_EQUAL, next);
    return Frame.end(a);
  }

  /** Mask v + 1 says which columns of vector v there are. */
  private void masks(Assembler a) {
    for (int v = 0; v < vectors; v++) {
      a.load(Register.RAX, Memory.at(Frame.B, BytePanel.MASK * Float.BYTES));
      if (v > 0) {
        a.shiftRight(Register.RAX, v * LANES);
      }
      a.mask(v + 1, Register.RAX);
    }
  }

  private void taps(Assembler a) {
    a.move(PANEL, Frame.W);
    a.add(PANEL, vectors * Width.BITS_512.bytes()); // behind the sums of weights
    a.move(TAP, Frame.O);
    a.move(INDEX, Frame.O);
    a.add(INDEX, Frame.argument(1));
    a.store(Frame.spare(), INDEX);
    Label tap = a.label();
    a.bind(tap);
    for (int r = 0; r < rows; r++) {
      Register p = POINTERS.get(r);
      a.loadInt(p, Memory.at(TAP, r * Integer.BYTES));
      a.test(p);
      a.address(p, Memory.at(Frame.X, p, 1, 0));
      a.moveIfNegative(p, Frame.R);
      a.add(p, Frame.argument(3));
    }
    a.load(INDEX, Frame.argument(3));
    a.negate(INDEX); // counts up to zero
    Label loop = a.label();
    a.bindAligned(loop, LOOP_ALIGNMENT);
    step(a);
    a.add(PANEL, vectors * Width.BITS_512.bytes());
    a.add(INDEX, FOUR);
    a.jumpIf(Condition.NOT_EQUAL, loop);
    a.add(TAP, Frame.argument(2));
    a.compare(TAP, Frame.spare());
    a.jumpIf(Condition.NOT_EQUAL, tap);
  }

  private void step(Assembler a) {
    for (int v = 0; v < vectors; v++) {
      a.vector(VMOVUPS, free(v), at(PANEL, 0, v));
    }
    for (int r = 0; r < rows; r++) {
      Vector number = free(vectors + r % 2);
      a.vector(VPBROADCASTD, number, Memory.at(POINTERS.get(r), INDEX, 1, 0));
      for (int v = 0; v < vectors; v++) {
        a.vector(VPDPBUSD, sum(r, v), number, free(v));
      }
    }
  }

  private static Memory at(Register begin, int line, int vector) {
    return Memory.at(begin, line * Float.BYTES + vector * Width.BITS_512.bytes());
  }

  private static Memory constant(int place) {
    return Memory.at(Frame.B, place * Float.BYTES);
  }

  /** Makes real numbers of sums: (sum − zero · Σ w + bias) · multiplier. */
  private void real(Assembler a) {
    Vector minusZero = free(0);
    Vector number = free(1);
    a.vector(VPBROADCASTD, minusZero, constant(BytePanel.MINUS_ZERO));
    for (int v = 0; v < vectors; v++) {
      a.vector(VPMULLD, number, minusZero, at(Frame.W, 0, v));
      for (int r = 0; r < rows; r++) {
        a.vector(VPADDD, sum(r, v), sum(r, v), number);
      }
    }
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) {
        Vector s = sum(r, v);
        a.vector(VCVTDQ2PS, s, s);
        a.vector(VADDPS, s, s, at(Frame.B, BytePanel.BIAS, v));
        a.vector(VMULPS, s, s, at(Frame.B, BytePanel.MULTIPLIER, v));
      }
    }
  }

  private void store(Assembler a) {
    Rows y = new Rows(List.of(Frame.Y, Register.RAX), INDEX);
    a.load(INDEX, Frame.argument(4));
    y.set(a, rows);
    if (rounds) {
      round(a);
    }
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) {
        if (rounds) {
          a.masked(VPMOVUSDB, v + 1, sum(r, v), y.at(r, v * LANES));
        } else {
          a.masked(VMOVUPS_STORE, v + 1, sum(r, v), y.at(r, v * Width.BITS_512.bytes()));
        }
      }
    }
    for (int r = 0; r < rows; r++) {
      a.add(Frame.Y, INDEX);
    }
  }

  /** Cuts off at two numbers, rounds half to even and adds zero; nothing is no number here. */
  private void round(Assembler a) {
    Vector least = free(0);
    Vector greatest = free(1);
    Vector zero = free(2);
    a.vector(VBROADCASTSS, least, constant(BytePanel.LEAST));
    a.vector(VBROADCASTSS, greatest, constant(BytePanel.GREATEST));
    a.vector(VPBROADCASTD, zero, constant(BytePanel.ZERO));
    all(s -> {
      a.vector(VMAXPS, s, s, least);
      a.vector(VMINPS, s, s, greatest);
      a.vector(VCVTPS2DQ, s, s);
      a.vector(VPADDD, s, s, zero);
    });
  }
}
