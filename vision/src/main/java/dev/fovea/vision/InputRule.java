package dev.fovea.vision;

import dev.fovea.data.Augmentation;
import dev.fovea.data.DataSplit;
import dev.fovea.data.Dataset;
import dev.fovea.data.Preprocessing;
import dev.fovea.tensor.Tensor;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The rule that turns pictures into the inputs of a network of any tool.
 *
 * @param preprocessing size and normalisation, with mean and standard deviation in the network's
 *     order of channels
 * @param bgr whether the network takes blue, green, red instead of red, green, blue
 */
public record InputRule(Preprocessing preprocessing, boolean bgr) {
  /** The names of the texts that say so beside a network. */
  private static final String PREPROCESSING = "preprocessing";

  private static final String BGR = "bgr";

  /**
   * Returns the rule in a network's metadata, if there is one.
   *
   * @param source what the texts are from, for messages
   * @throws dev.fovea.tensor.FoveaException if they are not understood
   */
  public static Optional<InputRule> of(Map<String, String> texts, String source) {
    String text = texts.getOrDefault(PREPROCESSING, "");
    return text.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new InputRule(
                Preprocessing.parse(text, source + ": " + PREPROCESSING), texts.containsKey(BGR)));
  }

  /** Adds this rule to metadata, from which {@link #of} restores it. */
  public void put(Map<String, String> texts) {
    texts.put(PREPROCESSING, preprocessing.toText());
    texts.remove(BGR);
    if (bgr) {
      texts.put(BGR, "yes");
    }
  }

  /**
   * Reads a picture in the size of the input, with values 0 … 255 in red, green, blue.
   *
   * @throws dev.fovea.tensor.FoveaException if the file is no picture that can be read
   */
  public Placed place(Path picture) {
    return Images.place(picture, preprocessing);
  }

  /**
   * Resizes a picture to the size of the input, with values 0 … 255.
   *
   * @param image the picture [H, W, C]
   * @throws dev.fovea.tensor.FoveaException if it is no picture
   */
  public Placed place(Tensor image) {
    Images.requirePicture(image);
    return Images.place(preprocessing, PictureRows.of(image));
  }

  /** Returns the network's input for a picture of its size. */
  public Tensor input(Tensor placed) {
    Tensor own = reordered(placed);
    preprocessing.normalize(own.data(), 0, own.data().length);
    return own;
  }

  /** Returns a split whose pictures are turned into inputs by this rule. */
  public DataSplit over(DataSplit split) {
    return new DataSplit(over(split.train()), over(split.test()));
  }

  /**
   * Returns a data set whose pictures are turned into inputs by this rule instead of their own.
   *
   * @param samples samples whose pictures are red, green, blue
   */
  public Dataset over(Dataset samples) {
    Augmentation swapped = (sample, rng) -> sample.with(reordered(sample.picture()));
    return (bgr ? samples.augment(swapped) : samples).normalized(preprocessing);
  }

  /**
   * Returns a copy of a picture [H, W, C] with its channels in the order that the network takes, or
   * of one in that order with them as red, green, blue.
   */
  public Tensor reordered(Tensor picture) {
    return preprocessing.channels() == 3 ? swapped(picture, 1) : picture.copy();
  }

  /**
   * Returns a copy of the weights [kernelHeight, kernelWidth, Cin, Cout] of a convolution of the
   * network's input with Cin as red, green, blue, or as they are if Cin is not 3.
   */
  public Tensor reorderedFilters(Tensor weights) {
    return weights.shape().dim(2) == 3 ? swapped(weights, weights.shape().dim(3)) : weights.copy();
  }

  /**
   * Exchanges the first and the last of three channels if the network takes blue first.
   *
   * @param inner how many numbers there are of each channel before the next one
   */
  private Tensor swapped(Tensor values, int inner) {
    Tensor own = values.copy();
    float[] numbers = own.data();
    for (int i = 0; bgr && i < numbers.length; i += 3 * inner) {
      for (int k = i; k < i + inner; k++) {
        float first = numbers[k];
        numbers[k] = numbers[k + 2 * inner];
        numbers[k + 2 * inner] = first;
      }
    }
    return own;
  }
}
