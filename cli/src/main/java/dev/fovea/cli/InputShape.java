package dev.fovea.cli;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The text of a picture's shape: height × width × channels, as in {@code 28x28x1}. */
final class InputShape {
  private static final Pattern FORM = Pattern.compile("(\\d{1,6})[xX×](\\d{1,6})[xX×](\\d{1,6})");
  private static final int MAX_EXTENT = 1 << 16;

  private InputShape() {}

  /**
   * Returns the shape that a text describes.
   *
   * @param source what the text is, named in messages
   */
  static Shape parse(String text, String source) {
    Matcher m = FORM.matcher(text);
    if (!m.matches()) {
      throw new FoveaException(
          source + " \"" + text + "\": expected HEIGHTxWIDTHxCHANNELS, such as 28x28x1");
    }
    int[] dims = new int[3];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = Integer.parseInt(m.group(i + 1));
      if (dims[i] < 1 || dims[i] > MAX_EXTENT) {
        throw new FoveaException(
            source + " \"" + text + "\": each number must be 1 to " + MAX_EXTENT);
      }
    }
    return Shape.of(dims);
  }

  /** Returns the text that {@link #parse} reads. */
  static String text(Shape shape) {
    return shape.times().replace('×', 'x');
  }
}
