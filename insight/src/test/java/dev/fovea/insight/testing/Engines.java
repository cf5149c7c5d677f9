package dev.fovea.insight.testing;

import dev.fovea.engine.Engine;
import dev.fovea.engine.kernel.Providers;
import dev.fovea.engine.runtime.Workers;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/** Both providers of kernels, and numbers to compute with. */
public final class Engines {
  private Engines() {}

  /** Returns an engine of two threads with the kernels of a provider, scalar or simd. */
  public static Engine of(String provider) {
    return dev.fovea.engine.Engines.of(Providers.choose(provider).chain(), new Workers(2));
  }

  /** Returns normally distributed numbers. */
  public static Tensor random(long seed, int... dims) {
    Rng rng = new Rng(seed);
    Tensor t = Tensor.zeros(Shape.of(dims));
    for (int i = 0; i < t.data().length; i++) {
      t.data()[i] = rng.nextGaussian(1);
    }
    return t;
  }

  /** Returns the sum in double precision. */
  public static double sum(Tensor t) {
    double sum = 0;
    for (float v : t.data()) {
      sum += v;
    }
    return sum;
  }
}
