package dev.fovea.vision;

import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Draws small pictures as lines of text for a terminal.
 *
 * <p>In colour, each letter is a half block that shows two pixels, the upper in its own colour and
 * the lower in the background's. Without colour, each letter stands for two pixels one above the
 * other by how dark it is on the page: bright pixels are dense letters.
 */
public final class TerminalPicture {
  private static final String RAMP = " .:-=+*#%@";
  private static final String RESET = "\u001b[0m";

  private TerminalPicture() {}

  /** The colours that a terminal can show. */
  public enum Mode {
    /** Plain letters. */
    ASCII,
    /** 256 colours. */
    COLOURS_256,
    /** 24-bit colours. */
    TRUE_COLOUR
  }

  /**
   * Returns the lines of a picture [H, W, C] with values 0 … 255.
   *
   * @param maxColumns the most letters of a line; wider pictures are reduced
   */
  public static List<String> lines(Tensor picture, Mode mode, int maxColumns) {
    Images.requirePicture(picture);
    Tensor p = reduced(picture, Math.max(1, maxColumns));
    int height = p.shape().dim(0);
    List<String> lines = new ArrayList<>();
    for (int y = 0; y < height; y += 2) {
      lines.add(mode == Mode.ASCII ? asciiLine(p, y) : colourLine(p, y, mode));
    }
    return lines;
  }

  private static Tensor reduced(Tensor picture, int maxColumns) {
    int h = picture.shape().dim(0);
    int w = picture.shape().dim(1);
    if (w <= maxColumns) {
      return picture;
    }
    int height = Math.max(1, (int) Math.round((double) h * maxColumns / w));
    return Images.resize(picture, height, maxColumns);
  }

  /**
   * Returns pictures side by side, each with a caption below it.
   *
   * @param pictures the lines of each picture, all of one size
   * @param captions a caption for each
   * @param columns the width of each picture in letters
   */
  public static List<String> sideBySide(
      List<List<String>> pictures, List<String> captions, int columns) {
    List<String> lines = new ArrayList<>();
    int height = pictures.stream().mapToInt(List::size).max().orElse(0);
    for (int y = 0; y < height; y++) {
      StringBuilder line = new StringBuilder();
      for (List<String> picture : pictures) {
        line.append(y < picture.size() ? picture.get(y) : " ".repeat(columns)).append("  ");
      }
      lines.add(line.toString().stripTrailing());
    }
    StringBuilder below = new StringBuilder();
    for (String caption : captions) {
      String cut = caption.length() > columns ? caption.substring(0, columns) : caption;
      below.append(cut).append(" ".repeat(columns - cut.length() + 2));
    }
    lines.add(below.toString().stripTrailing());
    return lines;
  }

  private static String asciiLine(Tensor p, int y) {
    Tensor grey = Images.toGrey(p);
    int width = p.shape().dim(1);
    int below = Math.min(y + 1, p.shape().dim(0) - 1);
    StringBuilder line = new StringBuilder();
    for (int x = 0; x < width; x++) {
      float mean = (grey.data()[y * width + x] + grey.data()[below * width + x]) / 2;
      line.append(RAMP.charAt(PicturePixels.toByte(mean) * RAMP.length() / 256));
    }
    return line.toString();
  }

  private static String colourLine(Tensor p, int y, Mode mode) {
    boolean pair = y + 1 < p.shape().dim(0);
    StringBuilder line = new StringBuilder();
    String last = "";
    for (int x = 0; x < p.shape().dim(1); x++) {
      String colour = colour(p, y, x, mode, 38) + (pair ? colour(p, y + 1, x, mode, 48) : "");
      if (!colour.equals(last)) {
        line.append(colour);
        last = colour;
      }
      line.append('▀');
    }
    return line.append(RESET).toString();
  }

  /** Returns the sequence that chooses a pixel's colour, for letters (38) or background (48). */
  private static String colour(Tensor p, int y, int x, Mode mode, int ground) {
    int channels = p.shape().dim(2);
    int at = (y * p.shape().dim(1) + x) * channels;
    int r = PicturePixels.toByte(p.data()[at]);
    int g = PicturePixels.toByte(p.data()[at + channels / 2]);
    int b = PicturePixels.toByte(p.data()[at + channels - 1]);
    return mode == Mode.TRUE_COLOUR
        ? "\u001b[" + ground + ";2;" + r + ";" + g + ";" + b + "m"
        : "\u001b[" + ground + ";5;" + colour256(r, g, b) + "m";
  }

  /** Returns the nearest of the 24 greys for a grey and of the 6×6×6 colours otherwise. */
  static int colour256(int r, int g, int b) {
    if (r == g && g == b) {
      // 16 is black, 231 is white, 232 … 255 are 8, 18, … 238.
      return r < 4 ? 16 : r > 246 ? 231 : 232 + Math.clamp(Math.round((r - 8) / 10f), 0, 23);
    }
    return 16 + 36 * sixth(r) + 6 * sixth(g) + sixth(b);
  }

  /** Returns the nearest of the levels 0, 95, 135, 175, 215, 255. */
  private static int sixth(int value) {
    return value < 48 ? 0 : value < 115 ? 1 : Math.min(5, (value - 35) / 40);
  }
}
