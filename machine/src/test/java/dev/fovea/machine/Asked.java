package dev.fovea.machine;

import dev.fovea.simd.MicroSource;
import dev.fovea.simd.Micros;
import java.util.Optional;

/** A program that says what machine code offers. */
final class Asked {
  private Asked() {}

  /** Prints the offer for vectors of 256 bits. */
  public static void main(String[] args) {
    Micros plain =
        new Micros(
            PlainMicro.ofFloats(16),
            PlainMicro.ofFloats(8),
            Micros.VECTORS.windows(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    print(new MachineCode().offer(plain, 256));
  }

  /** Prints an offer's remark, and whether every user is told it. */
  static void print(MicroSource.Offer offer) {
    System.out.println((offer.toldAtOnce() ? "trouble: " : "said when asked: ") + offer.remark());
  }
}
