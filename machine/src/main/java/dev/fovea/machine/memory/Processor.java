package dev.fovea.machine.memory;

import dev.fovea.machine.assembler.Assembler;
import dev.fovea.machine.assembler.Memory;
import dev.fovea.machine.assembler.Register;
import java.lang.foreign.MemorySegment;

/**
 * What the processor can run and the operating system saves for each thread.
 *
 * @param avx2 vectors of 256 bits, with fused multiply-adds
 * @param avx512 vectors of 512 bits, 32 registers (the extensions F, BW, DQ and VL)
 * @param vnni sums of products of bytes (AVX512_VNNI)
 * @param bfloat16 sums of products of pairs of bfloat16 (AVX512_BF16)
 * @param halves whether it computes vectors of 512 bits in two halves, so that a multiply-add takes
 *     as long as two loads (Zen 4). Zen 5 parts with halved units are not known: they count as
 *     others do, which costs speed alone
 */
public record Processor(
    boolean avx2, boolean avx512, boolean vnni, boolean bfloat16, boolean halves) {
  private static final int FEATURES = 1;
  private static final int MORE_FEATURES = 7;

  // Of leaf 1: ECX.
  private static final int FMA = 1 << 12;
  private static final int SAVES = 1 << 27;

  // Of leaf 7: EBX, ECX.
  private static final int AVX2 = 1 << 5;
  private static final int AVX512 = 1 << 16 | 1 << 17 | 1 << 30 | 1 << 31;
  private static final int VNNI = 1 << 11;

  /** Of leaf 7, subleaf 1: EAX. */
  private static final int BFLOAT16 = 1 << 5;

  /** Of leaf 0: the first letters of AuthenticAMD in EBX. */
  private static final int AMD = 0x6874_7541;

  /** The family of Zen 3, which has no vectors of 512 bits, and of Zen 4. */
  private static final int ZEN_4 = 0x19;

  /** What XGETBV says where the system saves XMM and YMM. */
  private static final int YMM = 0x6;

  /** What it says where the system saves mask registers and ZMM, too. */
  private static final int ZMM = 0xE6;

  /** Asks this machine's processor. */
  public static Processor ofMachine() {
    Code cpuid = Code.of(cpuid());
    int[] maker = ask(cpuid, 0, 0);
    if (maker[0] < MORE_FEATURES) {
      return new Processor(false, false, false, false, false);
    }
    int[] features = ask(cpuid, FEATURES, 0);
    int[] more = ask(cpuid, MORE_FEATURES, 0);
    int saved = (features[2] & SAVES) != 0 ? ask(Code.of(xgetbv()), 0, 0)[0] : 0;
    int last = more[0] < 1 ? 0 : ask(cpuid, MORE_FEATURES, 1)[0];
    boolean halves = maker[1] == AMD && family(features[0]) == ZEN_4;
    return of(features[2], more[1], more[2], last, saved, halves);
  }

  /**
   * Returns what these answers mean.
   *
   * @param ecx1 ECX of leaf 1
   * @param ebx7 EBX of leaf 7
   * @param ecx7 ECX of leaf 7
   * @param eax71 EAX of leaf 7, subleaf 1
   * @param saved the lower half of what XGETBV says
   * @param halves whether it computes vectors of 512 bits in two halves
   */
  static Processor of(int ecx1, int ebx7, int ecx7, int eax71, int saved, boolean halves) {
    boolean avx2 = all(ecx1, FMA | SAVES) && all(ebx7, AVX2) && all(saved, YMM);
    boolean avx512 = avx2 && all(ebx7, AVX512) && all(saved, ZMM);
    boolean vnni = avx512 && all(ecx7, VNNI);
    return new Processor(avx2, avx512, vnni, avx512 && all(eax71, BFLOAT16), avx512 && halves);
  }

  /** Returns the family that EAX of leaf 1 tells: the sum of two fields where the first is full. */
  static int family(int eax1) {
    int family = eax1 >>> 8 & 0xF;
    return family == 0xF ? family + (eax1 >>> 20 & 0xFF) : family;
  }

  private static boolean all(int number, int bits) {
    return (number & bits) == bits;
  }

  private static int[] ask(Code code, int leaf, int subleaf) {
    int[] answer = new int[4];
    MemorySegment a = MemorySegment.ofArray(answer);
    code.call(a, a, a, a, a, a, leaf, subleaf, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    return answer;
  }

  /** Code that stores EAX, EBX, ECX and EDX of a leaf and subleaf at RDI. */
  private static byte[] cpuid() {
    Assembler a = new Assembler();
    a.load(Register.RAX, Memory.at(Register.RSP, 8));
    a.load(Register.RCX, Memory.at(Register.RSP, 16));
    a.push(Register.RBX);
    a.cpuid();
    a.storeInt(Memory.at(Register.RDI, 0), Register.RAX);
    a.storeInt(Memory.at(Register.RDI, 4), Register.RBX);
    a.storeInt(Memory.at(Register.RDI, 8), Register.RCX);
    a.storeInt(Memory.at(Register.RDI, 12), Register.RDX);
    a.pop(Register.RBX);
    a.ret();
    return a.bytes();
  }

  /** Code that stores the answer of XGETBV at RDI. */
  private static byte[] xgetbv() {
    Assembler a = new Assembler();
    a.load(Register.RCX, Memory.at(Register.RSP, 8));
    a.xgetbv();
    a.storeInt(Memory.at(Register.RDI, 0), Register.RAX);
    a.ret();
    return a.bytes();
  }
}
