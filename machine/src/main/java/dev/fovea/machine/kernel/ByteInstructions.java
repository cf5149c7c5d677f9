package dev.fovea.machine.kernel;

import dev.fovea.machine.assembler.Width;

/** The instructions that sums of products of bytes are made of. */
public enum ByteInstructions {
  /** One that adds four products to each of 16 sums (AVX-512 VNNI). */
  VNNI(Width.BITS_512, 6),

  /** One for pairs of products of 16-bit numbers, of 512 bits (AVX-512). */
  WORDS_512(Width.BITS_512, 4),

  /** The same of 256 bits, which needs no more than 16 registers (AVX2). */
  WORDS_256(Width.BITS_256, 3);

  private final Width width;
  private final int rows;

  ByteInstructions(Width width, int rows) {
    this.width = width;
    this.rows = rows;
  }

  /** Returns the width of a vector. */
  public Width width() {
    return width;
  }

  /** Returns the rows of a whole tile. */
  public int rows() {
    return rows;
  }

  /**
   * Returns whether the weights of a panel have 16 bits each, since there is no register for what
   * widens them. Then a panel has four vectors, and all of its columns are stored.
   */
  public boolean wide() {
    return this == WORDS_256;
  }
}
