package dev.fovea.formats.testing;

import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Tensors of random numbers, and numbers as bytes. */
public final class RandomTensors {
  private RandomTensors() {}

  /** Returns draws from [−1, 1); the same for the same seed and shape. */
  public static Tensor random(long seed, int... dims) {
    Tensor t = Tensor.zeros(Shape.of(dims));
    Rng rng = Seed.of(seed).rng();
    for (int i = 0; i < t.data().length; i++) {
      t.data()[i] = (float) (2 * rng.nextDouble() - 1);
    }
    return t;
  }

  /** Returns draws from [0.5, 1.5), as variances are. */
  public static Tensor positive(long seed, int... dims) {
    Tensor t = random(seed, dims);
    for (int i = 0; i < t.data().length; i++) {
      t.data()[i] = 1 + t.data()[i] / 2;
    }
    return t;
  }

  /** Returns floats as little-endian bytes. */
  public static byte[] bytes(float... values) {
    ByteBuffer b = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    b.asFloatBuffer().put(values);
    return b.array();
  }
}
