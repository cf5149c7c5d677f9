package dev.fovea.cli;

import dev.fovea.data.Dataset;
import dev.fovea.data.Preprocessing;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;

/**
 * How pictures become inputs of a network from any file.
 *
 * @param preprocessing size and normalisation; mean and deviation in the network's order of
 *     channels
 * @param bgr whether the network takes blue, green, red instead of red, green, blue
 */
record InputRule(Preprocessing preprocessing, boolean bgr) {
  /** Returns the input for a picture of any size. */
  Tensor input(Tensor image) {
    Tensor fitted = Images.fit(preprocessing, image);
    Tensor own = fitted == image ? image.copy() : fitted;
    swap(own.data(), 0, own.data().length);
    preprocessing.normalize(own.data(), 0, own.data().length);
    return own;
  }

  /**
   * Returns samples that another rule has made as this rule makes them.
   *
   * @param before the rule of the samples, for red, green, blue
   */
  Dataset over(Dataset samples, Preprocessing before) {
    if (!bgr && before.equals(preprocessing)) {
      return samples;
    }
    int channels = preprocessing.channels();
    return samples.augment((sample, offset, shape, rng) -> {
      int length = shape.elements();
      for (int i = 0; i < length; i++) {
        sample[offset + i] = before.denormalize(sample[offset + i], i % channels);
      }
      swap(sample, offset, length);
      preprocessing.normalize(sample, offset, length);
    });
  }

  private void swap(float[] pixels, int offset, int length) {
    if (bgr && preprocessing.channels() == 3) {
      for (int i = offset; i < offset + length; i += 3) {
        float red = pixels[i];
        pixels[i] = pixels[i + 2];
        pixels[i + 2] = red;
      }
    }
  }
}
