package dev.fovea.machine.assembler;

/** When a jump is taken, after a comparison of signed numbers; with the code of the condition. */
public enum Condition {
  /** Equal, or zero. */
  EQUAL(0x4),
  /** Not equal, or not zero. */
  NOT_EQUAL(0x5),
  /** Less. */
  LESS(0xC),
  /** Not greater. */
  NOT_GREATER(0xE),
  /** Greater. */
  GREATER(0xF);

  private final int code;

  Condition(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
