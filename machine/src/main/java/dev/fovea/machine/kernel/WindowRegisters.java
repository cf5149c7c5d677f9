package dev.fovea.machine.kernel;

import static dev.fovea.machine.assembler.VectorInstruction.VBROADCASTSS;
import static dev.fovea.machine.assembler.VectorInstruction.VMOVUPS;

import dev.fovea.machine.assembler.Assembler;
import dev.fovea.machine.assembler.Memory;
import dev.fovea.machine.assembler.Register;
import dev.fovea.machine.assembler.Vector;
import dev.fovea.machine.assembler.Width;
import java.util.List;

/**
 * The vector registers of a tile of depthwise windows of floats.
 *
 * <p>Where there are 32, all sums of a tile and all weights have one. Where there are 16, sums have
 * one from the first column of their window to its last, and for two rows of results four of the
 * weights stay in memory.
 *
 * @param width the width of a vector
 * @param many whether there are 32
 * @param rows rows of results: 2 of stride 1, or 1 of stride 2
 */
record WindowRegisters(Width width, boolean many, int rows) {
  /** Columns and rows of a window. */
  static final int SIDE = 3;

  /** Where the second weight is, from which the others in memory are reached. */
  static final Register SECOND_WEIGHT = Register.R14;

  /** Bytes from a row of weights to the next. */
  static final Register PITCH = Frame.O;

  /** The most columns of a tile. */
  static final int COLUMNS = 7;

  /** Weights that can be reached from the second by a multiple of their distance. */
  private static final List<Integer> IN_MEMORY = List.of(1, 2, 3, 5);

  private static final List<Integer> OTHERS = List.of(0, 4, 6, 7, 8);

  /** What a multiple of the distance leads from the second weight to the bias. */
  private static final int TO_BIAS = 8;

  // Numbers of registers where there are many; sums come first.
  private static final int WEIGHTS = 2 * COLUMNS;
  private static final int NOTHING = WEIGHTS + SIDE * SIDE;
  private static final int LEAST = NOTHING + 1;
  private static final int MOST = LEAST + 1;
  private static final int PIXELS = MOST + 1;
  private static final int SPARE = 32 - PIXELS;

  /** Where there are few: for what is read and used at once. */
  private static final int PASSING = 15;

  private Vector register(int number) {
    return new Vector(number, width);
  }

  /** Returns how many neighbouring windows have sums at a time. */
  private int windows() {
    return many ? COLUMNS : rows + 1;
  }

  Vector sum(int row, int column) {
    return register(row * windows() + column % windows());
  }

  private int pixels() {
    return rows * windows();
  }

  /** Returns the register of a pixel of a row, the next of all pixels that are read. */
  Vector pixel(int row, int next) {
    return register(many ? PIXELS + next % SPARE : pixels() + row);
  }

  /** Returns the register of the pixels of a row outside of the image. */
  Vector nothing(int row) {
    return many ? register(NOTHING) : pixel(row, 0);
  }

  /** Sets what stays the same for all tiles. */
  void prepare(Assembler a, int inside) {
    for (int k = 0; k < rows + SIDE - 1; k++) {
      if ((inside >> k & 1) == 0) {
        Tile.zero(a, nothing(k));
      }
    }
    if (many) {
      a.vector(VBROADCASTSS, register(LEAST), least());
      a.vector(VBROADCASTSS, register(MOST), most());
    }
  }

  private static Memory least() {
    return Frame.offset(5);
  }

  private static Memory most() {
    return Frame.argument(4);
  }

  /** Returns the register of the least result. */
  Vector least(Assembler a) {
    return many ? register(LEAST) : passing(a, least());
  }

  /** Returns the register of the greatest result. */
  Vector most(Assembler a) {
    return many ? register(MOST) : passing(a, most());
  }

  private Vector passing(Assembler a, Memory number) {
    a.vector(VBROADCASTSS, register(PASSING), number);
    return register(PASSING);
  }

  private boolean inMemory(int weight) {
    return !many && rows == 2 && IN_MEMORY.contains(weight);
  }

  private Vector weight(int i) {
    if (many) {
      return register(WEIGHTS + i);
    }
    return register(pixels() + rows + SIDE - 1 + (rows == 2 ? OTHERS.indexOf(i) : i));
  }

  /** Returns the register of a weight, which may be a passing one. */
  Vector weight(Assembler a, int i) {
    if (!inMemory(i)) {
      return weight(i);
    }
    Memory at = i == 1 ? Memory.at(SECOND_WEIGHT, 0) : Memory.at(SECOND_WEIGHT, PITCH, i - 1, 0);
    a.vector(VMOVUPS, register(PASSING), at);
    return register(PASSING);
  }

  /** Loads the weights that stay in registers; a register for addresses is left at the bias. */
  void loadWeights(Assembler a, Register first, Register at) {
    a.move(at, first);
    for (int i = 0; i < SIDE * SIDE; i++) {
      if (!inMemory(i)) {
        a.vector(VMOVUPS, weight(i), Memory.at(at, 0));
      }
      a.add(at, PITCH);
    }
    if (!many) {
      a.move(SECOND_WEIGHT, first);
      a.add(SECOND_WEIGHT, PITCH);
    }
  }

  /** Returns where the bias is, once weights are loaded. */
  static Memory bias() {
    return Memory.at(SECOND_WEIGHT, PITCH, TO_BIAS, 0);
  }
}
