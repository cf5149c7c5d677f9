package dev.fovea.vision;

import dev.fovea.io.Text;
import dev.fovea.train.ConfusionMatrix;
import java.awt.image.BufferedImage;
import java.util.stream.IntStream;

/**
 * A picture of a confusion matrix, with a row per true class and a column per predicted class. A
 * cell is the darker, the larger its share of the row; correct predictions are blue, wrong ones
 * red.
 */
public final class ConfusionPicture {
  private static final int PAPER = 0xFFFFFF;
  private static final int INK = 0x202020;
  private static final int PALE_INK = 0xF8F8F8;
  private static final int BLUE = 0x1F4E9E;
  private static final int RED = 0xB03020;
  private static final int MARGIN = 6;
  private static final int LONGEST_NAME = 180;
  private static final int MOST_NUMBERED = 40;
  private static final int MOST_NAMED = 200;
  private static final int NUMBERED_CELL = 26;
  private static final int SMALL_CELL = 6;

  private final ConfusionMatrix matrix;
  private final Lettering lettering;
  private final boolean numbered;
  private final boolean named;
  private final int cell;
  private final int start;

  private ConfusionPicture(ConfusionMatrix matrix, Lettering lettering) {
    this.matrix = matrix;
    this.lettering = lettering;
    int n = matrix.classes();
    this.numbered = n <= MOST_NUMBERED;
    this.named = n <= MOST_NAMED;
    int digits =
        IntStream.range(0, n * n)
            .map(i -> lettering.width(Long.toString(matrix.count(i / n, i % n))))
            .max()
            .orElse(1);
    int longest = IntStream.range(0, n).map(c -> lettering.width(name(c))).max().orElse(0);
    this.cell =
        numbered
            ? Math.max(NUMBERED_CELL, digits + 2 * MARGIN)
            : named ? lettering.height() + 1 : SMALL_CELL;
    int title = MARGIN + lettering.height() + MARGIN;
    this.start = named ? title + longest + MARGIN : title;
  }

  /**
   * Returns the picture of a matrix; without numbers for more than 40 classes, and without names
   * for more than 200.
   */
  public static BufferedImage of(ConfusionMatrix matrix) {
    return of(matrix, Lettering.ofThisMachine());
  }

  static BufferedImage of(ConfusionMatrix matrix, Lettering lettering) {
    return new ConfusionPicture(matrix, lettering).draw();
  }

  private String name(int c) {
    return lettering.fitted(Text.oneLine(matrix.label(c)), LONGEST_NAME);
  }

  private BufferedImage draw() {
    int n = matrix.classes();
    int side = start + n * cell + MARGIN;
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    fill(image, 0, 0, side, side, PAPER);
    titles(image, n * cell);
    for (int row = 0; row < n; row++) {
      for (int column = 0; column < n; column++) {
        cell(image, row, column);
      }
      if (named) {
        String name = name(row);
        int at = start + row * cell + (cell - lettering.height()) / 2;
        lettering.draw(image, start - MARGIN - lettering.width(name), at, name, INK);
        lettering.drawUpwards(image, at, start - MARGIN, name, PAPER, INK);
      }
    }
    return image;
  }

  private void titles(BufferedImage image, int length) {
    String predicted = lettering.fitted("predicted", length);
    int right = start + (length - lettering.width(predicted)) / 2;
    lettering.draw(image, right, MARGIN, predicted, INK);
    String actual = lettering.fitted("true", length);
    int below = start + (length + lettering.width(actual)) / 2;
    lettering.drawUpwards(image, MARGIN, below, actual, PAPER, INK);
  }

  private void cell(BufferedImage image, int row, int column) {
    long count = matrix.count(row, column);
    double share = matrix.samples(row) == 0 ? 0 : (double) count / matrix.samples(row);
    int x = start + column * cell;
    int y = start + row * cell;
    int gap = numbered ? 1 : 0;
    // A single mistake among many is still to be seen.
    double strength = count == 0 ? 0.03 : 0.12 + 0.88 * share;
    int colour = mixed(row == column ? BLUE : RED, strength);
    fill(image, x, y, cell - gap, cell - gap, colour);
    if (numbered && count > 0) {
      String text = Long.toString(count);
      int left = x + (cell - lettering.width(text)) / 2;
      int top = y + (cell - lettering.height()) / 2;
      lettering.draw(image, left, top, text, strength > 0.5 ? PALE_INK : INK);
    }
  }

  /** Returns a colour mixed with white. */
  private static int mixed(int colour, double strength) {
    int rgb = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int part = colour >> shift & 0xFF;
      rgb |= (int) Math.round(255 + strength * (part - 255)) << shift;
    }
    return rgb;
  }

  private static void fill(BufferedImage image, int x, int y, int width, int height, int rgb) {
    for (int row = y; row < y + height; row++) {
      for (int column = x; column < x + width; column++) {
        image.setRGB(column, row, rgb);
      }
    }
  }
}
