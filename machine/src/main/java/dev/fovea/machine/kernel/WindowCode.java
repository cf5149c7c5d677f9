package dev.fovea.machine.kernel;

import static dev.fovea.machine.assembler.VectorInstruction.VADDPS;
import static dev.fovea.machine.assembler.VectorInstruction.VCVTDQ2PS;
import static dev.fovea.machine.assembler.VectorInstruction.VCVTPS2DQ;
import static dev.fovea.machine.assembler.VectorInstruction.VMOVAPS;
import static dev.fovea.machine.assembler.VectorInstruction.VMOVUPS;
import static dev.fovea.machine.assembler.VectorInstruction.VMOVUPS_STORE;
import static dev.fovea.machine.assembler.VectorInstruction.VMULPS;
import static dev.fovea.machine.assembler.VectorInstruction.VPACKSSDW;
import static dev.fovea.machine.assembler.VectorInstruction.VPACKUSWB;
import static dev.fovea.machine.assembler.VectorInstruction.VPADDSW;
import static dev.fovea.machine.assembler.VectorInstruction.VPBROADCASTD;
import static dev.fovea.machine.assembler.VectorInstruction.VPDPBUSD;
import static dev.fovea.machine.assembler.VectorInstruction.VPMAXUB;
import static dev.fovea.machine.assembler.VectorInstruction.VPMINUB;
import static dev.fovea.machine.assembler.VectorInstruction.VPUNPCKHBW;
import static dev.fovea.machine.assembler.VectorInstruction.VPUNPCKHWD;
import static dev.fovea.machine.assembler.VectorInstruction.VPUNPCKLBW;
import static dev.fovea.machine.assembler.VectorInstruction.VPUNPCKLWD;

import dev.fovea.machine.assembler.Assembler;
import dev.fovea.machine.assembler.Condition;
import dev.fovea.machine.assembler.Label;
import dev.fovea.machine.assembler.Memory;
import dev.fovea.machine.assembler.Register;
import dev.fovea.machine.assembler.Vector;
import dev.fovea.machine.assembler.Width;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Code of depthwise windows 3×3 of bytes (VNNI): rows of results of the channels of a {@link
 * WindowPanel}. Each column of the image is read once; at stride 1 it adds to three results.
 *
 * <p>The arrays are x, packed weights, the panel's constants, a line of padding, the result, and
 * three places in x for each row, below zero for padding. The arguments are the number of rows, the
 * bytes from a pixel to the next, how many results of a row have all columns of their window in the
 * image or left of it, and the bytes from a row of results to the next.
 *
 * @param width the width of a vector
 * @param stride 1 or 2
 * @param padsLeft whether the first window begins one column left of the image
 * @param padsRight whether the last window ends one column right of it
 */
record WindowCode(Width width, int stride, boolean padsLeft, boolean padsRight) {
  private static final int LOOP_ALIGNMENT = 64;
  private static final int SIDE = 3;

  /** Vectors of the channels of a panel. */
  private static final int FOUR = 4;

  private static final List<Register> LINES = List.of(Register.RAX, Register.RBX, Register.RBP);
  private static final Register INDEX = Register.R10;
  private static final Register PIXEL = Register.R11;
  private static final Register COUNT = Register.R12;
  private static final Register TO = Register.R13;
  private static final Register ROW = Register.R14;

  // Numbers of registers; weights come first.
  private static final int BEFORE = WindowPanel.WEIGHTS;
  private static final int HERE = BEFORE + FOUR;
  private static final int NOTHING = HERE + FOUR;
  private static final int BYTES = NOTHING + 1;
  private static final int PAIRS = BYTES + SIDE;
  private static final int COLUMN = PAIRS + FOUR;

  private Vector register(int number) {
    return new Vector(number, width);
  }

  private Vector weights(int column, int j) {
    return register(column * FOUR + j);
  }

  private Memory constant(int place, int j) {
    return Memory.at(Frame.B, (place + j) * width.bytes());
  }

  /** Returns the instructions. */
  byte[] bytes() {
    Assembler a = Frame.enter();
    for (int i = 0; i < WindowPanel.WEIGHTS; i++) {
      a.vector(VMOVUPS, register(i), Memory.at(Frame.W, i * width.bytes()));
    }
    Tile.zero(a, register(NOTHING));
    a.load(ROW, Frame.argument(0));
    a.load(PIXEL, Frame.argument(1));
    Label row = a.label();
    a.bind(row);
    pointAtLines(a);
    row(a);
    a.add(Frame.O, SIDE * Integer.BYTES);
    a.add(Frame.Y, Frame.argument(3));
    Frame.countDown(a, ROW);
    a.jumpIf(Condition.NOT_EQUAL, row);
    return Frame.end(a);
  }

  private void pointAtLines(Assembler a) {
    for (int k = 0; k < SIDE; k++) {
      Register line = LINES.get(k);
      a.loadInt(line, Memory.at(Frame.O, k * Integer.BYTES));
      a.test(line);
      a.address(line, Memory.at(Frame.X, line, 1, 0));
      a.moveIfNegative(line, Frame.R);
    }
    a.move(INDEX, 0);
    a.move(TO, Frame.Y);
    a.load(COUNT, Frame.argument(2));
  }

