package dev.fovea.machine.kernel;

import dev.fovea.machine.assembler.Arithmetic;
import dev.fovea.machine.assembler.Assembler;
import dev.fovea.machine.assembler.Memory;
import dev.fovea.machine.assembler.Register;
import java.util.List;

/**
 * The beginning and the end of a micro-kernel, and where its arguments are.
 *
 * <p>Each of the five arrays comes with an offset in bytes: the first five numbers. The other five
 * stay on the stack.
 */
final class Frame {
  /** The first factor. */
  static final Register X = Register.RDI;

  /** The second factor: panels. */
  static final Register W = Register.RSI;

  /** What the third array is depends on the kernel: a bias, or a table of rows' offsets. */
  static final Register B = Register.RDX;

  /** What the fourth array is depends on the kernel: a residual, or a table of steps. */
  static final Register R = Register.RCX;

  /** The result. */
  static final Register Y = Register.R8;

  /** Whom the caller expects to find unchanged. */
  private static final List<Register> SAVED =
      List.of(Register.RBX, Register.RBP, Register.R12, Register.R13, Register.R14, Register.R15);

  private static final int WORD = 8;

  private Frame() {}

  /** Returns where number i on the stack is, from 0 to 8; of the last five the kernel may write. */
  static Memory stack(int i) {
    return Memory.at(Register.RSP, WORD * (SAVED.size() + 1 + i));
  }

  /** Returns where an argument is that is no array's offset, from 0 to 4. */
  static Memory argument(int i) {
    return stack(4 + i);
  }

  /** Returns where a kernel may keep an address: the place of the result's offset. */
  static Memory spare() {
    return stack(3);
  }

  /** Saves registers and adds the offsets to the arrays' addresses. */
  static Assembler enter() {
    Assembler a = new Assembler();
    SAVED.forEach(a::push);
    a.add(X, Register.R9);
    a.add(W, stack(0));
    a.add(B, stack(1));
    a.add(R, stack(2));
    a.add(Y, stack(3));
    return a;
  }

  /** Restores registers and returns. */
  static byte[] leave(Assembler a) {
    a.vzeroupper();
    SAVED.reversed().forEach(a::pop);
    a.ret();
    return a.bytes();
  }

  /** Subtracts one from a counter. */
  static void countDown(Assembler a, Register counter) {
    a.compute(Arithmetic.SUB, counter, 1);
  }
}
