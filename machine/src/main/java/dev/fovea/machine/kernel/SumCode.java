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

  /** Pointers to rows that lie anywhere. The first factor's register must be the last. */
  private static final List<Register> POINTERS =
      List.of(
          Register.RAX,
          Register.RBX,
          Register.RBP,
          Register.R8,
          Register.R9,
          Register.R10,
          Register.R11,
          Register.R12,
          Register.R13,
          Register.R14,
          Register.R15,
          Frame.X);

  private Register pointer(int row) {
    return row == tile.rows() - 1 ? Frame.X : POINTERS.get(row);
  }

  /** Loads the sums and sets pointers to x + 4 · o[row], where o is the third array. */
  private void pointAtRows(Assembler a) {
    tile.load(a, tile.rowsAt(Frame.Y));
    a.store(Frame.spare(), Frame.Y);
    for (int r = 0; r < tile.rows(); r++) {
      Register offset = r == tile.rows() - 1 ? Frame.B : pointer(r);
      a.loadInt(offset, Memory.at(Frame.B, r * Float.BYTES));
      a.address(pointer(r), Memory.at(Frame.X, offset, Float.BYTES, 0));
    }
  }

  private void storeSums(Assembler a) {
    a.load(Register.RAX, Frame.spare());
    tile.store(a, tile.rowsAt(Register.RAX));
  }

  private Memory panel(Register at, int displacement, int vector) {
    return Memory.at(at, displacement + vector * tile.width().bytes());
  }

  /** Arrays x, panel, offsets of rows, none, sums; the first argument is the products' number. */
  byte[] rows() {
    Register index = Frame.R;
    Assembler a = Frame.enter();
    pointAtRows(a);
    a.load(index, Frame.argument(0));
    a.shiftLeft(index, 2);
    for (int r = 0; r < tile.rows(); r++) {
      a.add(pointer(r), index);
    }
    a.negate(index); // counts up to zero
    Label tail = a.label();
    Label end = a.label();
    a.compute(Arithmetic.CMP, index, -UNROLL * Float.BYTES);
    a.jumpIf(Condition.GREATER, tail);
    neighbours(a, index, UNROLL);
    a.bind(tail);
    a.test(index);
    a.jumpIf(Condition.EQUAL, end);
    neighbours(a, index, 1);
    a.bind(end);
    storeSums(a);
    return Frame.leave(a);
  }

  /** Adds so many products at a time, as long as there are as many. */
  private void neighbours(Assembler a, Register index, int steps) {
    Label loop = a.label();
    a.bindAligned(loop, LOOP_ALIGNMENT);
    for (int i = 0; i < steps; i++) {
      int row = i * tile.rowBytes();
      int number = i * Float.BYTES;
      tile.step(a, v -> panel(Frame.W, row, v), r -> Memory.at(pointer(r), index, 1, number));
    }
    a.add(Frame.W, steps * tile.rowBytes());
    a.add(index, steps * Float.BYTES);
    a.compute(Arithmetic.CMP, index, -steps * Float.BYTES);
    a.jumpIf(Condition.NOT_GREATER, loop);
  }

  /**
   * Arrays x, panel, offsets of rows, steps, sums; the first argument is the products' number, at
   * least one.
   */
  byte[] gather() {
    Register step = Frame.R;
    Register index = Frame.B;
    Assembler a = Frame.enter();
    pointAtRows(a);
    a.load(index, Frame.argument(0));
    a.address(index, Memory.at(step, index, Float.BYTES, 0));
    a.store(Frame.argument(0), index);
    Label loop = a.label();
    a.bindAligned(loop, LOOP_ALIGNMENT);
    a.loadInt(index, Memory.at(step, 0));
    tile.step(a, v -> panel(Frame.W, 0, v), r -> Memory.at(pointer(r), index, Float.BYTES, 0));
    a.add(Frame.W, tile.rowBytes());
    a.add(step, Integer.BYTES);
    a.compare(step, Frame.argument(0));
    a.jumpIf(Condition.NOT_EQUAL, loop);
    storeSums(a);
    return Frame.leave(a);
  }

  /**
   * Arrays x, second factor, none, none, sums; the arguments are the number of products, at least
   * one, and the distances in bytes between the first and between the second factors.
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
    return Frame.leave(a);
  }

  /**
   * Arrays x, panel, none, steps, sums; the arguments are the number of products, at least one, and
   * the distance in bytes between rows of sums.
   */
  byte[] planar() {
    Register count = Register.R9;
    Register index = Register.R10;
    Rows sums =
        new Rows(
            List.of(Frame.Y, Register.RBX, Register.R12, Register.R13, Register.R14), Register.R11);
    Assembler a = Frame.enter();
    a.load(count, Frame.argument(0));
    a.load(sums.stride(), Frame.argument(1));
    sums.set(a, tile.rows());
    tile.load(a, r -> sums.at(r, 0));
    Label loop = a.label();
    a.bindAligned(loop, LOOP_ALIGNMENT);
    a.loadInt(index, Memory.at(Frame.R, 0));
    tile.step(
        a,
        v -> Memory.at(Frame.W, index, Float.BYTES, v * tile.width().bytes()),
        r -> Memory.at(Frame.X, r * Float.BYTES));
    a.add(Frame.X, TRANSPOSED * Float.BYTES);
    a.add(Frame.R, Integer.BYTES);
    Frame.countDown(a, count);
    a.jumpIf(Condition.NOT_EQUAL, loop);
    tile.store(a, r -> sums.at(r, 0));
    return Frame.leave(a);
  }
}
