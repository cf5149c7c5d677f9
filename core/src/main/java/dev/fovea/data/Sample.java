package dev.fovea.data;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A sample: the inputs of a network, usually a picture, with their annotations. A sample is
 * immutable: a change makes a new one, and nothing may write into its tensors.
 *
 * @param inputs the inputs; the picture [H, W, C], its values 0 … 255, is the first
 * @param marks the annotations, one for each target of the data set, in that order
 */
public record Sample(List<Tensor> inputs, List<Mark> marks) {
  /**
   * Checks that all marks fit the picture.
   *
   * @throws FoveaException if there is no input, or a mark lies outside the picture
   */
  public Sample {
    inputs = List.copyOf(inputs);
    marks = List.copyOf(marks);
    if (inputs.isEmpty()) {
      throw new FoveaException("sample: needs at least one input");
    }
    for (Mark m : marks) {
      m.require(inputs.get(0).shape());
    }
  }

  /** Returns a sample of one input. */
  public static Sample of(Tensor input, Mark... marks) {
    return new Sample(List.of(input), List.of(marks));
  }

  /** Returns the picture, the first input. */
  public Tensor picture() {
    return inputs.get(0);
  }

  /** Returns this sample with other marks. */
  public Sample with(List<Mark> others) {
    return new Sample(inputs, others);
  }

  /** Returns this sample with another picture in place of the first input, and other marks. */
  public Sample with(Tensor picture, List<Mark> others) {
    List<Tensor> all = new ArrayList<>(inputs);
    all.set(0, picture);
    return new Sample(all, others);
  }

  /** Returns this sample with another picture and the same marks. */
  public Sample with(Tensor picture) {
    return with(picture, marks);
  }

  /** Returns the first mark of a kind. */
  public <M extends Mark> Optional<M> mark(Class<M> kind) {
    return marks.stream().filter(kind::isInstance).map(kind::cast).findFirst();
  }

  /**
   * Returns the class index.
   *
   * @throws FoveaException if the sample has none
   */
  public int label() {
    return mark(Mark.Label.class)
        .orElseThrow(() -> new FoveaException("sample: has no class label"))
        .number();
  }

  /** Returns the height of the picture in pixels. */
  public int height() {
    return picture().shape().dim(0);
  }

  /** Returns the width of the picture in pixels. */
  public int width() {
    return picture().shape().dim(1);
  }

  /** Returns the number of channels of the picture. */
  public int channels() {
    return picture().shape().dim(2);
  }
}
