package dev.fovea.apps;

import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/** Random tensors. */
public final class Noise {
  private Noise() {}

  /** Returns numbers of the standard normal distribution; the same seed gives the same numbers. */
  public static Tensor normal(Shape shape, Seed seed) {
    Rng rng = seed.rng();
    Tensor noise = Tensor.zeros(shape);
    float[] values = noise.data();
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) rng.nextGaussian();
    }
    return noise;
  }

  /** Returns numbers evenly distributed over [0, 1). */
  public static Tensor uniform(Shape shape, Seed seed) {
    Rng rng = seed.rng();
    Tensor noise = Tensor.zeros(shape);
    float[] values = noise.data();
    for (int i = 0; i < values.length; i++) {
      values[i] = rng.nextFloat();
    }
    return noise;
  }

  /** Returns numbers with normal noise of a standard deviation added to each. */
  public static Tensor added(Tensor numbers, double deviation, Seed seed) {
    Tensor noisy = normal(numbers.shape(), seed);
    float[] values = noisy.data();
    for (int i = 0; i < values.length; i++) {
      values[i] = numbers.data()[i] + (float) deviation * values[i];
    }
    return noisy;
  }
}
