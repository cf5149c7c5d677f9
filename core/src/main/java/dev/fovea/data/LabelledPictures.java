package dev.fovea.data;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * The base class of data sets of 8-bit pictures of one size with class labels.
 *
 * <p>A sample is the picture [H, W, C] and the number of its class.
 */
public abstract class LabelledPictures implements Dataset {
  private final Preprocessing preprocessing;
  private final int[] labels;
  private final List<String> classes;

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
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes.size()) {
        throw new FoveaException(
            "label %s of picture %s: the classes are 0 to %s"
                .formatted(labels[i], i, classes.size() - 1));
      }
    }
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
  public final Optional<Preprocessing> normalization() {
    return Optional.of(preprocessing);
  }

  @Override
  public final Sample read(int index, Seed seed) {
    return Sample.of(picture(index), new Mark.Label(labels[index]));
  }

  /** Returns a picture [H, W, C], its values 0 … 255; several threads call it at once. */
  public abstract Tensor picture(int index);
}
