package dev.fovea.machine.assembler;

import static dev.fovea.machine.assembler.VectorInstruction.VBROADCASTSS;
import static dev.fovea.machine.assembler.VectorInstruction.VCVTDQ2PS;
import static dev.fovea.machine.assembler.VectorInstruction.VCVTPS2DQ;
import static dev.fovea.machine.assembler.VectorInstruction.VMOVAPS;
import static dev.fovea.machine.assembler.VectorInstruction.VMOVDQU8_STORE;
import static dev.fovea.machine.assembler.VectorInstruction.VMOVUPS;
import static dev.fovea.machine.assembler.VectorInstruction.VMOVUPS_STORE;
import static dev.fovea.machine.assembler.VectorInstruction.VPBROADCASTD;
import static dev.fovea.machine.assembler.VectorInstruction.VPDPBUSD;
import static dev.fovea.machine.assembler.VectorInstruction.VPMOVUSDB;
import static dev.fovea.machine.assembler.VectorInstruction.VPMOVWB;
import static dev.fovea.machine.assembler.VectorInstruction.VPXOR;
import static dev.fovea.machine.assembler.VectorInstruction.VSHUFF32X4;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Instructions as Intel writes them, each beside the bytes that the assembler makes of it. */
final class Instructions {
  /** Operands in memory: all bases with a rule of their own, all sizes of displacements. */
  private static final List<Memory> OPERANDS =
      List.of(
          Memory.at(Register.RDI, 0),
          Memory.at(Register.RSP, 8),
          Memory.at(Register.R12, 0),
          Memory.at(Register.RBP, 0),
          Memory.at(Register.R13, 64),
          Memory.at(Register.RSI, 4096),
          Memory.at(Register.RSI, -127),
          Memory.at(Register.RDI, Register.R10, 2, 0),
          Memory.at(Register.R13, Register.RCX, 4, 12),
          Memory.at(Register.RBP, Register.R15, 8, -256),
          Memory.at(Register.RSP, Register.RAX, 1, 64));

  private static final List<VectorInstruction> OF_THREE =
      List.of(
          VectorInstruction.VADDPS,
          VectorInstruction.VSUBPS,
          VectorInstruction.VMULPS,
          VectorInstruction.VMAXPS,
          VectorInstruction.VFMADD231PS,
          VPXOR,
          VectorInstruction.VPADDD,
          VectorInstruction.VMINPS,
          VectorInstruction.VPMULLD,
          VectorInstruction.VPACKSSDW,
          VectorInstruction.VPAND,
          VectorInstruction.VPOR,
          VectorInstruction.VDPBF16PS,
          VectorInstruction.VCVTNE2PS2BF16,
          VPDPBUSD);

  /** Those of 8 and 16 bits, which read no memory for all lanes. */
  private static final List<VectorInstruction> OF_THREE_NARROW =
      List.of(
          VectorInstruction.VPUNPCKLBW,
          VectorInstruction.VPUNPCKHBW,
          VectorInstruction.VPUNPCKLWD,
          VectorInstruction.VPUNPCKHWD,
          VectorInstruction.VPACKUSWB,
          VectorInstruction.VPADDSW,
          VectorInstruction.VPMAXSW,
          VectorInstruction.VPMINSW,
          VectorInstruction.VPMADDWD,
          VectorInstruction.VPMAXUB,
          VectorInstruction.VPMINUB);

  /** Numbers of three registers: none, some and all of which need the bits of prefixes. */
  private static final int[][] NUMBERS = {
    {0, 1, 2}, {9, 2, 5}, {3, 12, 6}, {1, 7, 15}, {17, 2, 24}, {31, 8, 16}, {4, 30, 29}
  };

  private final List<String> lines = new ArrayList<>();

  private Instructions() {}

  /** Returns lines of an instruction, a tabulator and its bytes. */
  static List<String> lines() {
    Instructions all = new Instructions();
    all.general();
    all.memory();
    for (VectorInstruction op : OF_THREE) {
      all.three(op);
    }
    for (VectorInstruction op : OF_THREE_NARROW) {
      all.three(op);
    }
    all.moves();
    all.shuffles();
    all.masks();
    all.halves();
    return all.lines;
  }

  private void add(String text, Consumer<Assembler> instruction) {
    Assembler a = new Assembler();
    instruction.accept(a);
    lines.add(text + "\t" + HexFormat.of().formatHex(a.bytes()));
  }

