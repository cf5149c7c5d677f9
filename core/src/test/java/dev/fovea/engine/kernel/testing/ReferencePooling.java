package dev.fovea.engine.kernel.testing;

import dev.fovea.op.Pooling;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The poolings in double precision. */
final class ReferencePooling {
  private ReferencePooling() {}

  static void apply(Pooling op, List<Nd> in, Nd out) {
    Window2d w = op.window();
    Nd x = in.get(0);
    switch (op) {
      case Pooling.MaxPool _ ->
          Nd.each(
              out.shape(), i -> out.set(value(x, largest(w, x, i), Double.NEGATIVE_INFINITY), i));
      case Pooling.MaxPoolGather _ ->
          Nd.each(out.shape(), i -> out.set(value(in.get(1), largest(w, x, i), 0), i));
      case Pooling.MaxPoolGradient _ -> {
        Nd dy = in.get(1);
        Nd.each(
            dy.shape(),
            i -> {
              int[] to = largest(w, x, i);
              if (to.length > 0) {
                out.add(dy.get(i), to);
              }
            });
      }
      case Pooling.AveragePool a ->
          Nd.each(
              out.shape(),
              i -> {
                List<int[]> window = inside(w, x.shape(), i);
                double sum = window.stream().mapToDouble(x::get).sum();
                out.set(sum / size(w, a.countPadding(), window), i);
              });
      case Pooling.AveragePoolGradient a ->
          Nd.each(
              x.shape(),
              i -> {
                List<int[]> window = inside(w, out.shape(), i);
                double share = x.get(i) / size(w, a.countPadding(), window);
                window.forEach(to -> out.add(share, to));
              });
    }
  }

  private static double value(Nd x, int[] at, double none) {
    return at.length == 0 ? none : x.get(at);
  }

  private static int size(Window2d w, boolean countPadding, List<int[]> window) {
    return Math.max(1, countPadding ? w.taps() : window.size());
  }

  /** Returns the index of the first largest element of a window, empty if there is none. */
  private static int[] largest(Window2d w, Nd x, int[] out) {
    int[] best = {};
    for (int[] at : inside(w, x.shape(), out)) {
      if (best.length == 0 || x.get(at) > x.get(best)) {
        best = at;
      }
    }
    return best;
  }

  /** Returns the indices of the elements that a window covers, in row-major order. */
  private static List<int[]> inside(Window2d w, Shape image, int[] out) {
    List<int[]> found = new ArrayList<>();
    for (int ky = 0; ky < w.kernelHeight(); ky++) {
      for (int kx = 0; kx < w.kernelWidth(); kx++) {
        int y = out[1] * w.strideHeight() - w.padTop() + ky * w.dilationHeight();
        int x = out[2] * w.strideWidth() - w.padLeft() + kx * w.dilationWidth();
        if (y >= 0 && y < image.dim(1) && x >= 0 && x < image.dim(2)) {
          int[] at = Arrays.copyOf(out, 4);
          at[1] = y;
          at[2] = x;
          found.add(at);
        }
      }
    }
    return found;
  }
}
