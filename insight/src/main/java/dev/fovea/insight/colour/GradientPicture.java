package dev.fovea.insight.colour;

import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;

/** Gradients by pixels as pictures. */
public final class GradientPicture {
  private static final double CENTRE = 0.5;
  private static final double DEVIATION = 0.1;
  private static final double ROUNDING = 1e-9;
  private static final double MASS = 0.98;

  private GradientPicture() {}

  /**
   * Returns a signed gradient as colours of the picture itself, 0 … 255: shifted and stretched to
   * mean 0.5 and deviation 0.1, cut off at 0 and 1, as guided backpropagation is usually shown. Of
   * a gradient that is the same everywhere all is grey.
   */
  public static Tensor centred(Tensor gradient) {
    double mean = 0;
    for (float g : gradient.data()) {
      mean += g / (double) gradient.data().length;
    }
    double squares = 0;
    for (float g : gradient.data()) {
      squares += (g - mean) * (g - mean);
    }
    double deviation = Math.sqrt(squares / gradient.data().length);
    double factor = deviation <= ROUNDING * Math.abs(mean) ? 0 : DEVIATION / deviation;
    Tensor picture = Tensor.zeros(gradient.shape());
    for (int i = 0; i < picture.data().length; i++) {
      double v = CENTRE + (gradient.data()[i] - mean) * factor;
      picture.data()[i] = Math.round(255 * Math.clamp(v, 0, 1));
    }
    return picture;
  }

  /**
   * Returns the limit of a map up to which the smallest sizes together make up 98 % of the sum of
   * all: what few pixels have beyond it would leave the rest dark.
   */
  public static ValueScale byMass(Tensor map) {
    float[] sizes = new float[map.data().length];
    boolean signed = false;
    double total = 0;
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = Math.abs(map.data()[i]);
      signed |= map.data()[i] < 0;
      total += sizes[i];
    }
    Arrays.sort(sizes);
    double sum = 0;
    int i = -1;
    while (i + 1 < sizes.length && (i < 0 || sum < MASS * total)) {
      i++;
      sum += sizes[i];
    }
    return ValueScale.of(signed, i < 0 ? 0 : sizes[i]);
  }

  /** Returns the largest of each pixel's absolute values: [H, W, C] ↦ [H, W]. */
  public static Tensor largest(Tensor gradient) {
    int channels = gradient.shape().dim(2);
    Tensor map = Tensor.zeros(Shape.of(gradient.shape().dim(0), gradient.shape().dim(1)));
    for (int i = 0; i < gradient.data().length; i++) {
      int at = i / channels;
      map.data()[at] = Math.max(map.data()[at], Math.abs(gradient.data()[i]));
    }
    return map;
  }

  /** Returns the sum of each pixel's values: [H, W, C] ↦ [H, W]. */
  public static Tensor summed(Tensor gradient) {
    int channels = gradient.shape().dim(2);
    Tensor map = Tensor.zeros(Shape.of(gradient.shape().dim(0), gradient.shape().dim(1)));
    for (int i = 0; i < gradient.data().length; i++) {
      map.data()[i / channels] += gradient.data()[i];
    }
    return map;
  }
}
