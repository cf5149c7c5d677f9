package dev.fovea.systems.label;

import dev.fovea.data.Dataset;
import dev.fovea.vision.Placement;
import dev.fovea.vision.Placement.Size;
import java.util.List;
import java.util.function.Consumer;

/**
 * Samples made of labelled pictures, each of which says what it was made of.
 *
 * <p>Samples are in pixels of the network's input, labels in those of the picture.
 */
public interface LabelledData extends Dataset {
  /** Returns the labels of a sample's picture, by which what a network finds is measured. */
  LabelledPicture labels(int index);

  /** Returns where in the input a sample's picture lies. */
  Placement placement(int index);

  /**
   * Returns the names of the classes that objects have, in the order of their numbers. Those of
   * {@link #classes()} are the same, or where masks are asked for those of pixels.
   */
  List<String> things();

  /** Returns the key points that objects have. */
  Skeleton skeleton();

  /** Returns the words or letters of texts, in the order of their numbers. */
  default List<String> words() {
    return List.of();
  }

  /**
   * Returns the same samples for inputs of each of some sizes, brought into them in the same way.
   */
  List<LabelledData> inSizes(List<Size> sizes);

  /**
   * Returns the samples whose pictures can be read, which takes as long as reading all that are not
   * kept in memory: hours of training must not end by one file. All of them by default.
   *
   * @param told is told which pictures are left out, and why
   */
  default LabelledData readable(Consumer<LabelProblem> told) {
    return this;
  }

  @Override
  LabelledData subset(int... indices);

  @Override
  default LabelledData take(int n) {
    int[] indices = new int[Math.clamp(n, 0, size())];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = i;
    }
    return subset(indices);
  }
}
