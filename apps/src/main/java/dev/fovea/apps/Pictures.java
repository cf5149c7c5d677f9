package dev.fovea.apps;

import dev.fovea.data.Dataset;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Tensor;

/** Draws tensors as pictures. */
public final class Pictures {
  private static final float WHITE = 255;

  private Pictures() {}

  /** Returns the first inputs of a data set [N, …] as they are, normalised and not augmented. */
  public static Tensor of(Dataset data, int count) {
    int n = Math.min(count, data.size());
    Tensor all = Tensor.zeros(data.inputShape().prepend(n));
    int size = data.inputShape().elements();
    for (int i = 0; i < n; i++) {
      System.arraycopy(data.input(i, Seed.of(i)).data(), 0, all.data(), i * size, size);
    }
    return all;
  }

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
