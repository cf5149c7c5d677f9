package dev.fovea.insight.explain;

import dev.fovea.insight.probe.Reading;
import dev.fovea.op.Interpolation;
import dev.fovea.op.Taps;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Objects;

/**
 * Class activation maps: the maps A of a layer, weighted by the gradients g = ∂S/∂A of the score
 * and summed over the channels k, [H, W, K] ↦ [H, W].
 *
 * <p>The maps are signed as they are computed; {@link #rectified} keeps what speaks for the class,
 * as the papers do.
 */
public enum ClassActivation {
  /** Σₖ αₖ Aₖ with αₖ the mean of gₖ over the places (Selvaraju et al., 2017). */
  GRAD_CAM {
    @Override
    double weight(Channel c, int place) {
      return c.meanGradient;
    }
  },
  /**
   * Σₖ wₖ Aₖ with wₖ = Σ α · max(g, 0) over the places and α = g² / (2g² + g³ · ΣA), 0 where g is 0
   * (Chattopadhyay et al., 2018): the form with e^S as score, of which the factor is left out. The
   * authors' code scales α to the sum 1 per channel first; this one does not.
   */
  GRAD_CAM_PLUS_PLUS {
    @Override
    double weight(Channel c, int place) {
      return c.plusPlus;
    }
  },
  /** Σₖ gₖ Aₖ place by place (Draelos and Carin, 2020). */
  HIRES_CAM {
    @Override
    double weight(Channel c, int place) {
      return c.gradient(place);
    }
  },
  /** Σₖ max(gₖ, 0) Aₖ place by place (Jiang et al., 2021). */
  LAYER_CAM {
    @Override
    double weight(Channel c, int place) {
      return Math.max(0, c.gradient(place));
    }
  };

  /** One channel of a layer, its gradients and what is made of them. */
  static final class Channel {
    final Tensor gradients;
    final int channels;
    final int number;
    final double meanGradient;
    final double plusPlus;

    Channel(Tensor values, Tensor gradients, int number) {
      this.gradients = gradients;
      this.channels = values.shape().dim(2);
      this.number = number;
      int places = values.data().length / channels;
      double sum = 0;
      double activation = 0;
      for (int i = 0; i < places; i++) {
        sum += gradient(i);
        activation += values.data()[i * channels + number];
      }
      this.meanGradient = sum / places;
      this.plusPlus = plusPlus(places, activation);
    }

    double gradient(int place) {
      return gradients.data()[place * channels + number];
    }

    private double plusPlus(int places, double activation) {
      double weight = 0;
      for (int i = 0; i < places; i++) {
        double g = gradient(i);
        double below = 2 * g * g + g * g * g * activation;
        weight += g == 0 || below == 0 ? 0 : g * g / below * Math.max(0, g);
      }
      return weight;
    }
  }

  abstract double weight(Channel c, int place);

  /**
   * Returns the signed map [H, W].
   *
   * @param values A [H, W, K]
   * @param gradients ∂S/∂A, of the same shape
   * @throws FoveaException if the layer has no places
   */
  public Tensor map(Tensor values, Tensor gradients) {
    Shape s = values.shape();
    if (s.rank() != 3) {
      throw new FoveaException("class activation: a layer [H, W, K] expected, this one gives " + s);
    }
    double[] sums = new double[s.dim(0) * s.dim(1)];
    for (int k = 0; k < s.dim(2); k++) {
      Channel c = new Channel(values, gradients, k);
      for (int i = 0; i < sums.length; i++) {
        sums[i] += weight(c, i) * values.data()[i * s.dim(2) + k];
      }
    }
    Tensor map = Tensor.zeros(Shape.of(s.dim(0), s.dim(1)));
    for (int i = 0; i < sums.length; i++) {
      map.data()[i] = (float) sums[i];
    }
    return map;
  }

  /** Returns the signed map of what a probe has read of a layer. */
  public Tensor map(Reading reading, String layer) {
    return map(
        Objects.requireNonNull(reading.values().get(layer)),
        Objects.requireNonNull(reading.gradients().get(layer)));
  }

  /** Returns max(map, 0). */
  public static Tensor rectified(Tensor map) {
    Tensor out = map.copy();
    for (int i = 0; i < out.data().length; i++) {
      out.data()[i] = Math.max(0, out.data()[i]);
    }
    return out;
  }

  /**
   * Returns a map in another size, bilinear between the middles of its places.
   *
   * @param map [h, w]
   * @return [height, width]
   */
  public static Tensor enlarged(Tensor map, int height, int width) {
    int h = map.shape().dim(0);
    int w = map.shape().dim(1);
    Taps rows = Interpolation.LINEAR.taps(h, height, false);
    Taps columns = Interpolation.LINEAR.taps(w, width, false);
    Tensor out = Tensor.zeros(Shape.of(height, width));
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double sum = 0;
        for (int i = rows.begin(y); i < rows.begin(y + 1); i++) {
          for (int j = columns.begin(x); j < columns.begin(x + 1); j++) {
            double share = (double) rows.weight(i) * columns.weight(j);
            sum += share * map.data()[rows.source(i) * w + columns.source(j)];
          }
        }
        out.data()[y * width + x] = (float) sum;
      }
    }
    return out;
  }
}
