package dev.fovea.systems;

import dev.fovea.data.Box;
import dev.fovea.systems.mask.PixelBox;
import dev.fovea.systems.mask.RunLengths;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/**
 * The mask of one object: how likely each part of a box belongs to it.
 *
 * <p>The values are those of the middles of cells that divide the box evenly; between them they are
 * interpolated linearly, and outside they are 0. No corner is rounded to a pixel.
 *
 * @param box where the mask lies, in pixels of the picture
 * @param values the probability of each cell [H, W]
 */
public record RegionMask(Box box, Tensor values) {
  /**
   * Checks the shape.
   *
   * @throws FoveaException if the values are no map [H, W]
   */
  public RegionMask {
    if (values.shape().rank() != 2 || values.shape().elements() == 0) {
      throw new FoveaException("mask of a box: need a map [H, W], got " + values.shape());
    }
  }

  /**
   * Returns the mask in a picture [H, W]: 1 for each pixel in whose middle the probability is at
   * least ½, else 0.
   *
   * @param height the height of the picture
   * @param width the width of the picture
   */
  public Tensor in(int height, int width) {
    Tensor picture = Tensor.zeros(Shape.of(height, width));
    int top = (int) Math.clamp(Math.floor(box.top()), 0, height);
    int bottom = (int) Math.clamp(Math.ceil(box.bottom()), 0, height);
    int left = (int) Math.clamp(Math.floor(box.left()), 0, width);
    int right = (int) Math.clamp(Math.ceil(box.right()), 0, width);
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        picture.data()[y * width + x] = at(x + 0.5, y + 0.5) >= 0.5 ? 1 : 0;
      }
    }
    return picture;
  }

  /**
   * Returns the same mask as run lengths, which take little memory.
   *
   * @param height the height of the picture
   * @param width the width of the picture
   */
  public RunLengths runLengths(int height, int width) {
    return RunLengths.of(
        height, width, PixelBox.around(box), (x, y) -> at(x + 0.5, y + 0.5) >= 0.5);
  }

  /**
   * Returns the probability at a point of the picture.
   *
   * @param x its place in a row, in pixels
   * @param y its place in a column, in pixels
   */
  public double at(double x, double y) {
    int rows = values.shape().dim(0);
    int columns = values.shape().dim(1);
    double u = (x - box.left()) / (box.right() - box.left()) * columns - 0.5;
    double v = (y - box.top()) / (box.bottom() - box.top()) * rows - 0.5;
    int left = (int) Math.floor(u);
    int top = (int) Math.floor(v);
    double dx = u - left;
    double dy = v - top;
    return (1 - dy) * ((1 - dx) * cell(top, left) + dx * cell(top, left + 1))
        + dy * ((1 - dx) * cell(top + 1, left) + dx * cell(top + 1, left + 1));
  }

  private double cell(int row, int column) {
    boolean inside =
        row >= 0 && column >= 0 && row < values.shape().dim(0) && column < values.shape().dim(1);
    return inside ? values.data()[row * values.shape().dim(1) + column] : 0;
  }
}
