package dev.fovea.op;

import dev.fovea.op.Taps.Tap;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * How the places of an axis are made of those of another one of a different extent.
 *
 * <p>Unless corners are aligned, output place {@code o} of {@link #LINEAR} and {@link #CUBIC} lies
 * at {@code (o + ½) · in/out − ½} of the input; with aligned corners at {@code o · (in − 1)/(out −
 * 1)}.
 */
public enum Interpolation {
  /** The place ⌊o · in/out⌋; corners cannot be aligned. */
  NEAREST {
    @Override
    public Taps taps(int in, int out, boolean alignCorners) {
      return rows(in, out, o -> List.of(new Tap((int) ((long) o * in / out), 1)));
    }
  },
  /** The two places beside it, by their nearness; what lies beyond the border is the border. */
  LINEAR {
    @Override
    public Taps taps(int in, int out, boolean alignCorners) {
      return rows(
          in,
          out,
          o -> {
            double at = Math.max(0, position(o, in, out, alignCorners));
            int low = Math.min((int) at, in - 1);
            int high = Math.min(low + 1, in - 1);
            float part = (float) (at - low);
            return part == 0 || low == high
                ? List.of(new Tap(low, 1))
                : List.of(new Tap(low, 1 - part), new Tap(high, part));
          });
    }
  },
  /** The four places around it by cubic convolution with a = −¾ (Keys, 1981). */
  CUBIC {
    @Override
    public Taps taps(int in, int out, boolean alignCorners) {
      return rows(
          in,
          out,
          o -> {
            double at = position(o, in, out, alignCorners);
            int low = (int) Math.floor(at);
            double[] weights = new double[in];
            int first = Math.clamp(low - 1L, 0, in - 1);
            int last = Math.clamp(low + 2L, 0, in - 1);
            for (int k = -1; k <= 2; k++) {
              weights[Math.clamp((long) low + k, 0, in - 1)] += cubic(Math.abs(at - low - k));
            }
            List<Tap> taps = new ArrayList<>();
            for (int i = first; i <= last; i++) {
              taps.add(new Tap(i, (float) weights[i]));
            }
            return taps;
          });
    }
  },
  /** The mean of the places from ⌊o · in/out⌋ to ⌈(o + 1) · in/out⌉, as adaptive pooling has it. */
  MEAN {
    @Override
    public Taps taps(int in, int out, boolean alignCorners) {
      return rows(
          in,
          out,
          o -> {
            int from = from(o, in, out);
            int to = to(o, in, out);
            List<Tap> taps = new ArrayList<>();
            for (int i = from; i < to; i++) {
              taps.add(new Tap(i, 1f / (to - from)));
            }
            return taps;
          });
    }
  };

  private static final double A = -0.75;

  /**
   * Returns the map from {@code in} places to {@code out}.
   *
   * @param alignCorners whether the first and the last places of both axes coincide
   */
  public abstract Taps taps(int in, int out, boolean alignCorners);

  /** Returns the first of the input places that output place {@code o} sums up. */
  public static int from(int o, int in, int out) {
    return (int) ((long) o * in / out);
  }

  /** Returns the input place after the last that output place {@code o} sums up. */
  public static int to(int o, int in, int out) {
    return (int) Math.ceilDiv((o + 1L) * in, (long) out);
  }

  private static Taps rows(int in, int out, IntFunction<List<Tap>> row) {
    List<List<Tap>> rows = new ArrayList<>();
    for (int o = 0; o < out; o++) {
      rows.add(row.apply(o));
    }
    return Taps.of(in, rows);
  }

  private static double position(int o, int in, int out, boolean alignCorners) {
    if (alignCorners) {
      return out == 1 ? 0 : (double) o * (in - 1) / (out - 1);
    }
    return (o + 0.5) * in / out - 0.5;
  }

  private static double cubic(double d) {
    if (d <= 1) {
      return ((A + 2) * d - (A + 3)) * d * d + 1;
    }
    return d < 2 ? ((A * d - 5 * A) * d + 8 * A) * d - 4 * A : 0;
  }
}
