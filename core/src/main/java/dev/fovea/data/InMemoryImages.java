package dev.fovea.data;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * A data set of 8-bit pictures of one size with class labels, one byte a value in memory.
 *
 * <p>A sample's input is the picture [H, W, C] normalised by the {@link Preprocessing}; its target
 * is the number of the class.
 */
public final class InMemoryImages implements Dataset {
  private final Preprocessing preprocessing;
  private final byte[] pixels;
  private final int[] labels;
  private final List<String> classes;
  private final float[][] inputs;

  /**
   * Creates a data set.
   *
   * @param preprocessing the pictures' size and normalisation
   * @param pixels the pictures one after another, row by row, channels interleaved; not copied
   * @param labels the class of each picture; not copied
   * @param classes the names of the classes
   * @throws FoveaException if pixels and labels do not fit together or a label has no class
   */
  public InMemoryImages(
      Preprocessing preprocessing, byte[] pixels, int[] labels, List<String> classes) {
    this.preprocessing = preprocessing;
    this.pixels = pixels;
    this.labels = labels;
    this.classes = List.copyOf(classes);
    this.inputs = table(preprocessing);
    long expected = (long) labels.length * preprocessing.shape().elements();
    if (pixels.length != expected) {
      throw new FoveaException(
          "%d labels need %d pixel values of pictures %s, got %d"
              .formatted(labels.length, expected, preprocessing.shape().times(), pixels.length));
    }
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes.size()) {
        throw new FoveaException(
            "label %d of picture %d: the classes are 0 to %d"
                .formatted(labels[i], i, classes.size() - 1));
      }
    }
  }

  /** Returns the network's input for each of the 256 values of each channel. */
  private static float[][] table(Preprocessing p) {
    float[][] table = new float[p.channels()][256];
    for (int c = 0; c < table.length; c++) {
      for (int v = 0; v < 256; v++) {
        table[c][v] = p.normalize(v, c);
      }
    }
    return table;
  }

  /** Returns these pictures under another normalisation of the same size. */
  public InMemoryImages withPreprocessing(Preprocessing other) {
    return new InMemoryImages(other, pixels, labels, classes);
  }

  /** Returns these pictures normalised by their own mean and standard deviation. */
  public InMemoryImages withOwnStatistics() {
    ChannelStatistics statistics = new ChannelStatistics(preprocessing.channels());
    statistics.add(pixels);
    return withPreprocessing(statistics.applyTo(preprocessing));
  }

  /** Returns how pixel values become inputs. */
  public Preprocessing preprocessing() {
    return preprocessing;
  }

  /** Returns the label of a picture. */
  public int label(int index) {
    return labels[index];
  }

  /** Returns a copy of a picture's 8-bit values, row by row, channels interleaved. */
  public byte[] picture(int index) {
    int n = preprocessing.shape().elements();
    return Arrays.copyOfRange(pixels, index * n, (index + 1) * n);
  }

  @Override
  public int size() {
    return labels.length;
  }

  @Override
  public Shape inputShape() {
    return preprocessing.shape();
  }

  @Override
  public List<String> classes() {
    return classes;
  }

  @Override
  public void read(
      int index, Seed seed, float[] input, int inputOffset, float[] target, int targetOffset) {
    int n = inputShape().elements();
    int channels = inputs.length;
    for (int c = 0; c < channels; c++) {
      float[] values = inputs[c];
      int from = index * n;
      for (int i = c; i < n; i += channels) {
        input[inputOffset + i] = values[pixels[from + i] & 0xFF];
      }
    }
    target[targetOffset] = labels[index];
  }
}
