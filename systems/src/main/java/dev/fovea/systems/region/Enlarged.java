package dev.fovea.systems.region;

import dev.fovea.op.Interpolation;
import dev.fovea.op.Taps;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/** Maps in another resolution, by cubic convolution with a = −¾ (Keys 1981). */
public final class Enlarged {
  private Enlarged() {}

  /** Returns maps [H, W, C] as maps [height, width, C]. */
  public static Tensor cubic(Tensor maps, int height, int width) {
    Shape in = maps.shape();
    int channels = in.dim(2);
    Taps down = Interpolation.CUBIC.taps(in.dim(0), height, false);
    Taps across = Interpolation.CUBIC.taps(in.dim(1), width, false);
    float[] tall = new float[height * in.dim(1) * channels];
    combine(maps.data(), tall, down, in.dim(1) * channels, 1);
    Tensor out = Tensor.zeros(Shape.of(height, width, channels));
    combine(tall, out.data(), across, channels, height);
    return out;
  }

  /** Combines rows of an axis, each of {@code length} numbers, as often as there are blocks. */
  private static void combine(float[] from, float[] to, Taps taps, int length, int blocks) {
    for (int block = 0; block < blocks; block++) {
      int source = block * taps.inputs() * length;
      int target = block * taps.outputs() * length;
      for (int o = 0; o < taps.outputs(); o++) {
        for (int t = taps.begin(o); t < taps.begin(o + 1); t++) {
          float weight = taps.weight(t);
          int row = source + taps.source(t) * length;
          for (int i = 0; i < length; i++) {
            to[target + o * length + i] += weight * from[row + i];
          }
        }
      }
    }
  }
}
