package dev.fovea.serve.protocol;

import dev.fovea.formats.Port;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.nio.FloatBuffer;

/** Reads images whose channels come first, [N, C, H, W], in Fovea's order, [N, H, W, C]. */
final class ChannelsFirst {
  /** So many numbers are copied at a time; a whole image more would be garbage of each request. */
  private static final int MOST = 1 << 12;

  private ChannelsFirst() {}

  /** Returns whether a port is of such images. */
  static boolean is(Port port) {
    return port.order().equals(Port.CHANNELS_FIRST);
  }

  /**
   * Reads a batch.
   *
   * @param file its shape [N, C, H, W]
   */
  static Tensor read(FloatBuffer values, Shape file) {
    int channels = file.dim(1);
    int pixels = file.dim(2) * file.dim(3);
    Tensor batch = Tensor.zeros(Shape.of(file.dim(0), file.dim(2), file.dim(3), channels));
    float[] some = new float[Math.min(pixels, MOST)];
    for (int n = 0; n < file.dim(0); n++) {
      for (int c = 0; c < channels; c++) {
        for (int p = 0; p < pixels; p += some.length) {
          int count = Math.min(some.length, pixels - p);
          values.get(some, 0, count);
          spread(some, count, batch.data(), (n * pixels + p) * channels + c, channels);
        }
      }
    }
    return batch;
  }

  private static void spread(float[] from, int count, float[] to, int at, int step) {
    for (int i = 0; i < count; i++) {
      to[at + i * step] = from[i];
    }
  }
}
