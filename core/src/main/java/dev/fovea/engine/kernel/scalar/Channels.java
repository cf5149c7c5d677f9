package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Span;
import dev.fovea.tensor.Shape;

/** What the kernels of batch normalisation share. */
final class Channels {
  private Channels() {}

  /** Returns how many elements each channel has: the product of all extents but the last. */
  static int pixels(Shape x) {
    return x.elements() == 0 ? 0 : x.elements() / x.dim(-1);
  }

  /** Returns 1/√(variance + ε) of a channel, given the moments [2, C]. */
  static double reciprocalDeviation(Span moments, int channels, int channel, float epsilon) {
    double variance = moments.array()[moments.offset() + channels + channel];
    return 1 / Math.sqrt(variance + epsilon);
  }

  /** Returns scale / √(variance + ε) of a channel, given the moments [2, C] and the scale [C]. */
  static float gain(Span moments, Span scale, int channels, int channel, float epsilon) {
    double r = reciprocalDeviation(moments, channels, channel, epsilon);
    return (float) (scale.array()[scale.offset() + channel] * r);
  }
}
