package dev.fovea.cli;

import dev.fovea.data.Augmentation;
import dev.fovea.data.DataSplit;
import dev.fovea.data.Dataset;
import dev.fovea.data.Preprocessing;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import dev.fovea.vision.Placed;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * How pictures become inputs of a network from any file.
 *
 * @param preprocessing size and normalisation; mean and deviation in the network's order of
 *     channels
 * @param bgr whether the network takes blue, green, red instead of red, green, blue
 */
record InputRule(Preprocessing preprocessing, boolean bgr) {
  /** The names of the texts that say so beside a network. */
  private static final String PREPROCESSING = "preprocessing";

  private static final String BGR = "bgr";

  /** Returns the rule that texts beside a network tell, if they do. */
  static Optional<InputRule> of(Map<String, String> texts, String source) {
    String text = texts.getOrDefault(PREPROCESSING, "");
    return text.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new InputRule(
                Preprocessing.parse(text, source + ": " + PREPROCESSING), texts.containsKey(BGR)));
  }

  /** Adds the texts from which {@link #of} makes this rule. */
  void put(Map<String, String> texts) {
    texts.put(PREPROCESSING, preprocessing.toText());
    texts.remove(BGR);
    if (bgr) {
      texts.put(BGR, "yes");
    }
  }

  /** Reads a picture into the size of the input, its values 0 … 255 in red, green, blue. */
  Placed place(Path picture) {
    return Images.place(picture, preprocessing);
  }

  /** Returns the input of the network for a picture of its size. */
  Tensor input(Tensor placed) {
    Tensor own = placed.copy();
    swap(own.data());
    preprocessing.normalize(own.data(), 0, own.data().length);
    return own;
  }

  /** Returns samples to train on and to test with whose pictures become inputs by this rule. */
  DataSplit over(DataSplit split) {
    return new DataSplit(over(split.train()), over(split.test()));
  }

  /**
   * Returns samples whose pictures become inputs by this rule instead of their own.
   *
   * @param samples samples whose pictures are red, green, blue
   */
  Dataset over(Dataset samples) {
    Augmentation swapped =
        (sample, rng) -> {
          Tensor picture = sample.picture().copy();
          swap(picture.data());
          return sample.with(picture);
        };
    return (bgr ? samples.augment(swapped) : samples).normalized(preprocessing);
  }

  private void swap(float... pixels) {
    if (bgr && preprocessing.channels() == 3) {
      for (int i = 0; i < pixels.length; i += 3) {
        float red = pixels[i];
        pixels[i] = pixels[i + 2];
        pixels[i + 2] = red;
      }
    }
  }
}
