package dev.fovea.machine.assembler;

/** The width of a vector. */
public enum Width {
  /** XMM. */
  BITS_128(16, 0),
  /** YMM. */
  BITS_256(32, 1),
  /** ZMM. */
  BITS_512(64, 2);

  private final int bytes;
  private final int code;

  Width(int bytes, int code) {
    this.bytes = bytes;
    this.code = code;
  }

  /** Returns the width in bytes. */
  public int bytes() {
    return bytes;
  }

  /** Returns the bits that stand in a prefix. */
  int code() {
    return code;
  }

  /** Returns the number of floats of a vector. */
  public int floats() {
    return bytes / Float.BYTES;
  }
}