  private void general() {
    add("mov r9, rsp", a -> a.move(Register.R9, Register.RSP));
    add("mov rax, -2", a -> a.move(Register.RAX, -2));
    add("mov r12, 100000", a -> a.move(Register.R12, 100_000));
    for (Arithmetic op : Arithmetic.values()) {
      String name = op.name().toLowerCase(Locale.ROOT);
      add(name + " rdi, r9", a -> a.compute(op, Register.RDI, Register.R9));
      add(name + " r14, rbp", a -> a.compute(op, Register.R14, Register.RBP));
      for (int n : new int[] {1, 127, -128, 128, -100_000}) {
        add(name + " rsi, " + n, a -> a.compute(op, Register.RSI, n));
        add(name + " r8, " + n, a -> a.compute(op, Register.R8, n));
      }
    }
    add("test r15, r15", a -> a.test(Register.R15));
    add("shl r9, 7", a -> a.shiftLeft(Register.R9, 7));
    add("shr rax, 2", a -> a.shiftRight(Register.RAX, 2));
    add("neg rcx", a -> a.negate(Register.RCX));
    add("neg r10", a -> a.negate(Register.R10));
    for (Register r : List.of(Register.RBX, Register.RBP, Register.R12, Register.R15)) {
      add("push " + text(r), a -> a.push(r));
      add("pop " + text(r), a -> a.pop(r));
    }
    add("cpuid", Assembler::cpuid);
    add("xgetbv", Assembler::xgetbv);
    add("vzeroupper", Assembler::vzeroupper);
    add("ret", Assembler::ret);
  }

  private void memory() {
    for (Memory m : OPERANDS) {
      String whole = "qword ptr " + text(m);
      String half = "dword ptr " + text(m);
      for (Register r : List.of(Register.RAX, Register.R11)) {
        String name = text(r);
        add("mov " + name + ", " + whole, a -> a.load(r, m));
        add("mov " + whole + ", " + name, a -> a.store(m, r));
        add("add " + name + ", " + whole, a -> a.add(r, m));
        add("cmp " + name + ", " + whole, a -> a.compare(r, m));
        add("movsxd " + name + ", " + half, a -> a.loadInt(r, m));
        add("lea " + name + ", " + text(m), a -> a.address(r, m));
      }
      add("mov " + half + ", ebx", a -> a.storeInt(m, Register.RBX));
      add("prefetcht1 byte ptr " + text(m), a -> a.prefetch(m));
      add("mov " + half + ", r11d", a -> a.storeInt(m, Register.R11));
    }
  }

  private void three(VectorInstruction op) {
    for (Width width : Width.values()) {
      for (int[] n : NUMBERS) {
        Vector to = new Vector(n[0], width);
        Vector first = new Vector(n[1], width);
        Vector second = new Vector(n[2], width);
        String begin = name(op, to, first, second) + " " + text(to) + ", " + text(first) + ", ";
        add(begin + text(second), a -> a.vector(op, to, first, second));
      }
      for (Memory m : OPERANDS.subList(3, 8)) {
        operand(op, new Vector(5, width), new Vector(3, width), m);
        operand(op, new Vector(9, width), new Vector(14, width), m);
        operand(op, new Vector(30, width), new Vector(21, width), m);
      }
    }
  }

  private void operand(VectorInstruction op, Vector to, Vector first, Memory m) {
    String begin = name(op, to, first, first) + " " + text(to) + ", " + text(first) + ", ";
    add(begin + pointer(to.width().bytes()) + text(m), a -> a.vector(op, to, first, m));
    if (OF_THREE_NARROW.contains(op)) {
      return;
    }
    String name = (isBitwise(op) ? base(op) + "d" : base(op)) + " " + text(to) + ", " + text(first);
    String all = "dword ptr " + text(m) + "{1to" + to.width().floats() + "}";
    add(name + ", " + all, a -> a.vector(op, to, first, m.forAllLanes()));
  }

  private void moves() {
    for (Width width : Width.values()) {
      for (int n : new int[] {1, 12, 28}) {
        Vector v = new Vector(n, width);
        for (Memory m : OPERANDS) {
          String whole = pointer(width.bytes()) + text(m);
          add("vmovups " + text(v) + ", " + whole, a -> a.vector(VMOVUPS, v, m));
          add("vmovups " + whole + ", " + text(v), a -> a.vector(VMOVUPS_STORE, v, m));
          String one = "dword ptr " + text(m);
          add("vbroadcastss " + text(v) + ", " + one, a -> a.vector(VBROADCASTSS, v, m));
          add("vpbroadcastd " + text(v) + ", " + one, a -> a.vector(VPBROADCASTD, v, m));
        }
        Vector low = new Vector(5, width);
        for (VectorInstruction op : List.of(VMOVAPS, VCVTDQ2PS, VCVTPS2DQ)) {
          add(base(op) + " " + text(v) + ", " + text(low), a -> a.vector(op, v, low));
        }
      }
    }
  }

