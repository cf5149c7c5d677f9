package dev.fovea.machine.assembler;

import dev.fovea.machine.assembler.VectorInstruction.Map;
import java.util.Arrays;

/**
 * Writes instructions of x86-64 as bytes, as chapter 2 of Intel's manual (volume 2) lays them out.
 *
 * <p>Vectors of 128 and 256 bits are encoded with a VEX prefix where that can say it, which AVX2
 * processors understand; those of 512 bits, numbers from 16 on and broadcast operands with an EVEX
 * prefix.
 */
public final class Assembler {
  private static final int BROADCAST = 1 << 4;

  /** Stands where an instruction has no further operand. */
  private static final Vector NONE = new Vector(0, Width.BITS_128);

  private static final int REX_W = 0x48;
  private static final int DIRECT = 0xC0;

  /** The bits of an operand byte that say that a second byte tells base and index. */
  private static final int SIB = 4;

  /** What fills gaps between code that is run: instructions that do nothing, by their length. */
  private static final int[][] NOTHING = {
    {},
    {0x90},
    {0x66, 0x90},
    {0x0F, 0x1F, 0x00},
    {0x0F, 0x1F, 0x40, 0},
    {0x0F, 0x1F, 0x44, 0, 0},
    {0x66, 0x0F, 0x1F, 0x44, 0, 0},
    {0x0F, 0x1F, 0x80, 0, 0, 0, 0},
    {0x0F, 0x1F, 0x84, 0, 0, 0, 0, 0},
    {0x66, 0x0F, 0x1F, 0x84, 0, 0, 0, 0, 0}
  };

  private byte[] code = new byte[2048];
  private int size;

  /** Creates it with no instruction. */
  public Assembler() {}

  /** Returns a copy of the code. */
  public byte[] bytes() {
    return Arrays.copyOf(code, size);
  }

  // ---- places

  /** Returns a label without a place. */
  public Label label() {
    return new Label();
  }

  /** Puts a label here. */
  public void bind(Label label) {
    label.bind(size);
    label.uses().forEach(at -> writeDistance(at, size));
  }

  /** Puts a label here at a multiple of {@code bytes}, counted from the beginning of the code. */
  public void bindAligned(Label label, int bytes) {
    while (size % bytes != 0) {
      emit(NOTHING[Math.min(bytes - size % bytes, NOTHING.length - 1)]);
    }
    bind(label);
  }

  /** Jumps if the last comparison or result was so. */
  public void jumpIf(Condition condition, Label to) {
    emit(0x0F, 0x80 | condition.code());
    distance(to);
  }

  private void distance(Label to) {
    int at = size;
    emitInt(0);
    if (to.place() == Label.UNKNOWN) {
      to.usedAt(at);
    } else {
      writeDistance(at, to.place());
    }
  }

  /** Distances are counted from the end of the jump. */
  private void writeDistance(int at, int to) {
    int distance = to - (at + Integer.BYTES);
    for (int i = 0; i < Integer.BYTES; i++) {
      code[at + i] = (byte) (distance >> (Byte.SIZE * i));
    }
  }

  // ---- general registers

  /** Copies a register. */
  public void move(Register to, Register from) {
    registers(0x89, from, to);
  }

  /** Sets a register to a number. */
  public void move(Register to, int number) {
    emit(REX_W | to.high(), 0xC7, DIRECT | to.low());
    emitInt(number);
  }

  /** Computes on two registers. */
  public void compute(Arithmetic operation, Register to, Register with) {
    registers(operation.opcode(), with, to);
  }

  /** Computes on a register and a number. */
  public void compute(Arithmetic operation, Register to, int number) {
    boolean isByte = number == (byte) number;
    int operand = DIRECT | operation.extension() << 3 | to.low();
    emit(REX_W | to.high(), isByte ? 0x83 : 0x81, operand);
    if (isByte) {
      emit(number);
    } else {
      emitInt(number);
    }
  }

  /** Adds a register to another. */
  public void add(Register to, Register with) {
    compute(Arithmetic.ADD, to, with);
  }

  /** Adds a number to a register. */
  public void add(Register to, int number) {
    if (number != 0) {
      compute(Arithmetic.ADD, to, number);
    }
  }

  /** Adds what lies in memory to a register. */
  public void add(Register to, Memory from) {
    memory(0x03, to, from);
  }

