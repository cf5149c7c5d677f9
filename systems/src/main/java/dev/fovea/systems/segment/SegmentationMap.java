package dev.fovea.systems.segment;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.ClassMap;
import java.util.List;

/**
 * The class of each pixel of a picture, in the picture's size; of a pixel that the network does not
 * see, as at the edges of a picture that is cut to fit, none.
 */
public final class SegmentationMap {
  private final ClassMap map;
  private final List<String> labels;

  /**
   * Creates a map.
   *
   * @param numbers the numbers of the classes [H, W], −1 for none; not copied
   * @param labels the names of the classes; a class without one is called by its number
   */
  SegmentationMap(Tensor numbers, int classes, List<String> labels) {
    this.map = new ClassMap(numbers, classes);
    this.labels = List.copyOf(labels);
  }

  /** Returns the height in pixels. */
  public int height() {
    return map.numbers().shape().dim(0);
  }

  /** Returns the width in pixels. */
  public int width() {
    return map.numbers().shape().dim(1);
  }

  /**
   * Returns the number of a pixel's class, −1 for none.
   *
   * @param x its column
   * @param y its row
   * @throws FoveaException if there is no such pixel
   */
  public int classAt(int x, int y) {
    if (x < 0 || y < 0 || x >= width() || y >= height()) {
      throw new FoveaException(
          "segmentation map of %s×%s pixels: no pixel (%s, %s)".formatted(height(), width(), x, y));
    }
    return (int) map.numbers().data()[y * width() + x];
  }

  /** Returns the numbers of the classes [H, W], −1 for none; a copy. */
  public Tensor classes() {
    return map.numbers().copy();
  }

  /** Returns the name of a class, its number if it has none. */
  public String label(int number) {
    return number >= 0 && number < labels.size() ? labels.get(number) : Integer.toString(number);
  }

  /** Returns the share of a class in the pixels that have one. */
  public double share(int number) {
    return map.share(number);
  }

  /** Returns the shares of classes and the form in which they are written to files. */
  public ClassMap map() {
    return new ClassMap(classes(), map.classes());
  }
}