  private void shuffles() {
    for (int[] n : NUMBERS) {
      for (VectorInstruction op :
          List.of(
              VectorInstruction.VPSLLW,
              VectorInstruction.VPSRLW,
              VectorInstruction.VPSRAW,
              VectorInstruction.VPSLLD)) {
        Vector shifted = new Vector(n[0], Width.BITS_512);
        Vector by = new Vector(n[2], Width.BITS_128);
        String operands = text(shifted) + ", " + text(shifted) + ", " + text(by);
        add(base(op) + " " + operands, a -> a.vector(op, shifted, shifted, by));
      }
      Vector to = new Vector(n[0], Width.BITS_512);
      Vector first = new Vector(n[1], Width.BITS_512);
      Vector second = new Vector(n[2], Width.BITS_512);
      String text = text(to) + ", " + text(first) + ", " + text(second) + ", 68";
      add("vshuff32x4 " + text, a -> a.shuffle(VSHUFF32X4, to, first, second, 68));
    }
  }

  private void masks() {
    add("kmovq k1, rax", a -> a.mask(1, Register.RAX));
    add("kmovq k4, rbx", a -> a.mask(4, Register.RBX));
    add("cmovs rax, rcx", a -> a.moveIfNegative(Register.RAX, Register.RCX));
    add("cmovs r12, r9", a -> a.moveIfNegative(Register.R12, Register.R9));
    for (int n : new int[] {1, 28}) {
      Vector v = new Vector(n, Width.BITS_512);
      for (Memory m : OPERANDS) {
        String to = text(m) + "{k" + (n % 4 + 1) + "}, " + text(v);
        int mask = n % 4 + 1;
        add("vmovups zmmword ptr " + to, a -> a.masked(VMOVUPS_STORE, mask, v, m));
        add("vpmovusdb xmmword ptr " + to, a -> a.masked(VPMOVUSDB, mask, v, m));
        add("vpmovwb ymmword ptr " + to, a -> a.masked(VPMOVWB, mask, v, m));
        add("vmovdqu8 zmmword ptr " + to, a -> a.masked(VMOVDQU8_STORE, mask, v, m));
        String all = text(m) + ", " + text(v);
        add("vpmovwb ymmword ptr " + all, a -> a.masked(VPMOVWB, 0, v, m));
      }
    }
  }

  /** What narrows or widens whole vectors of 512 bits. */
  private void halves() {
    for (int n : new int[] {1, 12, 28}) {
      Vector whole = new Vector(n, Width.BITS_512);
      Vector half = new Vector(n, Width.BITS_256);
      String widen = "vpmovzxwd " + text(whole) + ", ";
      add(widen + text(half), a -> a.vector(VectorInstruction.VPMOVZXWD, whole, whole));
      String narrow = "vcvtneps2bf16 " + text(half) + ", ";
      add(narrow + text(whole), a -> a.vector(VectorInstruction.VCVTNEPS2BF16, whole, whole));
      for (Memory m : OPERANDS) {
        add(
            narrow + pointer(64) + text(m),
            a -> a.vector(VectorInstruction.VCVTNEPS2BF16, whole, m));
      }
    }
  }

  private static boolean isOfAvx512(Vector... registers) {
    for (Vector v : registers) {
      if (v.width() == Width.BITS_512 || v.number() > 15) {
        return true;
      }
    }
    return false;
  }

  private static String name(VectorInstruction op, Vector... registers) {
    return isBitwise(op) && isOfAvx512(registers) ? base(op) + "d" : base(op);
  }

  private static boolean isBitwise(VectorInstruction op) {
    return op == VPXOR || op == VectorInstruction.VPAND || op == VectorInstruction.VPOR;
  }

  private static String base(VectorInstruction op) {
    return op.name().toLowerCase(Locale.ROOT);
  }

  private static String text(Register r) {
    return r.name().toLowerCase(Locale.ROOT);
  }

  private static String text(Vector v) {
    String letter =
        switch (v.width()) {
          case BITS_128 -> "x";
          case BITS_256 -> "y";
          case BITS_512 -> "z";
        };
    return letter + "mm" + v.number();
  }

  private static String pointer(int bytes) {
    return switch (bytes) {
      case 8 -> "qword ptr ";
      case 16 -> "xmmword ptr ";
      case 32 -> "ymmword ptr ";
      default -> "zmmword ptr ";
    };
  }

  private static String text(Memory m) {
    String index = m.index().map(r -> " + " + text(r) + "*" + m.scale()).orElse("");
    return "[" + text(m.base()) + index + " + " + m.displacement() + "]";
  }
}
