package dev.fovea.insight.colour;

import dev.fovea.io.Text;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import dev.fovea.vision.Lettering;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.Locale;

/** A bar of colours with its numbers below a picture, so that colours can be read as numbers. */
public final class Legend {
  private static final int MARGIN = 6;
  private static final int BAR_HEIGHT = 10;
  private static final int LEAST_WIDTH = 240;
  private static final int INK = 0x202020;

  private Legend() {}

  /**
   * Returns a picture with a line of text and a bar of colours below it.
   *
   * @param picture [H, W, C], 0 … 255
   * @param caption what is seen
   */
  public static BufferedImage below(
      Tensor picture, String caption, ColourMap colours, ValueScale scale) {
    Lettering letters = Lettering.ofThisMachine();
    BufferedImage shown = Images.toBufferedImage(Images.toRgb(picture));
    int height = shown.getHeight() + 4 * MARGIN + 2 * letters.height() + BAR_HEIGHT;
    int width = Math.max(LEAST_WIDTH, shown.getWidth());
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, width, height);
    g.drawImage(shown, 0, 0, null);
    g.dispose();
    int y = shown.getHeight() + MARGIN;
    letters.draw(image, MARGIN, y, letters.fitted(Text.oneLine(caption), width - 2 * MARGIN), INK);
    y += letters.height() + MARGIN;
    bar(image, y, colours, scale);
    numbers(image, y + BAR_HEIGHT + MARGIN / 2, letters, scale);
    return image;
  }

  private static void bar(BufferedImage image, int top, ColourMap colours, ValueScale scale) {
    int width = image.getWidth() - 2 * MARGIN;
    for (int x = 0; x < width; x++) {
      double number = scale.low() + (scale.high() - scale.low()) * x / Math.max(1, width - 1);
      for (int y = 0; y < BAR_HEIGHT; y++) {
        image.setRGB(MARGIN + x, top + y, colours.rgb(scale.quantize(number)));
      }
    }
  }

  private static void numbers(BufferedImage image, int top, Lettering letters, ValueScale scale) {
    String high = number(scale.high());
    letters.draw(image, MARGIN, top, number(scale.low()), INK);
    letters.draw(image, image.getWidth() - MARGIN - letters.width(high), top, high, INK);
    if (scale.isSigned()) {
      letters.draw(image, image.getWidth() / 2 - letters.width("0") / 2, top, "0", INK);
    }
  }

  /** Returns a number with three digits. */
  public static String number(double x) {
    double size = Math.abs(x);
    if (x == 0) {
      return "0";
    }
    if (size < 1e-3 || size >= 1e4) {
      return String.format(Locale.ROOT, "%.2e", x);
    }
    int decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
    return String.format(Locale.ROOT, "%." + decimals + "f", x);
  }
}
