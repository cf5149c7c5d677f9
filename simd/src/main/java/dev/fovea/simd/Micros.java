package dev.fovea.simd;

import java.time.Duration;
import java.util.Optional;

/**
 * The micro-kernels of one way to compute. All ways have tiles of the same shapes and give the same
 * bits.
 *
 * @param two for panels of two vectors
 * @param one for panels of one vector
 * @param windows depthwise windows of floats
 * @param bytes those that compute on bytes; empty if those of floats do it
 * @param pairs those that multiply pairs of bfloat16; empty if the processor cannot
 * @param rows loops over rows that are fast before those of the Vector API are compiled, if there
 *     are any
 */
public record Micros(
    Micro two,
    Micro one,
    FloatWindows windows,
    Optional<ByteMicros> bytes,
    Optional<PairMicros> pairs,
    Optional<RowLoops> rows) {
  private static final Compilation COMPILATION = new BackgroundCompilation(Duration.ofSeconds(5));

  /** Those of the Vector API. */
  public static final Micros VECTORS =
      new Micros(
          new TieredMicro(new MicroTwo(), COMPILATION),
          new TieredMicro(new MicroOne(), COMPILATION),
          new VectorWindows(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  /** Returns the kernels whose panels waste least on {@code columns} columns. */
  public Micro forColumns(int columns) {
    return narrower(two, one, columns);
  }

  static Micro narrower(Micro two, Micro one, int columns) {
    return padded(one, columns) * 1.08 < padded(two, columns) ? one : two;
  }

  /** Returns these without those that multiply pairs. */
  Micros inFloats() {
    return new Micros(two, one, windows, bytes, Optional.empty(), rows);
  }

  /** Returns the kernels with the widest panels. */
  public Micro widest() {
    return two;
  }

  private static double padded(Micro micro, int columns) {
    return (double) Ranges.ceilDiv(columns, micro.columns()) * micro.columns();
  }
}
