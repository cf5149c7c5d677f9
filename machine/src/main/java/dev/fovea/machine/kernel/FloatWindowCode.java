package dev.fovea.machine.kernel;

import static dev.fovea.machine.assembler.VectorInstruction.VFMADD231PS;
import static dev.fovea.machine.assembler.VectorInstruction.VMAXPS;
import static dev.fovea.machine.assembler.VectorInstruction.VMINPS;
import static dev.fovea.machine.assembler.VectorInstruction.VMOVAPS;
import static dev.fovea.machine.assembler.VectorInstruction.VMOVUPS;
import static dev.fovea.machine.assembler.VectorInstruction.VMOVUPS_STORE;

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
 * Code of depthwise windows 3×3 of floats: two rows of results of stride 1, or one of stride 2, a
 * few columns at a time, for which all channels follow each other.
 *
 * <p>The arrays are x, weights and biases, places of the rows of x as whole numbers, and the rows
 * of results, of which the second is the fourth array. The least result stands in the place of the
 * sixth array's offset. The arguments are the bytes from a column to the next, those from a weight
 * to the next, the number of vectors of channels, the number of tiles between the first and the
 * last, and the greatest result. Without a last tile the first is the only one.
 *
 * @param width the width of a vector
 * @param avx512 whether there are 32 registers
 * @param stride 1 or 2
 * @param inside a bit for each row of x that lies in the image; others are zeros
 * @param left whether the first window has a column left of its centre
 * @param right whether the last window has a column right of its centre
 * @param first the columns of the first tile, at most {@link #COLUMNS}
 * @param last the columns of the last tile, 0 if there is none; if there is, all others have {@link
 *     #COLUMNS}
 */
public record FloatWindowCode(
    Width width,
    boolean avx512,
    int stride,
    int inside,
    boolean left,
    boolean right,
    int first,
    int last) {
  /** The most columns of a tile. */
  public static final int COLUMNS = WindowRegisters.COLUMNS;

  /** How far ahead new rows are fetched with AVX2, whose vectors are half a line. */
  private static final int AHEAD = 128;

  private static final int LOOP_ALIGNMENT = 64;
  private static final int SIDE = WindowRegisters.SIDE;

  private static final List<Register> LINES =
      List.of(Register.RAX, Register.RBX, Register.RBP, Register.R10);

  private static final Register FROM = Register.R11;
  private static final Register TO = Register.R12;
  private static final Register STEP = Register.R13;
  private static final Register COUNT = Register.R15;
  private static final Register PITCH = WindowRegisters.PITCH;
  private static final Register BYTES = Frame.X;

  /** A tile of neighbouring columns. */
  private record Columns(int count, int stride, boolean left, boolean right) {
    /** Returns the first column of the image that is read, counted from under the first window. */
    int begin() {
      return left ? -1 : 0;
    }

    /** Returns the last column of the image that is read. */
    int end() {
      return (count - 1) * stride + (right ? 1 : 0);
    }

    /** Returns the first column of the image that a window lies over. */
    int first(int window) {
      return Math.max(begin(), window * stride - 1);
    }

    /** Returns the last column of the image that a window lies over. */
    int last(int window) {
      return Math.min(end(), window * stride + 1);
    }
  }

  private int rows() {
    return stride == 1 ? 2 : 1;
  }

  private WindowRegisters registers() {
    return new WindowRegisters(width, avx512, rows());
  }

  private Columns tile(int columns, boolean before, boolean after) {
    return new Columns(columns, stride, before, after);
  }

  /** Returns the instructions. */
  byte[] bytes() {
    Assembler a = Frame.enter();
    for (int k = 0; k < rows() + 2; k++) {
      if (isInside(k)) {
        Frame.pointAt(a, LINES.get(k), Frame.X, Frame.B, k);
      }
    }
    registers().prepare(a, inside);
    a.load(STEP, Frame.argument(0));
    a.load(PITCH, Frame.argument(1));
    a.load(BYTES, Frame.argument(2));
    a.shiftLeft(BYTES, Integer.numberOfTrailingZeros(width.bytes()));
    tile(a, tile(first, left, last > 0 || right));
    if (last > 0) {
      middle(a);
      tile(a, tile(last, true, right));
    }
    return Frame.end(a);
  }

  private boolean isInside(int row) {
    return (inside >> row & 1) == 1;
  }

  private void middle(Assembler a) {
    Label end = a.label();
    Label loop = a.label();
    a.load(COUNT, Frame.argument(3));
    a.test(COUNT);
    a.jumpIf(Condition.EQUAL, end);
    a.bind(loop);
    tile(a, tile(COLUMNS, true, true));
    a.load(COUNT, Frame.argument(3));
    Frame.countDown(a, COUNT);
    a.store(Frame.argument(3), COUNT);
    a.jumpIf(Condition.NOT_EQUAL, loop);
    a.bind(end);
  }

  /** Computes a tile for all channels, and goes on to the next. */
  private void tile(Assembler a, Columns t) {
    a.load(COUNT, Frame.argument(2));
    Label loop = a.label();
    a.bindAligned(loop, LOOP_ALIGNMENT);
    registers().loadWeights(a, Frame.W, FROM);
    if (avx512) {
      begin(a, t);
    }
    a.move(TO, 0);
    sums(a, t);
    for (int j = 0; avx512 && j < t.count(); j++) {
      store(a, j);
    }
    advance(r -> a.add(r, width.bytes()));
    Frame.countDown(a, COUNT);
    a.jumpIf(Condition.NOT_EQUAL, loop);
    if (t.right() && stride == 1) {
      a.compute(Arithmetic.SUB, FROM, STEP); // the last column that was read is the next one
    }
    a.compute(Arithmetic.SUB, FROM, BYTES);
    a.compute(Arithmetic.SUB, TO, BYTES);
    lines(line -> a.add(line, FROM));
    a.add(Frame.Y, TO);
    a.add(Frame.R, TO);
    a.compute(Arithmetic.SUB, Frame.W, BYTES);
  }

  /** Moves the pointers of all arrays. */
  private void advance(Consumer<Register> by) {
    lines(by);
    List.of(Frame.Y, Frame.R, Frame.W).forEach(by);
  }

  private void lines(Consumer<Register> by) {
    for (int k = 0; k < rows() + 2; k++) {
      if (isInside(k)) {
        by.accept(LINES.get(k));
      }
    }
  }

  /** Sets all sums to the bias, where all have a register. */
  private void begin(Assembler a, Columns t) {
    WindowRegisters of = registers();
    a.vector(VMOVUPS, of.sum(0, 0), Memory.at(FROM, 0));
    for (int r = 0; r < rows(); r++) {
      for (int j = r == 0 ? 1 : 0; j < t.count(); j++) {
        a.vector(VMOVAPS, of.sum(r, j), of.sum(0, 0));
      }
    }
  }

  /** Takes column after column of the image, as many windows as it lies in. */
  private void sums(Assembler a, Columns t) {
    a.move(FROM, 0);
    if (t.left()) {
      a.compute(Arithmetic.SUB, FROM, STEP);
    }
    int next = 0;
    for (int c = t.begin(); c <= t.end(); c++) {
      Vector[] pixels = new Vector[rows() + 2];
      for (int k = 0; k < pixels.length; k++) {
        pixels[k] = isInside(k) ? registers().pixel(k, next++) : registers().nothing(k);
        if (isInside(k)) {
          a.vector(VMOVUPS, pixels[k], Memory.at(LINES.get(k), FROM, 1, 0));
          fetch(a, k);
        }
      }
      a.add(FROM, STEP);
      if (avx512) {
        column(a, t, c, pixels);
      } else {
        passingColumn(a, t, c, pixels);
      }
    }
  }

  /** Has what follows in a row fetched, unless the results above it have read that already. */
  private void fetch(Assembler a, int row) {
    if (!avx512 && row >= SIDE - stride) {
      a.prefetch(Memory.at(LINES.get(row), FROM, 1, AHEAD));
    }
  }

  /** Begins the windows whose first column it is, and stores those whose last it is. */
  private void passingColumn(Assembler a, Columns t, int c, Vector[] pixels) {
    for (int j = 0; j < t.count(); j++) {
      for (int r = 0; t.first(j) == c && r < rows(); r++) {
        a.vector(VMOVUPS, registers().sum(r, j), WindowRegisters.bias());
      }
    }
    column(a, t, c, pixels);
    for (int j = 0; j < t.count(); j++) {
      if (t.last(j) == c) {
        store(a, j);
      }
    }
  }

  /** Adds the products of a column of the image to the windows that it lies in. */
  private void column(Assembler a, Columns t, int c, Vector[] pixels) {
    for (int j = 0; j < t.count(); j++) {
      int tap = c - j * stride + 1;
      for (int k = SIDE - 1; k >= 0 && tap >= 0 && tap < SIDE; k--) {
        Vector weight = registers().weight(a, k * SIDE + tap);
        for (int r = 0; r < rows(); r++) {
          a.vector(VFMADD231PS, registers().sum(r, j), pixels[r + k], weight);
        }
      }
    }
  }

  /** Stores the sums of a window within their bounds; what is no number stays. */
  private void store(Assembler a, int j) {
    Vector least = registers().least(a);
    for (int r = 0; r < rows(); r++) {
      Vector s = registers().sum(r, j);
      a.vector(VMAXPS, s, least, s);
    }
    Vector most = registers().most(a);
    for (int r = 0; r < rows(); r++) {
      Vector s = registers().sum(r, j);
      a.vector(VMINPS, s, most, s);
      a.vector(VMOVUPS_STORE, s, Memory.at(r == 0 ? Frame.Y : Frame.R, TO, 1, 0));
    }
    a.add(TO, STEP);
  }
}
