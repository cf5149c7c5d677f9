package dev.fovea.data;

import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.List;

/**
 * The mean and standard deviation of each channel of 8-bit pictures.
 *
 * <p>Values are counted as integers, so the order of the pictures changes nothing. Not thread-safe.
 */
public final class ChannelStatistics {
  private final long[][] counts;

  /** Creates empty statistics for pictures with this number of channels. */
  public ChannelStatistics(int channels) {
    counts = new long[channels][256];
  }

  /** Adds pictures: 8-bit values with interleaved channels. */
  public void add(byte[] pixels) {
    int channels = counts.length;
    for (int i = 0; i < pixels.length; i++) {
      counts[i % channels][pixels[i] & 0xFF]++;
    }
  }

  /** Adds other statistics of pictures with as many channels. */
  public void add(ChannelStatistics other) {
    for (int c = 0; c < counts.length; c++) {
      for (int v = 0; v < counts[c].length; v++) {
        counts[c][v] += other.counts[c][v];
      }
    }
  }

  /**
   * Returns a preprocessing rule with this mean and standard deviation, for values scaled to 0 … 1,
   * rounded to four digits. A constant channel gets the deviation 1.
   *
   * @throws FoveaException if nothing was counted
   */
  public Preprocessing applyTo(Preprocessing rule) {
    List<Float> mean = new ArrayList<>();
    List<Float> std = new ArrayList<>();
    for (long[] histogram : counts) {
      double n = 0;
      double sum = 0;
      double squares = 0;
      for (int v = 0; v < 256; v++) {
        n += histogram[v];
        sum += (double) histogram[v] * v;
        squares += (double) histogram[v] * v * v;
      }
      if (n == 0) {
        throw new FoveaException("there are no pictures to take mean and deviation of");
      }
      double m = sum / n;
      double deviation = StrictMath.sqrt(Math.max(0, squares / n - m * m));
      mean.add(rounded(m / 255));
      std.add(deviation < 1e-3 ? 1f : Math.max(1e-4f, rounded(deviation / 255)));
    }
    return rule.withMeanAndStd(mean, std);
  }

  private static float rounded(double value) {
    return Math.round(value * 10_000) / 10_000f;
  }
}
