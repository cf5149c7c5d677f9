package dev.fovea.machine.kernel;

import static dev.fovea.machine.assembler.VectorInstruction.VBROADCASTSS;
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
 * few columns at a time, for which all channels follow each other. Needs 32 registers.
 *
 * <p>The arrays are x, weights and biases, places of the rows of x as whole numbers, and the rows
 * of results, of which the second is the fourth array. The least result stands in the place of the
 * sixth array's offset. The arguments are the bytes from a column to the next, those from a weight
 * to the next, the number of vectors of channels, the number of tiles between the first and the
 * last, and the greatest result. Without a last tile the first is the only one.
 *
 * @param width the width of a vector
 * @param stride 1 or 2
 * @param inside a bit for each row of x that lies in the image; others are zeros
 * @param left whether the first window has a column left of its centre
 * @param right whether the last window has a column right of its centre
 * @param first the columns of the first tile, at most {@link #COLUMNS}
 * @param last the columns of the last tile, 0 if there is none; if there is, all others have {@link
 *     #COLUMNS}
 */
public record FloatWindowCode(
    Width width, int stride, int inside, boolean left, boolean right, int first, int last) {
  /** The most columns of a tile. */
  public static final int COLUMNS = 7;

  private static final int LOOP_ALIGNMENT = 64;
  private static final int SIDE = 3;

  private static final List<Register> LINES =
      List.of(Register.RAX, Register.RBX, Register.RBP, Register.R10);

  private static final Register FROM = Register.R11;
  private static final Register TO = Register.R12;
  private static final Register STEP = Register.R13;
  private static final Register WEIGHT = Register.R14;
  private static final Register COUNT = Register.R15;
  private static final Register PITCH = Frame.O;
  private static final Register BYTES = Frame.X;

  // Numbers of registers; sums come first.
  private static final int WEIGHTS = 2 * COLUMNS;
  private static final int NOTHING = WEIGHTS + SIDE * SIDE;
  private static final int LEAST = NOTHING + 1;
  private static final int MOST = LEAST + 1;
  private static final int PIXELS = MOST + 1;
  private static final int SPARE = 32 - PIXELS;

  /** A tile of neighbouring columns. */
  private record Columns(int count, boolean left, boolean right) {}

  private int rows() {
    return stride == 1 ? 2 : 1;
  }

  private Vector register(int number) {
    return new Vector(number, width);
  }

  private Vector sum(int row, int column) {
    return register(row * COLUMNS + column);
  }

  /** Returns the instructions. */
  byte[] bytes() {
    Assembler a = Frame.enter();
    for (int k = 0; k < rows() + 2; k++) {
      if (isInside(k)) {
        Frame.pointAt(a, LINES.get(k), Frame.X, Frame.B, k);
      }
    }
    Tile.zero(a, register(NOTHING));
    a.vector(VBROADCASTSS, register(LEAST), Frame.offset(5));
    a.vector(VBROADCASTSS, register(MOST), Frame.argument(4));
    a.load(STEP, Frame.argument(0));
    a.load(PITCH, Frame.argument(1));
    a.load(BYTES, Frame.argument(2));
    a.shiftLeft(BYTES, Integer.numberOfTrailingZeros(width.bytes()));
    tile(a, new Columns(first, left, last > 0 || right));
    if (last > 0) {
      middle(a);
      tile(a, new Columns(last, true, right));
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
    tile(a, new Columns(COLUMNS, true, true));
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
    begin(a, t);
    sums(a, t);
    store(a, t);
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

  /** Loads weights, and sets all sums to the bias. */
  private void begin(Assembler a, Columns t) {
    a.move(WEIGHT, Frame.W);
    for (int i = 0; i < SIDE * SIDE; i++) {
      a.vector(VMOVUPS, register(WEIGHTS + i), Memory.at(WEIGHT, 0));
      a.add(WEIGHT, PITCH);
    }
    a.vector(VMOVUPS, sum(0, 0), Memory.at(WEIGHT, 0));
    for (int r = 0; r < rows(); r++) {
      for (int j = r == 0 ? 1 : 0; j < t.count(); j++) {
        a.vector(VMOVAPS, sum(r, j), sum(0, 0));
      }
    }
  }

  /** Takes column after column of the image, as many windows as it lies in. */
  private void sums(Assembler a, Columns t) {
    a.move(FROM, 0);
    int begin = t.left() ? -1 : 0;
    if (t.left()) {
      a.compute(Arithmetic.SUB, FROM, STEP);
    }
    int end = (t.count() - 1) * stride + (t.right() ? 1 : 0);
    int next = 0;
    for (int c = begin; c <= end; c++) {
      Vector[] pixels = new Vector[rows() + 2];
      for (int k = 0; k < pixels.length; k++) {
        pixels[k] = isInside(k) ? register(PIXELS + next++ % SPARE) : register(NOTHING);
        if (isInside(k)) {
          a.vector(VMOVUPS, pixels[k], Memory.at(LINES.get(k), FROM, 1, 0));
        }
      }
      a.add(FROM, STEP);
      column(a, t, c, pixels);
    }
  }

  /** Adds the products of a column of the image to the windows that it lies in. */
  private void column(Assembler a, Columns t, int c, Vector[] pixels) {
    for (int j = 0; j < t.count(); j++) {
      int tap = c - j * stride + 1;
      for (int k = SIDE - 1; k >= 0 && tap >= 0 && tap < SIDE; k--) {
        for (int r = 0; r < rows(); r++) {
          Vector weight = register(WEIGHTS + k * SIDE + tap);
          a.vector(VFMADD231PS, sum(r, j), pixels[r + k], weight);
        }
      }
    }
  }

  /** Stores sums within their bounds; what is no number stays. */
  private void store(Assembler a, Columns t) {
    a.move(TO, 0);
    for (int j = 0; j < t.count(); j++) {
      for (int r = 0; r < rows(); r++) {
        Vector s = sum(r, j);
        a.vector(VMAXPS, s, register(LEAST), s);
        a.vector(VMINPS, s, register(MOST), s);
        a.vector(VMOVUPS_STORE, s, Memory.at(r == 0 ? Frame.Y : Frame.R, TO, 1, 0));
      }
      a.add(TO, STEP);
    }
  }
}