  /** Compares a register with what lies in memory. */
  public void compare(Register with, Memory to) {
    memory(0x3B, with, to);
  }

  /** Compares a register with zero. */
  public void test(Register register) {
    registers(0x85, register, register);
  }

  /** Multiplies a register by 2^bits. */
  public void shiftLeft(Register register, int bits) {
    emit(REX_W | register.high(), 0xC1, DIRECT | 4 << 3 | register.low(), bits);
  }

  /** Divides an unsigned register by 2^bits. */
  public void shiftRight(Register register, int bits) {
    emit(REX_W | register.high(), 0xC1, DIRECT | 5 << 3 | register.low(), bits);
  }

  /** Changes the sign of a register. */
  public void negate(Register register) {
    emit(REX_W | register.high(), 0xF7, DIRECT | 3 << 3 | register.low());
  }

  /** Loads 64 bits. */
  public void load(Register to, Memory from) {
    memory(0x8B, to, from);
  }

  /** Stores 64 bits. */
  public void store(Memory to, Register from) {
    memory(0x89, from, to);
  }

  /** Loads a signed number of 32 bits. */
  public void loadInt(Register to, Memory from) {
    memory(0x63, to, from);
  }

  /** Stores the lower 32 bits. */
  public void storeInt(Memory to, Register from) {
    int rex = from.high() << 2 | to.indexHigh() << 1 | to.base().high();
    if (rex != 0) {
      emit(0x40 | rex);
    }
    emit(0x89);
    operand(from.low(), to, 1);
  }

  /** Sets a register to the address of an operand. */
  public void address(Register to, Memory of) {
    memory(0x8D, to, of);
  }

  /** Has a line of memory fetched into the L2 cache, if it is there; never fails. */
  public void prefetch(Memory m) {
    int rex = m.indexHigh() << 1 | m.base().high();
    if (rex != 0) {
      emit(0x40 | rex);
    }
    emit(0x0F, 0x18);
    operand(2, m, 1);
  }

  /** Puts a register on the stack. */
  public void push(Register register) {
    stack(0x50, register);
  }

  /** Takes a register from the stack. */
  public void pop(Register register) {
    stack(0x58, register);
  }

  private void stack(int opcode, Register register) {
    if (register.high() == 1) {
      emit(0x41);
    }
    emit(opcode | register.low());
  }

  /** Copies a register if the last result was below zero. */
  public void moveIfNegative(Register to, Register from) {
    emit(REX_W | to.high() << 2 | from.high(), 0x0F, 0x48, DIRECT | to.low() << 3 | from.low());
  }

  /** Sets a mask, 1 to 7, to a register below R8. */
  public void mask(int mask, Register from) {
    emit(0xC4, 0xE1, 0xFB, 0x92, DIRECT | mask << 3 | from.low());
  }

  /** Asks the processor what it can: leaf RAX, subleaf RCX; answers in RAX, RBX, RCX, RDX. */
  public void cpuid() {
    emit(0x0F, 0xA2);
  }

  /** Asks which registers the operating system saves: index RCX; answers in RAX and RDX. */
  public void xgetbv() {
    emit(0x0F, 0x01, 0xD0);
  }

  /** Returns to the caller. */
  public void ret() {
    emit(0xC3);
  }

  /** Frees code behind it, which may use older instructions, of a wait for upper halves. */
  public void vzeroupper() {
    emit(0xC5, 0xF8, 0x77);
  }

  private void registers(int opcode, Register reg, Register rm) {
    emit(REX_W | reg.high() << 2 | rm.high(), opcode, DIRECT | reg.low() << 3 | rm.low());
  }

  private void memory(int opcode, Register reg, Memory m) {
    emit(REX_W | reg.high() << 2 | m.indexHigh() << 1 | m.base().high(), opcode);
    operand(reg.low(), m, 1);
  }

  /**
   * Writes an operand in memory.
   *
   * @param reg the three bits that stand beside it
   * @param unit what a displacement of one byte counts
   */
  private void operand(int reg, Memory m, int unit) {
    boolean sib = m.index().isPresent() || m.base().low() == Register.RSP.low();
    int d = m.displacement();
    boolean isByte = d % unit == 0 && d / unit == (byte) (d / unit);
    boolean none = d == 0 && m.base().low() != Register.RBP.low();
    int form = none ? 0 : isByte ? 1 : 2;
    emit(form << 6 | reg << 3 | (sib ? SIB : m.base().low()));
    if (sib) {
      int index = m.index().map(Register::low).orElse(SIB);
      emit(Integer.numberOfTrailingZeros(m.scale()) << 6 | index << 3 | m.base().low());
    }
    if (form == 1) {
      emit(d / unit);
    } else if (form == 2) {
      emitInt(d);
    }
  }

