package dev.fovea.machine.kernel;

import dev.fovea.machine.assembler.Arithmetic;
import dev.fovea.machine.assembler.Assembler;
import dev.fovea.machine.assembler.Condition;
import dev.fovea.machine.assembler.Label;
import dev.fovea.machine.assembler.Memory;
import dev.fovea.machine.assembler.Register;
import java.util.List;

/** Code that adds products to a tile of sums in memory. */
record SumCode(Tile tile) {
  private static final int LOOP_ALIGNMENT = 64;

  /** Products of a sum that are added in one turn of a loop over neighbouring numbers. */
  private static final int UNROLL = 4;

  /** Floats between neighbouring numbers of a transposed panel. */
  private static final int TRANSPOSED = 12;

  /** Pointers to rows that lie anywhere; the table of their places is the last but one. */
  private static final List<Register> POINTERS =
      List.of(
          Register.RAX,
          Register.RBX,
          Register.RBP,
          Register.R8,
          Register.R10,
          Register.R11,
          Register.R12,
          Register.R13,
          Register.R14,
          Register.R15,
          Frame.O,
          Frame.X);

  private static final Register INDEX = Frame.B;

  /** The last row has the register of the first factor. */
  private Register pointer(int row) {
    return row == tile.rows() - 1 ? Frame.X : POINTERS.get(row);
  }

  /** Sets pointers to x + 4 · o[row]; where the result is, is kept aside. */
  private void pointAtRows(Assembler a) {
    a.store(Frame.spare(), Frame.Y);
    int last = tile.rows() - 1;
    a.loadInt(INDEX, Memory.at(Frame.O, last * Float.BYTES));
    for (int r = 0; r < last; r++) {
      Frame.pointAt(a, pointer(r), Frame.X, Frame.O, r);
    }
    a.address(Frame.X, Memory.at(Frame.X, INDEX, Float.BYTES, 0));
  }

  private void storeSums(Assembler a) {
    a.load(Register.RAX, Frame.spare());
    tile.store(a, tile.rowsAt(Register.RAX));
  }

  private Memory panel(Register at, int displacement, int vector) {
    return Memory.at(at, displacement + vector * tile.width().bytes());
  }

  /** Needs x, panel, sums and places of rows; the first argument is the products' number. */
  byte[] rows() {
    Assembler a = Frame.enter();
    tile.load(a, tile.rowsAt(Frame.Y));
    pointAtRows(a);
    a.load(INDEX, Frame.argument(0));
    a.shiftLeft(INDEX, 2);
    for (int r = 0; r < tile.rows(); r++) {
      a.add(pointer(r), INDEX);
    }
    a.negate(INDEX); // counts up to zero
    Label tail = a.label();
    Label end = a.label();
    a.compute(Arithmetic.CMP, INDEX, -UNROLL * Float.BYTES);
    a.jumpIf(Condition.GREATER, tail);
    neighbours(a, UNROLL);
    a.bind(tail);
    a.test(INDEX);
    a.jumpIf(Condition.EQUAL, end);
    neighbours(a, 1);
    a.bind(end);
    storeSums(a);
    return Frame.end(a);
  }

  /** Adds so many products at a time, as long as there are as many. */
  private void neighbours(Assembler a, int steps) {
    Label loop = a.label();
    a.bindAligned(loop, LOOP_ALIGNMENT);
    for (int i = 0; i < steps; i++) {
      int row = i * tile.rowBytes();
      int number = i * Float.BYTES;
      tile.step(a, v -> panel(Frame.W, row, v), r -> Memory.at(pointer(r), INDEX, 1, number));
    }
    a.add(Frame.W, steps * tile.rowBytes());
    a.add(INDEX, steps * Float.BYTES);
    a.compute(Arithmetic.CMP, INDEX, -steps * Float.BYTES);
    a.jumpIf(Condition.NOT_GREATER, loop);
  }

  /**
   * Needs x, panel, steps, sums and places of rows; the arguments are the products' number, at
   * least one, and the least and the greatest step that reaches no row's end.
   */
  byte[] gather() {
    Assembler a = Frame.enter();
    tile.load(a, tile.rowsAt(Frame.Y));
    Label outside = steps(a);
    storeSums(a);
    Frame.leave(a, Frame.DONE);
    return outside(a, outside);
  }

