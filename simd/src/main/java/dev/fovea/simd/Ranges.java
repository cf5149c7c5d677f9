package dev.fovea.simd;

/** Cutting work into even parts; a function of sizes alone. */
final class Ranges {
  /** Below this many floating-point operations sharing the work costs more than it saves. */
  static final long SMALL = 100_000;

  private Ranges() {}

  static int ceilDiv(int a, int b) {
    return (a + b - 1) / b;
  }

  /** Returns the smallest multiple of {@code b} that is at least {@code a}. */
  static int roundUp(int a, int b) {
    return ceilDiv(a, b) * b;
  }

  /** Returns where part {@code i} of {@code parts} begins, so that parts differ by at most one. */
  static int begin(int i, int parts, int total) {
    return (int) ((long) i * total / parts);
  }

  static int clamp(long value, int low, int high) {
    return (int) Math.max(low, Math.min(high, value));
  }

  /** Returns a number of parts for elementwise work on so many floats. */
  static int parts(long floats, int most) {
    return floats < 32_768 ? 1 : clamp(floats / 8192, 2, Math.max(1, Math.min(most, 64)));
  }

  /** Returns a number of parts for sums over so many floats: each costs a line to add up. */
  static int shares(long floats, int most) {
    return floats < 32_768 ? 1 : clamp(floats / 65_536, 2, Math.max(1, Math.min(most, 64)));
  }

  /** Returns a number of parts for adding up the shares of so many channels. */
  static int channelParts(int shares, int channels) {
    return clamp((long) shares * channels / 8192, 1, Math.min(16, Math.max(1, channels)));
  }
}
