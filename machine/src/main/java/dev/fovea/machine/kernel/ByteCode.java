package dev.fovea.machine.kernel;

import static dev.fovea.machine.assembler.VectorInstruction.VMOVUPS;
import static dev.fovea.machine.assembler.VectorInstruction.VPADDD;
import static dev.fovea.machine.assembler.VectorInstruction.VPAND;
import static dev.fovea.machine.assembler.VectorInstruction.VPBROADCASTD;
import static dev.fovea.machine.assembler.VectorInstruction.VPDPBUSD;
import static dev.fovea.machine.assembler.VectorInstruction.VPMADDWD;
import static dev.fovea.machine.assembler.VectorInstruction.VPSLLW;
import static dev.fovea.machine.assembler.VectorInstruction.VPSRAW;
import static dev.fovea.machine.assembler.VectorInstruction.VPSRLW;

import dev.fovea.machine.assembler.Arithmetic;
import dev.fovea.machine.assembler.Assembler;
import dev.fovea.machine.assembler.Condition;
import dev.fovea.machine.assembler.Label;
import dev.fovea.machine.assembler.Memory;
import dev.fovea.machine.assembler.Register;
import dev.fovea.machine.assembler.Vector;
import dev.fovea.machine.assembler.Width;
import java.util.List;

/**
 * Code of products of unsigned and signed bytes: tiles of rows × vectors of columns, one below the
 * other, with sums of 32 bits that become floats or bytes.
 *
 * <p>The arrays are x, a panel, a {@link BytePanel line of constants}, what is read where a tap is
 * padding, the result, and the places of taps: of tap t and row r at t · stride + r, below zero for
 * padding. The arguments are the number of tiles, the bytes of the places of a tile's taps, the
 * stride between taps, the bytes that are read at a place, which are a multiple of four, and the
 * distance between rows of the result. All but the first are in bytes.
 *
 * @param tile the registers of a tile
 * @param results what is made of sums
 */
record ByteCode(ByteTile tile, ByteResults results) {
  private static final int LOOP_ALIGNMENT = 64;

  /** Bytes that one instruction multiplies and adds to a sum. */
  private static final int FOUR = 4;

  private static final List<Register> POINTERS =
      List.of(Register.RAX, Register.RBX, Register.R10, Register.R11, Register.R12, Register.R13);

  private static final Register INDEX = Register.R14;
  private static final Register PANEL = Register.R15;
  private static final Register TAP = Register.RBP;

  private Width width() {
    return tile.by().width();
  }

  private static Memory constant(int place) {
    return Memory.at(Frame.B, place * Float.BYTES);
  }

  /** Without VNNI: every other byte of a row's four channels, as numbers of 16 bits. */
  private Vector evenNumbers() {
    return tile.free(beside() + 1);
  }

  private Vector oddNumbers() {
    return tile.free(beside() + 2);
  }

  /** Returns the number of registers that vectors of weights have. */
  private int beside() {
    return tile.by().wide() ? 0 : 2 * tile.vectors();
  }

  private Vector even() {
    return tile.free(beside() + 4);
  }

  private Vector eight() {
    return tile.free(beside() + 3);
  }

  /** Returns the instructions. */
  byte[] bytes() {
    Assembler a = Frame.enter();
    results.masks(a);
    if (tile.by() == ByteInstructions.WORDS_512) {
      a.vector(VPBROADCASTD, even(), constant(BytePanel.EVEN));
    }
    if (tile.by() != ByteInstructions.VNNI) {
      a.vector(VMOVUPS, eight().at(Width.BITS_128), constant(BytePanel.EIGHT));
    }
    Label next = a.label();
    a.bind(next);
    results.begin(a);
    taps(a);
    store(a);
    a.add(Frame.O, tile.rows() * Integer.BYTES);
    a.load(INDEX, Frame.argument(0));
    a.compute(Arithmetic.SUB, INDEX, 1);
    a.store(Frame.argument(0), INDEX);
    a.jumpIf(Condition.NOT_EQUAL, next);
    return Frame.end(a);
  }