  private void row(Assembler a) {
    IntFunction<Vector> first = padsLeft ? padding(a) : column(a);
    begin(a, first);
    if (stride == 1) {
      next(a, column(a));
    }
    Label end = a.label();
    Label loop = a.label();
    a.test(COUNT);
    a.jumpIf(Condition.EQUAL, end);
    a.bindAligned(loop, LOOP_ALIGNMENT);
    if (stride == 2) {
      add(a, HERE, column(a), 1);
    }
    last(a, column(a));
    Frame.countDown(a, COUNT);
    a.jumpIf(Condition.NOT_EQUAL, loop);
    a.bind(end);
    if (padsRight) {
      if (stride == 2) {
        add(a, HERE, column(a), 1);
      }
      int sum = stride == 1 ? BEFORE : HERE;
      add(a, sum, padding(a), 2);
      finish(a, sum);
    }
  }

  /** Begins the sum of the next result with its first column. */
  private void begin(Assembler a, IntFunction<Vector> column) {
    for (int j = 0; j < FOUR; j++) {
      a.vector(VMOVUPS, register(HERE + j), constant(WindowPanel.BEGIN, j));
    }
    add(a, HERE, column, 0);
  }

  /** At stride 1, takes a column that is the middle one of one result and the first of the next. */
  private void next(Assembler a, IntFunction<Vector> column) {
    for (int j = 0; j < FOUR; j++) {
      a.vector(VMOVAPS, register(BEFORE + j), register(HERE + j));
    }
    add(a, BEFORE, column, 1);
    begin(a, column);
  }

  /** Takes the last column of a result, and stores it. */
  private void last(Assembler a, IntFunction<Vector> column) {
    int sum = stride == 1 ? BEFORE : HERE;
    add(a, sum, column, 2);
    finish(a, sum);
    if (stride == 1) {
      next(a, column);
    } else {
      begin(a, column);
    }
  }

  private void add(Assembler a, int sum, IntFunction<Vector> column, int k) {
    for (int j = 0; j < FOUR; j++) {
      a.vector(VPDPBUSD, register(sum + j), column.apply(j), weights(k, j));
    }
  }

  private IntFunction<Vector> padding(Assembler a) {
    a.vector(VPBROADCASTD, register(COLUMN), constant(WindowPanel.PADDING, 0));
    return j -> register(COLUMN);
  }

  /** Loads a column of the image: the bytes of three rows for each channel side by side. */
  private IntFunction<Vector> column(Assembler a) {
    for (int k = 0; k < SIDE; k++) {
      a.vector(VMOVUPS, register(BYTES + k), Memory.at(LINES.get(k), INDEX, 1, 0));
    }
    a.add(INDEX, PIXEL);
    Vector top = register(BYTES);
    Vector middle = register(BYTES + 1);
    Vector bottom = register(BYTES + 2);
    a.vector(VPUNPCKLBW, register(PAIRS), top, middle);
    a.vector(VPUNPCKLBW, register(PAIRS + 1), bottom, register(NOTHING));
    a.vector(VPUNPCKHBW, register(PAIRS + 2), top, middle);
    a.vector(VPUNPCKHBW, register(PAIRS + 3), bottom, register(NOTHING));
    for (int i = 0; i < FOUR; i += 2) {
      Vector pair = register(PAIRS + i);
      Vector single = register(PAIRS + i + 1);
      a.vector(VPUNPCKLWD, register(COLUMN + i), pair, single);
      a.vector(VPUNPCKHWD, register(COLUMN + i + 1), pair, single);
    }
    return j -> register(COLUMN + j);
  }

  /**
   * Stores the bytes of sums: (sum + bias) · multiplier, rounded half to even. Numbers of steps are
   * known to be small here, so that whole numbers are cut off, not floats.
   */
  private void finish(Assembler a, int sum) {
    for (int j = 0; j < FOUR; j++) {
      Vector v = register(PAIRS + j);
      a.vector(VCVTDQ2PS, v, register(sum + j));
      a.vector(VADDPS, v, v, constant(WindowPanel.BIAS, j));
      a.vector(VMULPS, v, v, constant(WindowPanel.MULTIPLIER, j));
      a.vector(VCVTPS2DQ, v, v);
    }
    Vector low = register(PAIRS);
    Vector high = register(PAIRS + 2);
    for (Vector v : List.of(low, high)) {
      a.vector(VPACKSSDW, v, v, register(v.number() + 1));
      a.vector(VPADDSW, v, v, constant(WindowPanel.ZERO, 0));
    }
    a.vector(VPACKUSWB, low, low, high);
    a.vector(VPMAXUB, low, low, constant(WindowPanel.LEAST, 0));
    a.vector(VPMINUB, low, low, constant(WindowPanel.GREATEST, 0));
    a.vector(VMOVUPS_STORE, low, Memory.at(TO, 0));
    a.add(TO, PIXEL);
  }
}