  /**
   * Needs the same and a bias, with which the sums begin; further arguments are a number that no
   * result is below, as the bits of a float, and the distance in bytes between rows of the result.
   */
  byte[] patches() {
    Assembler a = Frame.enter();
    tile.bias(a, v -> panel(Frame.B, 0, v));
    Label outside = steps(a);
    Rows to =
        new Rows(
            List.of(Register.RAX, Register.RBX, Register.RBP, Register.R10, Register.R11),
            Register.R12);
    a.load(Register.RAX, Frame.spare());
    a.load(to.stride(), Frame.argument(4));
    to.set(a, tile.rows());
    tile.atLeast(a, Frame.argument(3));
    tile.store(a, r -> to.at(r, 0));
    Frame.leave(a, Frame.DONE);
    return outside(a, outside);
  }

  /** Adds products at given steps; returns where to go from a step that is out of bounds. */
  private Label steps(Assembler a) {
    pointAtRows(a);
    Register step = Frame.R;
    a.load(INDEX, Frame.argument(0));
    a.address(INDEX, Memory.at(step, INDEX, Integer.BYTES, 0));
    a.store(Frame.argument(0), INDEX);
    Label outside = a.label();
    Label loop = a.label();
    a.bindAligned(loop, LOOP_ALIGNMENT);
    loadStep(a, INDEX, outside);
    tile.step(a, v -> panel(Frame.W, 0, v), r -> Memory.at(pointer(r), INDEX, Float.BYTES, 0));
    a.add(Frame.W, tile.rowBytes());
    a.compare(step, Frame.argument(0));
    a.jumpIf(Condition.NOT_EQUAL, loop);
    return outside;
  }

  /** Loads the next step and checks that it is within the second and the third argument. */
  private static void loadStep(Assembler a, Register index, Label outside) {
    a.loadInt(index, Memory.at(Frame.R, 0));
    a.add(Frame.R, Integer.BYTES);
    a.compare(index, Frame.argument(1));
    a.jumpIf(Condition.LESS, outside);
    a.compare(index, Frame.argument(2));
    a.jumpIf(Condition.GREATER, outside);
  }

  private static byte[] outside(Assembler a, Label outside) {
    a.bind(outside);
    Frame.leave(a, Frame.OUT_OF_BOUNDS);
    return a.bytes();
  }

  /**
   * Needs x, the second factor and sums; the arguments are the number of products, at least one,
   * and the distances in bytes between the first and between the second factors.
   */
  byte[] outer() {
    Register count = Register.RAX;
    Register xStride = Register.R10;
    Register wStride = Register.R11;
    Assembler a = Frame.enter();
    a.load(count, Frame.argument(0));
    a.load(xStride, Frame.argument(1));
    a.load(wStride, Frame.argument(2));
    tile.zero(a);
    Label loop = a.label();
    a.bindAligned(loop, LOOP_ALIGNMENT);
    tile.step(a, v -> panel(Frame.W, 0, v), r -> Memory.at(Frame.X, r * Float.BYTES));
    a.add(Frame.X, xStride);
    a.add(Frame.W, wStride);
    Frame.countDown(a, count);
    a.jumpIf(Condition.NOT_EQUAL, loop);
    tile.add(a, tile.rowsAt(Frame.Y));
    tile.store(a, tile.rowsAt(Frame.Y));
    return Frame.end(a);
  }

  /**
   * Needs x, panel, steps and sums; the arguments are the number of products, at least one, the
   * least and the greatest step within the panel, and the distance in bytes between rows of sums.
   */
  byte[] planar() {
    Register count = Frame.O;
    Register index = Register.R10;
    Rows sums =
        new Rows(
            List.of(Frame.Y, Register.RBX, Register.R12, Register.R13, Register.R14), Register.R11);
    Assembler a = Frame.enter();
    a.load(count, Frame.argument(0));
    a.load(sums.stride(), Frame.argument(3));
    sums.set(a, tile.rows());
    tile.load(a, r -> sums.at(r, 0));
    Label outside = a.label();
    Label loop = a.label();
    a.bindAligned(loop, LOOP_ALIGNMENT);
    loadStep(a, index, outside);
    tile.step(
        a,
        v -> Memory.at(Frame.W, index, Float.BYTES, v * tile.width().bytes()),
        r -> Memory.at(Frame.X, r * Float.BYTES));
    a.add(Frame.X, TRANSPOSED * Float.BYTES);
    Frame.countDown(a, count);
    a.jumpIf(Condition.NOT_EQUAL, loop);
    tile.store(a, r -> sums.at(r, 0));
    Frame.leave(a, Frame.DONE);
    return outside(a, outside);
  }
}
