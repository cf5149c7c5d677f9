package dev.fovea.engine.kernel.testing;

import dev.fovea.op.Contraction;
import dev.fovea.op.Epilogue;
import dev.fovea.op.Window2d;
import java.util.List;

/** The contractions in double precision. */
final class ReferenceContractions {
  private ReferenceContractions() {}

  /** What is done with one pair of connected elements, given their places. */
  @FunctionalInterface
  private interface Term {
    void at(int x, int w, int y);
  }

  static void apply(Contraction op, List<Nd> in, Nd out) {
    Nd a = in.get(0);
    Nd b = in.get(1);
    double[] y = out.data();
    switch (op) {
      case Contraction.MatMul m -> {
        matmul(m, a, b, out);
        epilogue(m.epilogue(), in, out);
      }
      case Contraction.Conv2d c -> {
        each(c.window(), c.groups(), a, b, out, (i, j, k) -> y[k] += a.data()[i] * b.data()[j]);
        epilogue(c.epilogue(), in, out);
      }
      case Contraction.ConvTranspose2d t ->
          each(t.window(), t.groups(), out, b, a, (i, j, k) -> y[i] += a.data()[k] * b.data()[j]);
      case Contraction.ConvWeightGradient g ->
          each(g.window(), g.groups(), a, out, b, (i, j, k) -> y[j] += a.data()[i] * b.data()[k]);
    }
  }

  /** Visits every triple (x, w, y) for which y of a convolution has the term x · w. */
  private static void each(Window2d window, int groups, Nd x, Nd w, Nd y, Term term) {
    int groupIn = w.shape().dim(2);
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
              for (int c = 0; c < groupIn; c++) {
                term.at(x.at4(i[0], iy, ix, group * groupIn + c), w.at4(ky, kx, c, i[3]), to);
              }
            }
          }
        });
  }

  private static void matmul(Contraction.MatMul op, Nd a, Nd b, Nd out) {
    int inner = a.shape().dim(op.transposeA() ? -2 : -1);
    int last = out.shape().rank() - 1;
    Nd.each(
        out.shape(),
        i -> {
          int[] p = i.clone();
          int[] q = b.shape().rank() == 2 ? new int[2] : i.clone();
          int bLast = q.length - 1;
          double sum = 0;
          for (int k = 0; k < inner; k++) {
            p[last - 1] = op.transposeA() ? k : i[last - 1];
            p[last] = op.transposeA() ? i[last - 1] : k;
            q[bLast - 1] = op.transposeB() ? i[last] : k;
            q[bLast] = op.transposeB() ? k : i[last];
            sum += a.get(p) * b.get(q);
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
          out.set(epilogue.activation().apply(v), i);
        });
  }
}
