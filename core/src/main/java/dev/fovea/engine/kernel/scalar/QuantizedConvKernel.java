package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.op.Quantized;
import dev.fovea.op.Quantized.Rounding;
import dev.fovea.tensor.Shape;
import java.util.List;

/**
 * The convolution of bytes: Y[n, oy, ox, co] = round((Σ (X[n, oy·s − p + ky·d, ox·s − p + kx·d, ci]
 * − zero) · W[ky, kx, ci, co] + bias[co]) · multiplier[co]). A row of work is a row of the result.
 */
final class QuantizedConvKernel extends RowKernel {
  private final Quantized.Conv2d op;
  private final Geometry geometry;
  private final int cin;
  private final int cout;
  private final int groupIn;
  private final int groupOut;

  QuantizedConvKernel(Quantized.Conv2d op, List<Shape> inputs, Shape output) {
    super(
        output.dim(0) * output.dim(1),
        op.flops(inputs, output) / Math.max(1, output.dim(0) * output.dim(1)));
    this.op = op;
    this.geometry = Geometry.of(op.window(), inputs.get(0), output);
    this.cin = inputs.get(0).dim(3);
    this.cout = output.dim(3);
    this.groupIn = cin / op.groups();
    this.groupOut = cout / op.groups();
  }

  @Override
  void rows(int from, int to, Operands o, Span scratch) {
    for (int row = from; row < to; row++) {
      for (int ox = 0; ox < geometry.outWidth(); ox++) {
        for (int co = 0; co < cout; co++) {
          int at = (row * geometry.outWidth() + ox) * cout + co;
          store(sum(row, ox, co, o), co, o, at);
        }
      }
    }
  }

  private void store(int sum, int co, Operands o, int at) {
    Span multiplier = o.input(Quantized.Conv2d.MULTIPLIER);
    Span bias = o.input(Quantized.Conv2d.BIAS);
    float biased = sum + bias.array()[bias.offset() + co];
    float steps = biased * multiplier.array()[multiplier.offset() + co];
    Span y = o.output();
    if (op.to().isPresent()) {
      Rounding rounding = op.to().get();
      y.bytes()[y.offset() + at] = (byte) rounding.round(steps);
    } else {
      y.array()[y.offset() + at] = steps;
    }
  }

  /** Returns the sum of the products of one result. */
  private int sum(int row, int ox, int co, Operands o) {
    int image = row / geometry.outHeight();
    int oy = row - image * geometry.outHeight();
    int sum = 0;
    for (int ky = 0; ky < geometry.kernelHeight(); ky++) {
      int iy = geometry.row(oy, ky);
      for (int kx = 0; kx < geometry.kernelWidth(); kx++) {
        int ix = geometry.column(ox, kx);
        if (iy >= 0 && ix >= 0) {
          int pixel = (image * geometry.height() + iy) * geometry.width() + ix;
          sum += products(pixel, ky * geometry.kernelWidth() + kx, co, o);
        }
      }
    }
    return sum;
  }

  private int products(int pixel, int tap, int co, Operands o) {
    Span x = o.input(0);
    Span w = o.input(1);
    int xAt = x.offset() + pixel * cin + co / groupOut * groupIn;
    int wAt = w.offset() + tap * groupIn * cout + co;
    int sum = 0;
    for (int ci = 0; ci < groupIn; ci++) {
      int q = Byte.toUnsignedInt(x.bytes()[xAt + ci]);
      sum += (q - op.zero()) * w.bytes()[wAt + ci * cout];
    }
    return sum;
  }
}
