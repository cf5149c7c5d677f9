package dev.fovea.studio.lesson;

import dev.fovea.systems.box.BoxArray;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/** Boxes as frames of one pixel on a white picture [H, W, 3]. */
final class BoxPicture {
  /** Okabe and Ito's colours, which people with any colour vision tell apart. */
  private static final int[] COLOURS = {0x0072b2, 0xd55e00, 0x009e73, 0xcc79a7, 0xe69f00, 0x56b4e9};

  private final Tensor picture;

  /** Creates a picture without boxes. */
  BoxPicture(int height, int width) {
    this.picture = Tensor.full(Shape.of(height, width, 3), 255);
  }

  /** Draws a box in the colour of a number; what lies outside is left out. */
  BoxPicture draw(BoxArray boxes, int i, int colour) {
    int top = (int) boxes.top(i);
    int left = (int) boxes.left(i);
    int bottom = (int) boxes.bottom(i) - 1;
    int right = (int) boxes.right(i) - 1;
    for (int x = left; x <= right; x++) {
      dot(top, x, COLOURS[colour % COLOURS.length]);
      dot(bottom, x, COLOURS[colour % COLOURS.length]);
    }
    for (int y = top; y <= bottom; y++) {
      dot(y, left, COLOURS[colour % COLOURS.length]);
      dot(y, right, COLOURS[colour % COLOURS.length]);
    }
    return this;
  }

  private void dot(int y, int x, int rgb) {
    Shape s = picture.shape();
    if (y >= 0 && y < s.dim(0) && x >= 0 && x < s.dim(1)) {
      for (int c = 0; c < 3; c++) {
        picture.data()[(y * s.dim(1) + x) * 3 + c] = rgb >> (16 - 8 * c) & 0xFF;
      }
    }
  }

  /** Returns the picture. */
  Tensor picture() {
    return picture;
  }
}
