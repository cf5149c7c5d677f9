package dev.fovea.quantize;

import java.util.Arrays;

/**
 * How often numbers were seen, in bins of one width on both sides of 0. When a number lies beyond
 * the bins, these become twice as wide, two by two, so the order of the numbers changes nothing.
 */
final class ValueHistogram {
  /** The bins of one side: at least eight for each step of a value that is rounded. */
  private static final int HALF = 4096;

  private final long[] counts = new long[2 * HALF];

  /** Where the bins end, a power of 2; 0 before there are any. */
  private double reach;

  private float low = Float.POSITIVE_INFINITY;
  private float high = Float.NEGATIVE_INFINITY;

  /** Takes a finite number. */
  void add(float x) {
    low = Math.min(low, x);
    high = Math.max(high, x);
    if (x != 0 && Math.abs(x) >= reach) {
      widen(x);
    }
    counts[reach == 0 ? HALF : (int) Math.floor(x / width()) + HALF]++;
  }

  private void widen(float x) {
    double wanted = Math.scalb(1.0, Math.getExponent(x) + 1);
    if (reach == 0) {
      reach = wanted;
    }
    while (reach < wanted) {
      long[] before = counts.clone();
      Arrays.fill(counts, 0);
      for (int i = 0; i < before.length; i++) {
        counts[Math.floorDiv(i - HALF, 2) + HALF] += before[i];
      }
      reach *= 2;
    }
  }

  private double width() {
    return reach / HALF;
  }

  /** Returns the least and the greatest number. */
  ValueRange range() {
    return new ValueRange(low, high);
  }

  /** Returns the number below which a share of the numbers lies, to the width of a bin. */
  float quantile(double share) {
    long most = (long) (share * total());
    long below = 0;
    int i = 0;
    while (i < counts.length - 1 && below + counts[i] <= most) {
      below += counts[i++];
    }
    double end = (share < 0.5 ? i - HALF : i + 1 - HALF) * width();
    return (float) Math.clamp(end, low, high);
  }

  private long total() {
    long total = 0;
    for (long c : counts) {
      total += c;
    }
    return total;
  }

  /** Returns the share of the numbers outside a range, to the width of a bin; 0 of none. */
  double outside(ValueRange range) {
    long outside = 0;
    for (int i = 0; i < counts.length; i++) {
      double x = middle(i);
      outside += x < range.low() || x > range.high() ? counts[i] : 0;
    }
    return outside == 0 ? 0 : (double) outside / total();
  }

  /** Returns the mean of the squares of what rounding to the steps of a range changes. */
  double error(QuantizedNetwork.Range steps) {
    double sum = 0;
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        double x = middle(i);
        double d = steps.nearest(x) - x;
        sum += d * d * counts[i];
      }
    }
    return sum / total();
  }

  /** Returns what stands for the numbers of a bin; the bin that begins at 0 stands for 0. */
  private double middle(int i) {
    return i == HALF ? 0 : (i - HALF + 0.5) * width();
  }
}
