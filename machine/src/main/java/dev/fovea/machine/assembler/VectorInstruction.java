package dev.fovea.machine.assembler;

/**
 * The instructions on vectors that kernels use, with the codes of Intel's manual (volume 2): the
 * prefix that is implied, the map of opcodes, the opcode, and how much memory an operand takes.
 *
 * <p>Operands come in Intel's order: the result, the first factor where there are two, then the
 * operand that may lie in memory. Stores have it first.
 */
public enum VectorInstruction {
  /** Loads or copies. */
  VMOVUPS(Prefix.NONE, Map.M0F, 0x10, Operand.WHOLE),
  /** Stores. */
  VMOVUPS_STORE(Prefix.NONE, Map.M0F, 0x11, Operand.WHOLE),
  /** Copies a register. */
  VMOVAPS(Prefix.NONE, Map.M0F, 0x28, Operand.WHOLE),
  /** Copies four bytes to all lanes. */
  VBROADCASTSS(Prefix.P66, Map.M0F38, 0x18, Operand.FOUR_BYTES),
  /** Adds floats. */
  VADDPS(Prefix.NONE, Map.M0F, 0x58, Operand.WHOLE),
  /** Subtracts floats. */
  VSUBPS(Prefix.NONE, Map.M0F, 0x5C, Operand.WHOLE),
  /** Multiplies floats. */
  VMULPS(Prefix.NONE, Map.M0F, 0x59, Operand.WHOLE),
  /** Takes the larger float; the last operand where one is no number or both are zeros. */
  VMAXPS(Prefix.NONE, Map.M0F, 0x5F, Operand.WHOLE),
  /** Adds the product of two floats to the result, rounded once. */
  VFMADD231PS(Prefix.P66, Map.M0F38, 0xB8, Operand.WHOLE),
  /** Exclusive or. */
  VPXOR(Prefix.P66, Map.M0F, 0xEF, Operand.WHOLE),
  /** Adds whole numbers of 32 bits. */
  VPADDD(Prefix.P66, Map.M0F, 0xFE, Operand.WHOLE),
  /** Adds to 32 bits four products of unsigned and signed bytes; needs VNNI of AVX-512. */
  VPDPBUSD(Prefix.P66, Map.M0F38, 0x50, Operand.WHOLE),
  /** Takes bytes of both operands in turn, of the lower half of each 128 bits. */
  VPUNPCKLBW(Prefix.P66, Map.M0F, 0x60, Operand.WHOLE),
  /** Takes bytes of both operands in turn, of the upper half of each 128 bits. */
  VPUNPCKHBW(Prefix.P66, Map.M0F, 0x68, Operand.WHOLE),
  /** Takes 16 bits of both operands in turn, of the lower half of each 128 bits. */
  VPUNPCKLWD(Prefix.P66, Map.M0F, 0x61, Operand.WHOLE),
  /** Takes 16 bits of both operands in turn, of the upper half of each 128 bits. */
  VPUNPCKHWD(Prefix.P66, Map.M0F, 0x69, Operand.WHOLE),
  /** Narrows both operands to 16 bits, cut off at their bounds; within each 128 bits. */
  VPACKSSDW(Prefix.P66, Map.M0F, 0x6B, Operand.WHOLE),
  /** Narrows 16 bits of both operands to unsigned bytes, cut off; within each 128 bits. */
  VPACKUSWB(Prefix.P66, Map.M0F, 0x67, Operand.WHOLE),
  /** Adds whole numbers of 16 bits, cut off at their bounds. */
  VPADDSW(Prefix.P66, Map.M0F, 0xED, Operand.WHOLE),
  /** Takes the larger unsigned byte. */
  VPMAXUB(Prefix.P66, Map.M0F, 0xDE, Operand.WHOLE),
  /** Takes the smaller unsigned byte. */
  VPMINUB(Prefix.P66, Map.M0F, 0xDA, Operand.WHOLE),
  /** Multiplies whole numbers of 32 bits. */
  VPMULLD(Prefix.P66, Map.M0F38, 0x40, Operand.WHOLE),
  /** Copies four bytes to all lanes. */
  VPBROADCASTD(Prefix.P66, Map.M0F38, 0x58, Operand.FOUR_BYTES),
  /** Makes floats of whole numbers. */
  VCVTDQ2PS(Prefix.NONE, Map.M0F, 0x5B, Operand.WHOLE),
  /** Makes whole numbers of floats, rounded half to even. */
  VCVTPS2DQ(Prefix.P66, Map.M0F, 0x5B, Operand.WHOLE),
  /** Takes the smaller float. */
  VMINPS(Prefix.NONE, Map.M0F, 0x5D, Operand.WHOLE),
  /** Stores whole numbers of 32 bits as unsigned bytes; of AVX-512 alone. */
  VPMOVUSDB(Prefix.PF3, Map.M0F38, 0x11, Operand.QUARTER),
  /** Stores the lower halves of 16 bits each as bytes; of AVX-512 alone. */
  VPMOVWB(Prefix.PF3, Map.M0F38, 0x30, Operand.HALF),
  /** Stores bytes; of AVX-512 alone. */
  VMOVDQU8_STORE(Prefix.PF2, Map.M0F, 0x7F, Operand.WHOLE),
  /** Takes two lanes of 128 bits of each operand, as a number tells; of AVX-512 alone. */
  VSHUFF32X4(Prefix.P66, Map.M0F3A, 0x23, Operand.WHOLE),
  /** Takes the larger signed number of 16 bits. */
  VPMAXSW(Prefix.P66, Map.M0F, 0xEE, Operand.WHOLE),
  /** Takes the smaller signed number of 16 bits. */
  VPMINSW(Prefix.P66, Map.M0F, 0xEA, Operand.WHOLE),
  /** Sums two products of neighbouring signed numbers of 16 bits, in 32 bits. */
  VPMADDWD(Prefix.P66, Map.M0F, 0xF5, Operand.WHOLE),
  /** And. */
  VPAND(Prefix.P66, Map.M0F, 0xDB, Operand.WHOLE),
  /** Shifts 16 bits each to the left by the number in a register of 128 bits. */
  VPSLLW(Prefix.P66, Map.M0F, 0xF1, Operand.WHOLE),
  /** Shifts 16 bits each to the right, zeros from the left. */
  VPSRLW(Prefix.P66, Map.M0F, 0xD1, Operand.WHOLE),
  /** Shifts signed numbers of 16 bits to the right. */
  VPSRAW(Prefix.P66, Map.M0F, 0xE1, Operand.WHOLE),
  /** Shifts 32 bits each to the left by the number in a register of 128 bits. */
  VPSLLD(Prefix.P66, Map.M0F, 0xF2, Operand.WHOLE),
  /** Or. */
  VPOR(Prefix.P66, Map.M0F, 0xEB, Operand.WHOLE),
  /** Widens 16 bits each to 32, zeros from the left. */
  VPMOVZXWD(Prefix.P66, Map.M0F38, 0x33, Operand.HALF),
  /** Adds to floats two products of pairs of bfloat16 each; needs AVX512_BF16. */
  VDPBF16PS(Prefix.PF3, Map.M0F38, 0x52, Operand.WHOLE),
  /** Rounds floats to half as many bits; needs AVX512_BF16. */
  VCVTNEPS2BF16(Prefix.PF3, Map.M0F38, 0x72, Operand.WHOLE),
  /** Rounds the floats of two vectors to half as many bits; needs AVX512_BF16. */
  VCVTNE2PS2BF16(Prefix.PF2, Map.M0F38, 0x72, Operand.WHOLE);

