package dev.fovea.engine.kernel.testing;

import dev.fovea.op.Contraction;
import dev.fovea.op.Epilogue;
import dev.fovea.op.Window2d;
import java.util.List;

/** The contractions in double precision. */
final class ReferenceContractions {
  private ReferenceContractions() {}

  /**
   * What is done with the channels of one pixel that are connected with an element of y: the places
   * of the first x and w and of y, the number of channels, and how far apart weights lie.
   */
  @FunctionalInterface
  private interface Terms {
    void at(int x, int w, int y, int channels, int step);
  }

  static void apply(Contraction op, List<Nd> in, Nd out) {
    Nd a = in.get(0);
    Nd b = in.get(1);
    double[] p = a.data();
    double[] q = b.data();
    double[] y = out.data();
    switch (op) {
      case Contraction.MatMul m -> {
        matmul(m, a, b, out);
        epilogue(m.epilogue(), in, out);
      }
      case Contraction.Conv2d v -> {
        Terms forward =
            (i, j, k, n, step) -> {
              for (int c = 0; c < n; c++) {
                y[k] += p[i + c] * q[j + c * step];
              }
            };
        each(v.window(), v.groups(), a, b, out, forward);
        epilogue(v.epilogue(), in, out);
      }
      case Contraction.ConvTranspose2d t -> {
        Terms back =
            (i, j, k, n, step) -> {
              for (int c = 0; c < n; c++) {
                y[i + c] += p[k] * q[j + c * step];
              }
            };
        each(t.window(), t.groups(), out, b, a, back);
      }
      case Contraction.ConvWeightGradient g -> {
        Terms weights =
            (i, j, k, n, step) -> {
              for (int c = 0; c < n; c++) {
                y[j + c * step] += p[i + c] * q[k];
              }
            };
        each(g.window(), g.groups(), a, out, b, weights);
      }
    }
  }

  /** Visits every triple (x, w, y) for which y of a convolution has the term x · w. */
  private static void each(Window2d window, int groups, Nd x, Nd w, Nd y, Terms terms) {
    int groupIn = w.shape().dim(2);
    int outputs = w.shape().dim(3);
    int groupOut = y.shape().dim(3) / groups;
    Nd.each(
        y.shape(),
        i -> {
          int to = y.flat(i);
          int group = i[3] / groupOut;
          for (int ky = 0; ky < window.kernelHeight(); ky++) {
            int iy = i[1] * window.strideHeight() - window.padTop() + ky * window.dilationHeight();
            for (int kx = 0; kx < window.kernelWidth(); kx++) {
              int ix = i[2] * window.strideWidth() - window.padLeft() + kx * window.dilationWidth();
              if (iy < 0 || iy >= x.shape().dim(1) || ix < 0 || ix >= x.shape().dim(2)) {
                continue;
              }
              int from = x.at4(i[0], iy, ix, group * groupIn);
              terms.at(from, w.at4(ky, kx, 0, i[3]), to, groupIn, outputs);
            }
          }
        });
  }

  private static void matmul(Contraction.MatMul op, Nd a, Nd b, Nd out) {
    int inner = a.shape().dim(op.transposeA() ? -2 : -1);
    int last = out.shape().rank() - 1;
    int stepA = op.transposeA() ? a.shape().dim(-1) : 1;
    int stepB = op.transposeB() ? 1 : b.shape().dim(-1);
    Nd.each(
        out.shape(),
        i -> {
          int[] p = i.clone();
          p[last - 1] = op.transposeA() ? 0 : i[last - 1];
          p[last] = op.transposeA() ? i[last - 1] : 0;
          int[] q = b.shape().rank() == 2 ? new int[2] : i.clone();
          q[q.length - 2] = op.transposeB() ? i[last] : 0;
          q[q.length - 1] = op.transposeB() ? 0 : i[last];
          int fromA = inner > 0 ? a.flat(p) : 0;
          int fromB = inner > 0 ? b.flat(q) : 0;
          double sum = 0;
          for (int k = 0; k < inner; k++) {
            sum += a.data()[fromA + k * stepA] * b.data()[fromB + k * stepB];
          }
          out.set(sum, i);
        });
  }

  private static void epilogue(Epilogue epilogue, List<Nd> in, Nd out) {
    Nd.each(
        out.shape(),
        i -> {
          double v = out.get(i);
          if (epilogue.bias()) {
            v += in.get(2).get(i[i.length - 1]);
          }
          if (epilogue.residual()) {
            v += in.get(epilogue.bias() ? 3 : 2).get(i);
          }
          out.set(epilogue.apply(v), i);
        });
  }
}
