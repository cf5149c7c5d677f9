package dev.fovea.engine.kernel.testing;

import dev.fovea.op.Contraction;
import dev.fovea.op.Quantized;
import dev.fovea.op.Quantized.Rounding;
import dev.fovea.op.Quantized.Steps;
import java.util.Arrays;
import java.util.List;

/** The ops on bytes: whole numbers in double precision, what is rounded in single as is defined. */
final class ReferenceQuantized {
  private ReferenceQuantized() {}

  static void apply(Quantized op, List<Nd> in, Nd out) {
    double[] x = in.get(0).data();
    double[] y = out.data();
    switch (op) {
      case Quantized.Quantize q -> Arrays.setAll(y, i -> rounded(q.to(), (float) x[i] / q.scale()));
      case Quantized.Dequantize d -> Arrays.setAll(y, i -> real(d.of(), x[i]));
      case Quantized.Sum s -> {
        double[] b = in.get(1).data();
        Arrays.setAll(y, i -> rounded(s.to(), (real(s.a(), x[i]) + real(s.b(), b[i])) / s.scale()));
      }
      case Quantized.Mean m -> mean(m, in.get(0), out);
      case Quantized.Conv2d c -> convolution(c, in, y);
    }
  }

  private static float real(Steps steps, double q) {
    return (float) (q - steps.zero()) * steps.scale();
  }

  private static double rounded(Rounding to, float steps) {
    if (Float.isNaN(steps)) {
      return to.zero();
    }
    return Math.clamp(Math.rint(steps) + to.zero(), to.least(), to.greatest());
  }

  private static void mean(Quantized.Mean op, Nd x, Nd out) {
    Nd sums = Nd.zeros(out.shape());
    Nd.each(x.shape(), i -> sums.add(x.get(i) - op.zero(), i[0], 0, 0, i[3]));
    double[] s = sums.data();
    Arrays.setAll(out.data(), i -> rounded(op.to(), (float) s[i] * op.multiplier()));
  }

  private static void convolution(Quantized.Conv2d op, List<Nd> in, double[] y) {
    double[] numbers = Arrays.stream(in.get(0).data()).map(q -> q - op.zero()).toArray();
    Contraction.Conv2d floats = new Contraction.Conv2d(op.window(), op.groups());
    double[] sums =
        Reference.apply(
            floats,
            List.of(in.get(0).shape(), in.get(1).shape()),
            List.of(numbers, in.get(1).data()));
    double[] multiplier = in.get(Quantized.Conv2d.MULTIPLIER).data();
    double[] bias = in.get(Quantized.Conv2d.BIAS).data();
    for (int i = 0; i < y.length; i++) {
      int c = i % bias.length;
      float steps = ((float) sums[i] + (float) bias[c]) * (float) multiplier[c];
      y[i] = op.to().isPresent() ? rounded(op.to().get(), steps) : steps;
    }
  }
}
