package dev.fovea.simd;

import java.time.Duration;

/** The micro-kernels there are, and which to take. */
final class Micros {
  private static final Compilation COMPILATION = new BackgroundCompilation(Duration.ofSeconds(5));
  private static final Micro TWO = new TieredMicro(new MicroTwo(), COMPILATION);
  private static final Micro ONE = new TieredMicro(new MicroOne(), COMPILATION);

  private Micros() {}

  /** Returns the kernels whose panels waste least on {@code columns} columns. */
  static Micro forColumns(int columns) {
    return padded(ONE, columns) * 1.08 < padded(TWO, columns) ? ONE : TWO;
  }

  /** Returns the kernels with the widest panels. */
  static Micro widest() {
    return TWO;
  }

  private static double padded(Micro micro, int columns) {
    return (double) Ranges.ceilDiv(columns, micro.columns()) * micro.columns();
  }
}
