package dev.fovea.apps;

import dev.fovea.nn.Signal;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/** Codes in which few units speak at a time, and what their weights then look like. */
public final class Sparseness {
  private static final float TINY = 1e-6f;

  private Sparseness() {}

  /**
   * Returns how far units are from speaking as seldom as wanted, a loss without axes: the sum over
   * units of ρ·log(ρ/a) + (1 − ρ)·log((1 − ρ)/(1 − a)), where a is a unit's mean over the batch
   * (Ng, 2011).
   *
   * @param units activations [N, D] in (0, 1), as of a sigmoid
   * @param share ρ, in (0, 1)
   * @throws FoveaException if ρ is none or the shape another
   */
  public static Signal penalty(Signal units, double share) {
    if (!(share > 0 && share < 1) || units.shape().rank() != 2) {
      throw new FoveaException(
          "sparseness: units [N, D] and a share in (0, 1) expected, got %s and %s"
              .formatted(units.shape(), share));
    }
    return units.with(penalty(units.value(), share));
  }

  static Value penalty(Value units, double share) {
    Value mean = units.mean(0);
    Value one = Value.constant(1);
    Value on = log(mean).times((float) -share);
    Value off = log(one.minus(mean)).times((float) (share - 1));
    double least = share * Math.log(share) + (1 - share) * Math.log(1 - share);
    Value each = on.plus(off).plus(Value.constant((float) least));
    return each.sum().reshape(Shape.scalar());
  }

  private static Value log(Value x) {
    return x.with(BinaryFunction.MAX, Value.constant(TINY)).map(UnaryFunction.LOG);
  }

  /**
   * Returns how local filters are: the mean share of a filter's squared weights that lies in its
   * best square window. It is about the window's share of the picture for filters that spread over
   * all of it, and 1 for those within one.
   *
   * @param filters [count, H, W]
   * @param side of the window in pixels
   */
  public static double locality(Tensor filters, int side) {
    Shape s = filters.shape();
    double sum = 0;
    for (int i = 0; i < s.dim(0); i++) {
      double best = 0;
      for (int y = 0; y + side <= s.dim(1); y++) {
        for (int x = 0; x + side <= s.dim(2); x++) {
          best = Math.max(best, energy(filters, i, y, x, side, side));
        }
      }
      double all = energy(filters, i, 0, 0, s.dim(1), s.dim(2));
      sum += all > 0 ? best / all : 0;
    }
    return sum / s.dim(0);
  }

  private static double energy(Tensor filters, int i, int top, int left, int height, int width) {
    double sum = 0;
    for (int y = top; y < top + height; y++) {
      for (int x = left; x < left + width; x++) {
        float w = filters.get(i, y, x);
        sum += (double) w * w;
      }
    }
    return sum;
  }
}
