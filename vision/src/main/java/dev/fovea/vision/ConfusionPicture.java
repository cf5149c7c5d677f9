package dev.fovea.vision;

import dev.fovea.train.ConfusionMatrix;
import java.awt.image.BufferedImage;
import java.util.stream.IntStream;

/**
 * A confusion matrix as a picture: a row per true class, a column per predicted one, the darker the
 * larger the share of the row; right answers blue, wrong ones red.
 */
public final class ConfusionPicture {
  private static final int PAPER = 0xFFFFFF;
  private static final int INK = 0x202020;
  private static final int PALE_INK = 0xF8F8F8;
  private static final int BLUE = 0x1F4E9E;
  private static final int RED = 0xB03020;
  private static final int MARGIN = 6;
  private static final int LONGEST_NAME = 14;
  private static final int MOST_NUMBERED = 40;
  private static final int SMALL_CELL = 6;

  private final ConfusionMatrix matrix;
  private final int cell;
  private final int names;
  private final boolean numbered;

  private ConfusionPicture(ConfusionMatrix matrix) {
    this.matrix = matrix;
    int n = matrix.classes();
    this.numbered = n <= MOST_NUMBERED;
    int digits =
        IntStream.range(0, n * n)
            .map(i -> Long.toString(matrix.count(i / n, i % n)).length())
            .max()
            .orElse(1);
    int longest = IntStream.range(0, n).map(c -> name(c).length()).max().orElse(0);
    this.cell = numbered ? Math.max(24, (Math.max(digits, 3) + 1) * PixelFont.ADVANCE) : SMALL_CELL;
    this.names = numbered ? longest * PixelFont.ADVANCE + 2 * MARGIN : MARGIN;
  }

  /** Returns the picture of a matrix; of more than 40 classes without names and numbers. */
  public static BufferedImage of(ConfusionMatrix matrix) {
    return new ConfusionPicture(matrix).draw();
  }

  private String name(int c) {
    String name = matrix.label(c);
    return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME);
  }

  private BufferedImage draw() {
    int n = matrix.classes();
    int side = names + n * cell + MARGIN;
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    fill(image, 0, 0, side, side, PAPER);
    for (int row = 0; row < n; row++) {
      for (int column = 0; column < n; column++) {
        cell(image, row, column);
      }
      if (numbered) {
        int middle = row * cell + (cell - PixelFont.HEIGHT) / 2;
        PixelFont.draw(image, MARGIN, names + middle, name(row), INK);
        downwards(image, names + row * cell + (cell - PixelFont.ADVANCE) / 2, name(row));
      }
    }
    return image;
  }

  /** Writes the name of a column letter below letter, ending at the matrix. */
  private void downwards(BufferedImage image, int x, String text) {
    int most = (names - MARGIN) / (PixelFont.HEIGHT + 1);
    String shown = text.substring(0, Math.min(most, text.length()));
    int top = names - MARGIN / 2 - shown.length() * (PixelFont.HEIGHT + 1);
    for (int i = 0; i < shown.length(); i++) {
      PixelFont.draw(image, x, top + i * (PixelFont.HEIGHT + 1), shown.substring(i, i + 1), INK);
    }
  }

  private void cell(BufferedImage image, int row, int column) {
    long count = matrix.count(row, column);
    double share = matrix.samples(row) == 0 ? 0 : (double) count / matrix.samples(row);
    int x = names + column * cell;
    int y = names + row * cell;
    int gap = numbered ? 1 : 0;
    // A single mistake among many is still to be seen.
    double strength = count == 0 ? 0.03 : 0.12 + 0.88 * share;
    int colour = mixed(row == column ? BLUE : RED, strength);
    fill(image, x, y, cell - gap, cell - gap, colour);
    if (numbered && count > 0) {
      String text = Long.toString(count);
      int left = x + (cell - text.length() * PixelFont.ADVANCE) / 2;
      int top = y + (cell - PixelFont.HEIGHT) / 2;
      PixelFont.draw(image, left, top, text, strength > 0.5 ? PALE_INK : INK);
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
