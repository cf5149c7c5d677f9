package dev.fovea.studio.lesson;

import dev.fovea.insight.colour.ColourMap;
import dev.fovea.insight.colour.HeatMap;
import dev.fovea.insight.colour.ValueScale;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/** Tensors of random numbers, and numbers as pictures. */
final class Numbers {
  private Numbers() {}

  /** Returns numbers of mean 0 and deviation 1. */
  static Tensor gaussian(Shape shape, Seed seed) {
    Tensor t = Tensor.zeros(shape);
    Rng rng = seed.rng();
    for (int i = 0; i < t.data().length; i++) {
      t.data()[i] = (float) rng.nextGaussian();
    }
    return t;
  }

  /** Returns numbers from −1 to 1. */
  static Tensor uniform(Shape shape, Seed seed) {
    Tensor t = Tensor.zeros(shape);
    Rng rng = seed.rng();
    for (int i = 0; i < t.data().length; i++) {
      t.data()[i] = rng.nextFloat(-1, 1);
    }
    return t;
  }

  /** Returns √Σ (a − b)². */
  static double distance(Tensor a, Tensor b) {
    double squares = 0;
    for (int i = 0; i < a.data().length; i++) {
      double d = a.data()[i] - b.data()[i];
      squares += d * d;
    }
    return Math.sqrt(squares);
  }

  /** Returns the largest |a − b|. */
  static double difference(Tensor a, Tensor b) {
    double most = 0;
    for (int i = 0; i < a.data().length; i++) {
      most = Math.max(most, Math.abs(a.data()[i] - b.data()[i]));
    }
    return most;
  }

  /** Returns √Σ a². */
  static double norm(Tensor a) {
    return distance(a, Tensor.zeros(a.shape()));
  }

  /** Returns values from 0 to 1 as grey values from 0 to 255. */
  static Tensor grey(Tensor picture) {
    Tensor grey = picture.copy();
    for (int i = 0; i < grey.data().length; i++) {
      grey.data()[i] *= 255;
    }
    return grey;
  }

  /** Returns signed numbers [.., H, W, 1] as colours [H, W, 3]: purple, white at 0, orange. */
  static Tensor coloured(Tensor map, double limit) {
    Shape s = map.shape();
    Tensor plane = map.reshape(Shape.of(s.dim(-3), s.dim(-2)));
    return new HeatMap(plane, ValueScale.of(true, limit), ColourMap.PUOR).paint();
  }

  /** Returns signed numbers as colours of which the largest number has the strongest. */
  static Tensor coloured(Tensor map) {
    return coloured(map, ValueScale.whole(map).high());
  }
}