  /** The prefix of older instructions that an encoding implies. */
  enum Prefix {
    NONE(0),
    P66(1),
    PF3(2),
    PF2(3);

    private final int code;

    Prefix(int code) {
      this.code = code;
    }

    int code() {
      return code;
    }
  }

  /** The first bytes of the opcode that an encoding implies. */
  enum Map {
    M0F(1),
    M0F38(2),
    M0F3A(3);

    private final int code;

    Map(int code) {
      this.code = code;
    }

    int code() {
      return code;
    }
  }

  /** How much memory an operand takes. */
  enum Operand {
    WHOLE,
    HALF,
    QUARTER,
    FOUR_BYTES;

    int bytes(Width width) {
      return switch (this) {
        case WHOLE -> width.bytes();
        case HALF -> width.bytes() / 2;
        case QUARTER -> width.bytes() / 4;
        case FOUR_BYTES -> 4;
      };
    }
  }

  private final Prefix prefix;
  private final Map map;
  private final int opcode;
  private final Operand operand;

  VectorInstruction(Prefix prefix, Map map, int opcode, Operand operand) {
    this.prefix = prefix;
    this.map = map;
    this.opcode = opcode;
    this.operand = operand;
  }

  /** Returns whether an EVEX prefix alone can say it, whatever the registers. */
  boolean needsEvex() {
    return switch (this) {
      case VPDPBUSD, VDPBF16PS, VCVTNEPS2BF16, VCVTNE2PS2BF16 -> true;
      default -> false;
    };
  }

  Prefix prefix() {
    return prefix;
  }

  Map map() {
    return map;
  }

  int opcode() {
    return opcode;
  }

  Operand operand() {
    return operand;
  }
}
