package dev.fovea.data;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.util.List;

/**
 * A data set of 8-bit pictures of one size with class labels, wherever the pictures come from.
 *
 * <p>A sample's input is the picture [H, W, C] normalised by the {@link Preprocessing}; its target
 * is the number of the class.
 */
public abstract class LabelledPictures implements Dataset {
  private final Preprocessing preprocessing;
  private final int[] labels;
  private final List<String> classes;
  private final float[][] inputs;

  /**
   * Creates a data set.
   *
   * @param preprocessing the pictures' size and normalisation
   * @param labels the class of each picture; not copied
   * @param classes the names of the classes
   * @throws FoveaException if a label has no class
   */
  protected LabelledPictures(Preprocessing preprocessing, int[] labels, List<String> classes) {
    this.preprocessing = preprocessing;
    this.labels = labels;
    this.classes = List.copyOf(classes);
    this.inputs = table(preprocessing);
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes.size()) {
        throw new FoveaException(
            "label %s of picture %s: the classes are 0 to %s"
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

  /** Returns how pixel values become inputs. */
  public final Preprocessing preprocessing() {
    return preprocessing;
  }

  /** Returns the label of a picture. */
  public final int label(int index) {
    return labels[index];
  }

  /** Returns the labels of all pictures, the array itself. */
  final int[] labels() {
    return labels;
  }

  @Override
  public final int size() {
    return labels.length;
  }

  @Override
  public final Shape inputShape() {
    return preprocessing.shape();
  }

  @Override
  public final List<String> classes() {
    return classes;
  }

  @Override
  public final void read(
      int index, Seed seed, float[] input, int inputOffset, float[] target, int targetOffset) {
    readPicture(index, input, inputOffset);
    target[targetOffset] = labels[index];
  }

  /** Writes a picture through {@link #normalize}; several threads call it at once. */
  protected abstract void readPicture(int index, float[] input, int inputOffset);

  /**
   * Writes the inputs of one picture.
   *
   * @param pixels 8-bit values of pictures, row by row, channels interleaved
   * @param from where the picture begins in them
   * @param input where the inputs go, from {@code inputOffset} on
   */
  protected final void normalize(byte[] pixels, int from, float[] input, int inputOffset) {
    int n = inputShape().elements();
    int channels = inputs.length;
    for (int c = 0; c < channels; c++) {
      float[] values = inputs[c];
      for (int i = c; i < n; i += channels) {
        input[inputOffset + i] = values[pixels[from + i] & 0xFF];
      }
    }
  }
}
