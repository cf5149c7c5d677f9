package dev.fovea.machine.assembler;

import java.util.Optional;

/**
 * An operand in memory, at base + index · scale + displacement.
 *
 * @param base holds an address
 * @param index holds a distance; not RSP
 * @param scale 1, 2, 4 or 8
 * @param displacement in bytes
 * @param broadcast whether four bytes are read for all lanes, which AVX-512 can in most
 *     instructions
 */
public record Memory(
    Register base, Optional<Register> index, int scale, int displacement, boolean broadcast) {

  /** Checks what the processor has no code for. */
  public Memory {
    if (index.isPresent() && index.get() == Register.RSP) {
      throw new IllegalArgumentException("RSP cannot be an index");
    }
    if (Integer.bitCount(scale) != 1 || scale > 8 || scale < 1) {
      throw new IllegalArgumentException("scale must be 1, 2, 4 or 8, got " + scale);
    }
  }

  /** Returns the operand at base + displacement. */
  public static Memory at(Register base, int displacement) {
    return new Memory(base, Optional.empty(), 1, displacement, false);
  }

  /** Returns the operand at base + index · scale + displacement. */
  public static Memory at(Register base, Register index, int scale, int displacement) {
    return new Memory(base, Optional.of(index), scale, displacement, false);
  }

  /** Returns this operand, read for all lanes. */
  public Memory forAllLanes() {
    return new Memory(base, index, scale, displacement, true);
  }

  /** Returns the operand so many bytes behind this one. */
  public Memory plus(int bytes) {
    return new Memory(base, index, scale, displacement + bytes, broadcast);
  }

  /** Returns the fourth bit of the index register's number. */
  int indexHigh() {
    return index.map(Register::high).orElse(0);
  }
}
