package dev.fovea.apps.drive;

import dev.fovea.data.Mark;
import dev.fovea.data.Sample;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;

/**
 * What a camera in a car saw, and how the driver steered.
 *
 * @param picture [H, W, 3], values 0 … 255
 * @param angle of the wheel, −1 (full left) … 1 (full right)
 */
public record Frame(Tensor picture, double angle) {
  /** Returns the mirror image, where left is right. */
  public Frame mirrored() {
    Shape s = picture.shape();
    int channels = s.dim(2);
    Tensor out = Tensor.zeros(s);
    for (int i = 0; i < s.elements(); i++) {
      int column = i / channels % s.dim(1);
      out.data()[i] = picture.data()[i + (s.dim(1) - 1 - 2 * column) * channels];
    }
    return new Frame(out, -angle);
  }

  /**
   * Returns this frame without its upper rows, which show no road.
   *
   * @param rows how many are cut off, from 0
   * @throws FoveaException if none would be left
   */
  public Frame below(int rows) {
    Shape s = picture.shape();
    if (rows < 0 || rows >= s.dim(0)) {
      throw new FoveaException(
          "frame: %s of %s rows to cut off: some must be left".formatted(rows, s.dim(0)));
    }
    int from = rows * s.dim(1) * s.dim(2);
    float[] rest = Arrays.copyOfRange(picture.data(), from, s.elements());
    return new Frame(Tensor.of(s.withDim(0, s.dim(0) - rows), rest), angle);
  }

  /** Returns the picture with the angle as a mark of one number. */
  public Sample sample() {
    return Sample.of(picture, new Mark.Numbers(Tensor.of(Shape.of(1), (float) angle)));
  }
}