  private void taps(Assembler a) {
    a.move(PANEL, Frame.W);
    a.add(PANEL, tile.rowBytes()); // behind the sums of weights
    a.move(TAP, Frame.O);
    a.move(INDEX, Frame.O);
    a.add(INDEX, Frame.argument(1));
    a.store(Frame.spare(), INDEX);
    Label tap = a.label();
    a.bind(tap);
    for (int r = 0; r < tile.rows(); r++) {
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
    switch (tile.by()) {
      case VNNI -> step(a);
      case WORDS_512 -> stepOfWords(a);
      case WORDS_256 -> stepOfWideWords(a);
    }
    a.add(PANEL, tile.by().wide() ? 2 * tile.rowBytes() : tile.rowBytes());
    a.add(INDEX, FOUR);
    a.jumpIf(Condition.NOT_EQUAL, loop);
    a.add(TAP, Frame.argument(2));
    a.compare(TAP, Frame.spare());
    a.jumpIf(Condition.NOT_EQUAL, tap);
  }

  private void step(Assembler a) {
    for (int v = 0; v < tile.vectors(); v++) {
      a.vector(VMOVUPS, tile.free(v), Memory.at(PANEL, v * width().bytes()));
    }
    for (int r = 0; r < tile.rows(); r++) {
      Vector number = tile.free(tile.vectors() + r % 2);
      a.vector(VPBROADCASTD, number, Memory.at(POINTERS.get(r), INDEX, 1, 0));
      for (int v = 0; v < tile.vectors(); v++) {
        a.vector(VPDPBUSD, tile.sum(r, v), number, tile.free(v));
      }
    }
  }

  /** Does as {@link #step} in numbers of 16 bits: those of even bytes, then those of odd ones. */
  private void stepOfWords(Assembler a) {
    int vectors = tile.vectors();
    Vector bytes = tile.free(beside());
    Vector eight = eight().at(Width.BITS_128);
    for (int v = 0; v < vectors; v++) {
      a.vector(VMOVUPS, bytes, Memory.at(PANEL, v * width().bytes()));
      a.vector(VPSLLW, tile.free(v), bytes, eight);
      a.vector(VPSRAW, tile.free(v), tile.free(v), eight);
      a.vector(VPSRAW, tile.free(vectors + v), bytes, eight);
    }
    for (int r = 0; r < tile.rows(); r++) {
      a.vector(VPBROADCASTD, evenNumbers(), Memory.at(POINTERS.get(r), INDEX, 1, 0));
      a.vector(VPSRLW, oddNumbers(), evenNumbers(), eight);
      a.vector(VPAND, evenNumbers(), evenNumbers(), even());
      for (int v = 0; v < vectors; v++) {
        Vector sum = tile.sum(r, v);
        a.vector(VPMADDWD, bytes, tile.free(v), evenNumbers());
        a.vector(VPADDD, sum, sum, bytes);
        a.vector(VPMADDWD, bytes, tile.free(vectors + v), oddNumbers());
        a.vector(VPADDD, sum, sum, bytes);
      }
    }
  }

  /** Does the same with weights of 16 bits in memory: those of even bytes, then the others. */
  private void stepOfWideWords(Assembler a) {
    Vector product = tile.free(beside());
    for (int r = 0; r < tile.rows(); r++) {
      a.vector(VPBROADCASTD, oddNumbers(), Memory.at(POINTERS.get(r), INDEX, 1, 0));
      a.vector(VPAND, evenNumbers(), oddNumbers(), constant(BytePanel.EVEN_VECTOR));
      a.vector(VPSRLW, oddNumbers(), oddNumbers(), eight().at(Width.BITS_128));
      for (int v = 0; v < tile.vectors(); v++) {
        Memory weights = Memory.at(PANEL, v * width().bytes());
        Vector sum = tile.sum(r, v);
        a.vector(VPMADDWD, product, evenNumbers(), weights);
        a.vector(VPADDD, sum, sum, product);
        a.vector(VPMADDWD, product, oddNumbers(), weights.plus(tile.rowBytes()));
        a.vector(VPADDD, sum, sum, product);
      }
    }
  }

  private void store(Assembler a) {
    Rows y = new Rows(List.of(Frame.Y, Register.RAX), INDEX);
    a.load(INDEX, Frame.argument(4));
    y.set(a, tile.rows());
    results.store(a, y);
    for (int r = 0; r < tile.rows(); r++) {
      a.add(Frame.Y, INDEX);
    }
  }
}
