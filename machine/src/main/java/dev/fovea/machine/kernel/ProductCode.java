package dev.fovea.machine.kernel;

import dev.fovea.machine.assembler.Arithmetic;
import dev.fovea.machine.assembler.Assembler;
import dev.fovea.machine.assembler.Condition;
import dev.fovea.machine.assembler.Label;
import dev.fovea.machine.assembler.Memory;
import dev.fovea.machine.assembler.Register;
import java.util.List;

/**
 * Code of whole products, whose sums begin with a bias and end in the result: neighbouring blocks
 * of columns, one after the other.
 *
 * <p>The arrays are x, the panels, the bias, the residual, the result and what is wanted soon; the
 * arguments are the distances between rows of x and of the result, the number of products of a sum,
 * the number of blocks, and the distance between biases of neighbouring panels. All distances are
 * in bytes.
 *
 * @param tile the tile of a block
 * @param panels the neighbouring panels that a block is made of: 1, or 2 with half of the tile's
 *     vectors each
 * @param residual whether the fourth array is added
 * @param relu whether the result is the maximum with zero
 * @param clipped whether it is no greater than a number, whose bits are the upper half of the third
 *     argument
 * @param ahead whether the sixth array is fetched into the L2 cache meanwhile, a quarter of what
 *     the panels take; for one panel
 */
record ProductCode(
    Tile tile, int panels, boolean residual, boolean relu, boolean clipped, boolean ahead) {
  /** Products of a sum that are added in one turn of the loop. */
  private static final int UNROLL = 4;

  private static final int LOG_UNROLL = 2;
  private static final int LOOP_ALIGNMENT = 64;

  /** Bytes of a line of memory, which is fetched whole. */
  private static final int LINE = 64;

  private static final Register SECOND_PANEL = Frame.O;
  private static final Register SECOND_BIAS = Frame.O;
  private static final Register SOON = Frame.O;
  private static final Register X_STRIDE = Register.R10;
  private static final Register Y_STRIDE = Register.R11;
  private static final Register BLOCKS = Register.RBP;
  private static final Register REST = Register.R14;
  private static final Register COUNT = Register.R15;
  private static final List<Register> MORE_ROWS =
      List.of(Register.RAX, Register.RBX, Register.R12, Register.R13);

  /** Returns the instructions. */
  byte[] bytes() {
    Assembler a = Frame.enter();
    a.load(X_STRIDE, Frame.argument(0));
    a.load(Y_STRIDE, Frame.argument(1));
    a.load(BLOCKS, Frame.argument(3));
    Label next = a.label();
    a.bind(next);
    begin(a);
    sum(a);
    end(a);
    Frame.countDown(a, BLOCKS);
    a.jumpIf(Condition.NOT_EQUAL, next);
    return Frame.end(a);
  }

  /** Returns the rows of an array, from the register that points at the first. */
  private static Rows rows(Register first, Register stride) {
    List<Register> pointers =
        List.of(first, MORE_ROWS.get(0), MORE_ROWS.get(1), MORE_ROWS.get(2), MORE_ROWS.get(3));
    return new Rows(pointers, stride);
  }

  private int vectorsOfPanel() {
    return tile.vectors() / panels;
  }

  private int panelBytes() {
    return tile.rowBytes() / panels;
  }

  /** Sets the sums to bias and residual. */
  private void begin(Assembler a) {
    if (panels == 2) {
      a.load(SECOND_BIAS, Frame.argument(4));
      a.add(SECOND_BIAS, Frame.B);
    }
    tile.bias(a, v -> part(v < vectorsOfPanel() ? Frame.B : SECOND_BIAS, 0, v));
    if (residual) {
      Rows from = rows(Frame.R, Y_STRIDE);
      from.set(a, tile.rows());
      tile.add(a, r -> from.at(r, 0));
    }
  }

  private void sum(Assembler a) {
    Rows x = rows(Frame.X, X_STRIDE);
    x.set(a, tile.rows());
    a.loadInt(REST, Frame.argument(2));
    if (panels == 2) {
      secondPanel(a);
    }
    a.move(COUNT, REST);
    a.shiftRight(COUNT, LOG_UNROLL);
    a.compute(Arithmetic.AND, REST, UNROLL - 1);
    Label tail = a.label();
    a.test(COUNT);
    a.jumpIf(Condition.EQUAL, tail);
    loop(a, x, COUNT, UNROLL);
    a.bind(tail);
    Label end = a.label();
    a.test(REST);
    a.jumpIf(Condition.EQUAL, end);
    loop(a, x, REST, 1);
    a.bind(end);
  }

  /** The second panel begins where the first ends. */
  private void secondPanel(Assembler a) {
    a.move(SECOND_PANEL, REST);
    a.shiftLeft(SECOND_PANEL, Integer.numberOfTrailingZeros(panelBytes()));
    a.add(SECOND_PANEL, Frame.W);
  }

  private void loop(Assembler a, Rows x, Register counter, int steps) {
    boolean fetches = ahead && steps == UNROLL;
    Label loop = a.label();
    a.bindAligned(loop, LOOP_ALIGNMENT);
    for (int i = 0; i < steps; i++) {
      int row = i * panelBytes();
      int number = i * Float.BYTES;
      tile.step(
          a,
          v -> part(v < vectorsOfPanel() ? Frame.W : SECOND_PANEL, row, v),
          r -> x.at(r, number));
      if (fetches && i * LINE < tile.rowBytes()) {
        a.prefetch(Memory.at(SOON, i * LINE));
      }
    }
    if (fetches) {
      a.add(SOON, tile.rowBytes()); // a quarter of the four rows that a turn reads
    }
    x.advance(a, tile.rows(), steps * Float.BYTES);
    a.add(Frame.W, steps * panelBytes());
    if (panels == 2) {
      a.add(SECOND_PANEL, steps * panelBytes());
    }
    Frame.countDown(a, counter);
    a.jumpIf(Condition.NOT_EQUAL, loop);
  }

  /** Returns where a vector of the tile is in the panel, or the bias, that it belongs to. */
  private Memory part(Register begin, int displacement, int vector) {
    return Memory.at(begin, displacement + vector % vectorsOfPanel() * tile.width().bytes());
  }

  /** Stores the sums and goes on to the next block. */
  private void end(Assembler a) {
    Rows to = rows(Frame.Y, Y_STRIDE);
    to.set(a, tile.rows());
    if (relu) {
      tile.relu(a);
    }
    if (clipped) {
      tile.atMost(a, Frame.argument(2).plus(Integer.BYTES));
    }
    tile.store(a, r -> to.at(r, 0));
    if (panels == 2) {
      a.move(Frame.W, SECOND_PANEL);
    }
    a.loadInt(COUNT, Frame.argument(2));
    a.shiftLeft(COUNT, 2);
    a.compute(Arithmetic.SUB, Frame.X, COUNT);
    for (int i = 0; i < panels; i++) {
      a.add(Frame.B, Frame.argument(4));
    }
    a.add(Frame.R, tile.rowBytes());
    a.add(Frame.Y, tile.rowBytes());
  }
}
