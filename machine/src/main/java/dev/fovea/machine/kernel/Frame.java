package dev.fovea.machine.kernel;

import dev.fovea.machine.assembler.Arithmetic;
import dev.fovea.machine.assembler.Assembler;
import dev.fovea.machine.assembler.Memory;
import dev.fovea.machine.assembler.Register;
import java.util.List;

/**
 * The beginning and the end of a micro-kernel, and where its arguments are.
 *
 * <p>Each of the six arrays comes with an offset in bytes: the first six numbers. The other five
 * stay on the stack.
 */
final class Frame {
  /** The first factor. */
  static final Register X = Register.RDI;

  /** The second factor: panels. */
  static final Register W = Register.RSI;

  /** A bias. */
  static final Register B = Register.RDX;

  /** A residual, or a table of steps. */
  static final Register R = Register.RCX;

  /** The result. */
  static final Register Y = Register.R8;

  /** A table of the places of rows in the first factor. */
  static final Register O = Register.R9;

  /** The answer of a kernel that has done its work. */
  static final int DONE = 0;

  /** The answer of a kernel that has met a step out of bounds, and done nothing. */
  static final int OUT_OF_BOUNDS = 1;

  /** Whom the caller expects to find unchanged. */
  private static final List<Register> SAVED =
      List.of(Register.RBX, Register.RBP, Register.R12, Register.R13, Register.R14, Register.R15);

  private static final int WORD = 8;

  private Frame() {}

  /** Returns where number i on the stack is, from 0 to 10. */
  private static Memory stack(int i) {
    return Memory.at(Register.RSP, WORD * (SAVED.size() + 1 + i));
  }

  /** Returns where an argument is that is no array's offset, from 0 to 4. */
  static Memory argument(int i) {
    return stack(6 + i);
  }

  /** Returns where an array's offset is, from 0 to 5. */
  static Memory offset(int array) {
    return stack(array);
  }

  /** Returns where a kernel may keep an address: the place of the result's offset. */
  static Memory spare() {
    return stack(4);
  }

  /** Saves registers and adds the offsets to the arrays' addresses. */
  static Assembler enter() {
    Assembler a = new Assembler();
    SAVED.forEach(a::push);
    List<Register> arrays = List.of(X, W, B, R, Y, O);
    for (int i = 0; i < arrays.size(); i++) {
      a.add(arrays.get(i), stack(i));
    }
    return a;
  }

  /** Restores registers and returns with an answer. */
  static void leave(Assembler a, int answer) {
    a.vzeroupper();
    a.move(Register.RAX, answer);
    SAVED.reversed().forEach(a::pop);
    a.ret();
  }

  /** Returns the code, after an end that has done its work. */
  static byte[] end(Assembler a) {
    leave(a, DONE);
    return a.bytes();
  }

  /** Points a register at the number of an array whose index is number i of a table. */
  static void pointAt(Assembler a, Register pointer, Register array, Register table, int i) {
    a.loadInt(pointer, Memory.at(table, i * Integer.BYTES));
    a.address(pointer, Memory.at(array, pointer, Float.BYTES, 0));
  }

  /** Subtracts one from a counter. */
  static void countDown(Assembler a, Register counter) {
    a.compute(Arithmetic.SUB, counter, 1);
  }
}
