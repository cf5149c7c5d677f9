package dev.fovea.apps;

import dev.fovea.tensor.Tensor;

/** Numbers as pictures. */
public final class Pictures {
  private static final float WHITE = 255;

  private Pictures() {}

  /** Returns a picture whose values black … white become 0 … 255; what is beyond is cut off. */
  public static Tensor bytes(Tensor picture, float black, float white) {
    Tensor bytes = Tensor.zeros(picture.shape());
    for (int i = 0; i < bytes.data().length; i++) {
      float value = (picture.data()[i] - black) / (white - black) * WHITE;
      bytes.data()[i] = Math.clamp(value, 0, WHITE);
    }
    return bytes;
  }
}
