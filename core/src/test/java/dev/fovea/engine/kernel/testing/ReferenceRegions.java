package dev.fovea.engine.kernel.testing;

import dev.fovea.op.RegionBins;
import dev.fovea.op.Regions;
import java.util.List;
import java.util.function.BiConsumer;

/** The readings of regions in double precision, place by place. */
final class ReferenceRegions {
  private ReferenceRegions() {}

  static void apply(Regions op, List<Nd> in, Nd out) {
    Nd regions = in.get(0);
    switch (op) {
      case Regions.Align a -> {
        if (in.size() == 3) {
          System.arraycopy(in.get(2).data(), 0, out.data(), 0, out.data().length);
        }
        Nd x = in.get(1);
        Nd.each(
            out.shape(),
            i -> reads(a.bins(), regions, x, i, (from, w) -> out.add(w * x.get(from), i.clone())));
      }
      case Regions.AlignGradient g -> {
        Nd dy = in.get(1);
        Nd.each(
            dy.shape(),
            i -> reads(g.bins(), regions, out, i, (to, w) -> out.add(w * dy.get(i), to)));
      }
      case Regions.MaxPool p ->
          Nd.each(out.shape(), i -> out.set(value(in.get(1), largest(p, in, i)), i));
      case Regions.MaxPoolGather g ->
          Nd.each(out.shape(), i -> out.set(value(in.get(2), largest(g.pool(), in, i)), i));
      case Regions.MaxPoolGradient g ->
          Nd.each(
              in.get(2).shape(),
              i -> {
                int[] at = largest(g.pool(), in, i);
                if (at.length > 0) {
                  out.add(in.get(2).get(i), at);
                }
              });
    }
  }

  private static double value(Nd x, int[] at) {
    return at.length == 0 ? 0 : x.get(at);
  }

  /** Calls with each pixel that a bin reads, and its weight. */
  private static void reads(
      RegionBins b, Nd regions, Nd map, int[] i, BiConsumer<int[], Double> body) {
    int n = i[0];
    int r = i[1];
    if (b.level() >= 0 && regions.get(n, r, 4) != b.level()) {
      return;
    }
    double[] y = axis(b, regions.get(n, r, 1), regions.get(n, r, 3), b.height());
    double[] x = axis(b, regions.get(n, r, 0), regions.get(n, r, 2), b.width());
    for (int iy = 0; iy < y[2]; iy++) {
      for (int ix = 0; ix < x[2]; ix++) {
        double py = y[0] + (i[2] + (iy + 0.5) / y[2]) * y[1];
        double px = x[0] + (i[3] + (ix + 0.5) / x[2]) * x[1];
        corners(map, n, i[4], py, px, 1 / (y[2] * x[2]), body);
      }
    }
  }

  /** Returns where the region begins on the map, how long a bin is, and how many places it has. */
  private static double[] axis(RegionBins b, double low, double high, int bins) {
    double shift = b.aligned() ? 0.5 : 0;
    double length = (high - low) * b.scale();
    double bin = (b.aligned() ? length : Math.max(1, length)) / bins;
    return new double[] {low * b.scale() - shift, bin, b.ratio() > 0 ? b.ratio() : Math.ceil(bin)};
  }

  private static void corners(
      Nd map, int n, int c, double y, double x, double weight, BiConsumer<int[], Double> body) {
    int h = map.shape().dim(1);
    int w = map.shape().dim(2);
    if (y < -1 || y > h || x < -1 || x > w) {
      return;
    }
    double py = Math.clamp(y, 0, h - 1);
    double px = Math.clamp(x, 0, w - 1);
    for (int row = 0; row < h; row++) {
      for (int column = 0; column < w; column++) {
        double share = Math.max(0, 1 - Math.abs(py - row)) * Math.max(0, 1 - Math.abs(px - column));
        if (share > 0) {
          body.accept(new int[] {n, row, column, c}, share * weight);
        }
      }
    }
  }

  /** Returns the index of the first largest element of a bin, empty if it has none. */
  private static int[] largest(Regions.MaxPool p, List<Nd> in, int[] i) {
    Nd regions = in.get(0);
    Nd x = in.get(1);
    long[] rows =
        pixels(p, regions.get(i[0], i[1], 1), regions.get(i[0], i[1], 3), i[2], p.height());
    long[] columns =
        pixels(p, regions.get(i[0], i[1], 0), regions.get(i[0], i[1], 2), i[3], p.width());
    int[] best = {};
    for (int row = 0; row < x.shape().dim(1); row++) {
      for (int column = 0; column < x.shape().dim(2); column++) {
        int[] at = {i[0], row, column, i[4]};
        boolean inside =
            row >= rows[0] && row < rows[1] && column >= columns[0] && column < columns[1];
        if (inside && (best.length == 0 || x.get(at) > x.get(best))) {
          best = at;
        }
      }
    }
    return best;
  }

  private static long[] pixels(Regions.MaxPool p, double low, double high, int bin, int bins) {
    long first = rounded(low * p.scale());
    double size = (double) Math.max(1, rounded(high * p.scale()) - first + 1) / bins;
    return new long[] {
      first + (long) Math.floor(bin * size), first + (long) Math.ceil((bin + 1) * size)
    };
  }

  private static long rounded(double v) {
    return v < 0 ? -Math.round(-v) : Math.round(v);
  }
}
