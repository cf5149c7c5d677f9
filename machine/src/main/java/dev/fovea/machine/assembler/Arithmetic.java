package dev.fovea.machine.assembler;

/**
 * Arithmetic on two registers of 64 bits; the first one takes the result.
 *
 * <p>The opcode is that of the form whose first operand may lie in memory. The extension tells the
 * operation where the second operand is a number.
 */
public enum Arithmetic {
  /** Adds. */
  ADD(0x01, 0),
  /** And, bit by bit. */
  AND(0x21, 4),
  /** Subtracts. */
  SUB(0x29, 5),
  /** Compares, and changes nothing. */
  CMP(0x39, 7);

  private final int opcode;
  private final int extension;

  Arithmetic(int opcode, int extension) {
    this.opcode = opcode;
    this.extension = extension;
  }

  int opcode() {
    return opcode;
  }

  int extension() {
    return extension;
  }
}