  // ---- vectors

  /** An instruction on one register and an operand in memory. */
  public void vector(VectorInstruction op, Vector register, Memory m) {
    vector(op, register, NONE, m);
  }

  /** An instruction on two registers. */
  public void vector(VectorInstruction op, Vector to, Vector from) {
    vector(op, to, NONE, from);
  }

  /** An instruction on two registers and an operand in memory. */
  public void vector(VectorInstruction op, Vector to, Vector first, Memory m) {
    boolean evex = op.needsEvex() || needsEvex(to) || needsEvex(first) || m.broadcast();
    int flags = m.broadcast() ? BROADCAST : 0;
    prefix(evex, op, to, first, m.indexHigh(), m.base().high(), flags);
    int bytes = m.broadcast() ? Float.BYTES : op.operand().bytes(to.width());
    operand(to.number() & 7, m, evex ? bytes : 1);
  }

  /** Stores the lanes of a register that a mask, 1 to 7, tells, or with 0 all; needs AVX-512. */
  public void masked(VectorInstruction op, int mask, Vector register, Memory m) {
    prefix(true, op, register, NONE, m.indexHigh(), m.base().high(), mask);
    operand(register.number() & 7, m, op.operand().bytes(register.width()));
  }

  /** An instruction on three registers. */
  public void vector(VectorInstruction op, Vector to, Vector first, Vector second) {
    int n = second.number();
    boolean evex = op.needsEvex() || needsEvex(to) || needsEvex(first) || needsEvex(second);
    prefix(evex, op, to, first, n >> 4, n >> 3 & 1, 0);
    emit(DIRECT | (to.number() & 7) << 3 | (n & 7));
  }

  /** An instruction on three registers and a number; needs AVX-512. */
  public void shuffle(VectorInstruction op, Vector to, Vector first, Vector second, int number) {
    vector(op, to, first, second);
    emit(number);
  }

  private static boolean needsEvex(Vector v) {
    return v.width() == Width.BITS_512 || v.number() > 15;
  }

  /**
   * Writes prefix and opcode; x and b are the upper bits of what the operand names, and flags a
   * mask or {@link #BROADCAST}.
   */
  private void prefix(
      boolean evex, VectorInstruction op, Vector to, Vector first, int x, int b, int flags) {
    if (evex) {
      evex(op, to, first, x, b, flags);
    } else {
      vex(op, to, first, x, b);
    }
    emit(op.opcode());
  }

  /** Most bits of VEX and EVEX stand for their opposite. */
  private void vex(VectorInstruction op, Vector to, Vector first, int x, int b) {
    int r = to.number() >> 3;
    int rest = (~first.number() & 15) << 3 | to.width().code() << 2 | op.prefix().code();
    if (x == 0 && b == 0 && op.map() == Map.M0F) {
      emit(0xC5, (1 - r) << 7 | rest);
    } else {
      emit(0xC4, (1 - r) << 7 | (1 - x) << 6 | (1 - b) << 5 | op.map().code(), rest);
    }
  }

  private void evex(VectorInstruction op, Vector to, Vector first, int x, int b, int flags) {
    int r = to.number() >> 3 & 1;
    int rr = to.number() >> 4;
    int v = first.number();
    emit(0x62);
    emit((1 - r) << 7 | (1 - x) << 6 | (1 - b) << 5 | (1 - rr) << 4 | op.map().code());
    emit((~v & 15) << 3 | 4 | op.prefix().code());
    emit(to.width().code() << 5 | (1 - (v >> 4)) << 3 | flags);
  }

  private void emit(int... bytes) {
    for (int b : bytes) {
      if (size == code.length) {
        code = Arrays.copyOf(code, 2 * size);
      }
      code[size++] = (byte) b;
    }
  }

  private void emitInt(int number) {
    emit(number, number >> 8, number >> 16, number >> 24);
  }
}
