package dev.fovea.systems.segment;

import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Placement;

/**
 * What a network says of the pixels of its input, read at the pixels of the picture: interpolated
 * linearly between the middles of the map's cells.
 *
 * @param map the numbers [H, W, C]; it may be smaller than the input
 * @param placement where in the input the picture lies
 */
public record PictureNumbers(Tensor map, Placement placement) {
  private static final float[] NONE = {};

  /**
   * Returns the numbers in the middle of a pixel of the picture; none where the input does not show
   * it.
   *
   * @param x its column
   * @param y its row
   */
  public float[] at(int x, int y) {
    double inputX = (x + 0.5) * placement.scaleX() + placement.left();
    double inputY = (y + 0.5) * placement.scaleY() + placement.top();
    Placement.Size input = placement.input();
    if (inputX < 0 || inputY < 0 || inputX >= input.width() || inputY >= input.height()) {
      return NONE;
    }
    int rows = map.shape().dim(0);
    int columns = map.shape().dim(1);
    double v = Math.clamp(inputY * rows / input.height() - 0.5, 0, rows - 1.0);
    double u = Math.clamp(inputX * columns / input.width() - 0.5, 0, columns - 1.0);
    float[] sum = new float[map.shape().dim(2)];
    int top = (int) v;
    int left = (int) u;
    float below = (float) (v - top);
    float right = (float) (u - left);
    add(sum, top, left, (1 - below) * (1 - right));
    add(sum, top, left + 1, (1 - below) * right);
    add(sum, top + 1, left, below * (1 - right));
    add(sum, top + 1, left + 1, below * right);
    return sum;
  }

  private void add(float[] sum, int row, int column, float weight) {
    if (weight > 0) {
      int at = (row * map.shape().dim(1) + column) * sum.length;
      for (int c = 0; c < sum.length; c++) {
        sum[c] += weight * map.data()[at + c];
      }
    }
  }
}
