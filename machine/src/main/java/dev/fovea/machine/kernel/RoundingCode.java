package dev.fovea.machine.kernel;

import static dev.fovea.machine.assembler.VectorInstruction.VCVTNE2PS2BF16;
import static dev.fovea.machine.assembler.VectorInstruction.VCVTNEPS2BF16;
import static dev.fovea.machine.assembler.VectorInstruction.VMOVUPS;
import static dev.fovea.machine.assembler.VectorInstruction.VMOVUPS_STORE;
import static dev.fovea.machine.assembler.VectorInstruction.VPMOVZXWD;
import static dev.fovea.machine.assembler.VectorInstruction.VPOR;
import static dev.fovea.machine.assembler.VectorInstruction.VPSLLD;

import dev.fovea.machine.assembler.Assembler;
import dev.fovea.machine.assembler.Condition;
import dev.fovea.machine.assembler.Label;
import dev.fovea.machine.assembler.Memory;
import dev.fovea.machine.assembler.Register;
import dev.fovea.machine.assembler.Vector;
import dev.fovea.machine.assembler.Width;

/**
 * Code that rounds floats to pairs of bfloat16: rows of whole vectors of pairs.
 *
 * <p>The arrays are the floats, in the place of x, and the pairs, in that of the result; the
 * arguments are the number of rows, the number of vectors of a row, the distances between rows of
 * floats and of pairs, and that between the two lines that are paired, all in bytes. Where
 * neighbours are paired the last is how far ahead memory is fetched into the L2 cache.
 *
 * @param lines whether what lies at the same place in two lines is paired, or neighbours are
 */
record RoundingCode(boolean lines) {
  private static final Width WIDTH = Width.BITS_512;
  private static final Vector FIRST = new Vector(0, WIDTH);
  private static final Vector SECOND = new Vector(1, WIDTH);
  private static final Vector HALF = new Vector(2, Width.BITS_128);
  private static final Register FROM = Register.R10;
  private static final Register TO = Register.R11;
  private static final Register COUNT = Register.RAX;
  private static final Register ROWS = Register.RBX;
  private static final Register APART = Register.R12;

  /** Returns the instructions. */
  byte[] bytes() {
    Assembler a = Frame.enter();
    a.load(ROWS, Frame.argument(0));
    a.load(APART, Frame.argument(4));
    if (lines) {
      a.move(COUNT, Short.SIZE);
      a.store(Frame.spare(), COUNT);
      a.vector(VMOVUPS, HALF, Frame.spare());
    }
    Label row = a.label();
    a.bind(row);
    a.move(FROM, Frame.X);
    a.move(TO, Frame.Y);
    a.load(COUNT, Frame.argument(1));
    Label vector = a.label();
    a.bind(vector);
    if (lines) {
      pairLines(a);
    } else {
      pairNeighbours(a);
    }
    a.vector(VMOVUPS_STORE, FIRST, Memory.at(TO, 0));
    a.add(FROM, (lines ? 1 : 2) * WIDTH.bytes());
    a.add(TO, WIDTH.bytes());
    Frame.countDown(a, COUNT);
    a.jumpIf(Condition.NOT_EQUAL, vector);
    a.add(Frame.X, Frame.argument(2));
    a.add(Frame.Y, Frame.argument(3));
    Frame.countDown(a, ROWS);
    a.jumpIf(Condition.NOT_EQUAL, row);
    return Frame.end(a);
  }

  private static void pairNeighbours(Assembler a) {
    a.prefetch(Memory.at(FROM, APART, 1, 0));
    a.prefetch(Memory.at(FROM, APART, 1, WIDTH.bytes()));
    a.vector(VMOVUPS, SECOND, Memory.at(FROM, WIDTH.bytes()));
    a.vector(VCVTNE2PS2BF16, FIRST, SECOND, Memory.at(FROM, 0));
  }

  private static void pairLines(Assembler a) {
    a.vector(VCVTNEPS2BF16, FIRST, Memory.at(FROM, 0));
    a.vector(VCVTNEPS2BF16, SECOND, Memory.at(FROM, APART, 1, 0));
    a.vector(VPMOVZXWD, FIRST, FIRST);
    a.vector(VPMOVZXWD, SECOND, SECOND);
    a.vector(VPSLLD, SECOND, SECOND, HALF);
    a.vector(VPOR, FIRST, FIRST, SECOND);
  }
}
