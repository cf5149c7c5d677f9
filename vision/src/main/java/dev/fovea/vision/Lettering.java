package dev.fovea.vision;

import dev.fovea.io.Text;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Lines of text on images, in a font of the machine, or in letters of pixels where it has no fonts.
 */
public final class Lettering {
  private static final int SIZE = 13;
  private static final String ELLIPSIS = "…";

  private final Optional<Font> font;
  private final int height;

  private Lettering(Optional<Font> font) {
    this.font = font;
    this.height =
        font.map(f -> onGraphics(g -> g.getFontMetrics(f).getHeight())).orElse(PixelFont.HEIGHT);
  }

  /** Returns letters of the machine's usual font, 13 pixels large. */
  public static Lettering ofThisMachine() {
    return ofThisMachine(SIZE);
  }

  /** Returns letters of the machine's usual font of this size in pixels. */
  public static Lettering ofThisMachine(int size) {
    return of(() -> new Font(Font.SANS_SERIF, Font.PLAIN, size));
  }

  /** Returns letters of five by seven pixels, which need no font. */
  public static Lettering ofPixels() {
    return new Lettering(Optional.empty());
  }

  /** Returns letters of a font, or of pixels if the machine cannot use it. */
  static Lettering of(Supplier<Font> font) {
    try {
      return new Lettering(Optional.of(font.get()));
    } catch (RuntimeException | LinkageError | InternalError e) {
      // Machines without fonts, or without the library that draws them, fail in all these ways.
      return ofPixels();
    }
  }

  /** What is done with graphics. */
  private interface Drawing<T> {
    T with(Graphics2D graphics);
  }

  private static <T> T onGraphics(Drawing<T> drawing) {
    Graphics2D g = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
    try {
      return drawing.with(g);
    } finally {
      g.dispose();
    }
  }

  /** Returns the height of a line in pixels. */
  public int height() {
    return height;
  }

  /** Returns the width of a line in pixels. */
  public int width(String text) {
    return font.map(f -> onGraphics(g -> g.getFontMetrics(f).stringWidth(text)))
        .orElse(text.length() * PixelFont.ADVANCE);
  }

  /** Returns the text, or its beginning and an ellipsis if it is wider than this. */
  public String fitted(String text, int most) {
    if (width(text) <= most) {
      return text;
    }
    int length = text.length() - 1;
    while (length > 0 && width(cut(text, length)) > most) {
      length--;
    }
    return length == 0 ? "" : cut(text, length);
  }

  private String cut(String text, int length) {
    String beginning = Text.cut(text, length);
    // Letters of pixels have no sign for it.
    return font.isPresent() ? beginning : beginning.replace(ELLIPSIS, ".");
  }

  /** Draws a line with its upper left corner at (x, y). */
  public void draw(BufferedImage image, int x, int y, String text, int rgb) {
    if (font.isEmpty()) {
      PixelFont.draw(image, x, y, text, rgb);
      return;
    }
    Graphics2D g = image.createGraphics();
    try {
      g.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      g.setFont(font.get());
      g.setColor(new Color(rgb));
      FontMetrics metrics = g.getFontMetrics();
      g.drawString(text, x, y + metrics.getAscent());
    } finally {
      g.dispose();
    }
  }

  /** Draws a line that is read from below, with its lower left corner at (x, y). */
  void drawUpwards(BufferedImage image, int x, int y, String text, int paper, int rgb) {
    int width = Math.max(1, width(text));
    BufferedImage line = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = line.createGraphics();
    g.setColor(new Color(paper));
    g.fillRect(0, 0, width, height);
    g.dispose();
    draw(line, 0, 0, text, rgb);
    AffineTransform turned = new AffineTransform(0, -1, 1, 0, x, y);
    Graphics2D on = image.createGraphics();
    on.drawImage(line, turned, null);
    on.dispose();
  }
}
