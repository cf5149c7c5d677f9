package dev.fovea.machine.assembler;

/** A general register of 64 bits. */
public enum Register {
  /** Register 0. */
  RAX(0),
  /** Register 1. */
  RCX(1),
  /** Register 2. */
  RDX(2),
  /** Register 3. */
  RBX(3),
  /** Register 4. */
  RSP(4),
  /** Register 5. */
  RBP(5),
  /** Register 6. */
  RSI(6),
  /** Register 7. */
  RDI(7),
  /** Register 8. */
  R8(8),
  /** Register 9. */
  R9(9),
  /** Register 10. */
  R10(10),
  /** Register 11. */
  R11(11),
  /** Register 12. */
  R12(12),
  /** Register 13. */
  R13(13),
  /** Register 14. */
  R14(14),
  /** Register 15. */
  R15(15);

  private final int number;

  Register(int number) {
    this.number = number;
  }

  /** Returns the three bits that stand in an operand byte. */
  int low() {
    return number & 7;
  }

  /** Returns the fourth bit, which stands in a prefix. */
  int high() {
    return number >> 3;
  }
}
