package dev.fovea.systems.draw;

import dev.fovea.vision.Lettering;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/** Names beside what they name, where possible not on each other. */
final class Tags {
  private static final int PADDING = 3;

  private final BufferedImage image;
  private final Lettering letters;
  private final List<Rectangle> taken = new ArrayList<>();

  Tags(BufferedImage image, Lettering letters) {
    this.image = image;
    this.letters = letters;
  }

  /** Writes a name above a rectangle, or where there is room for it: within, below. */
  void at(Rectangle around, String text, Color paper) {
    String fitted = letters.fitted(text, image.getWidth() - 2 * PADDING);
    int width = letters.width(fitted) + 2 * PADDING;
    int height = letters.height() + 2;
    List<Integer> tops =
        List.of(
            around.y - height,
            around.y,
            around.y + around.height,
            around.y + around.height - height,
            around.y + height);
    Rectangle best = place(around.x, tops.get(0), width, height);
    for (int top : tops) {
      Rectangle tag = place(around.x, top, width, height);
      if (tag.y == top && taken.stream().noneMatch(tag::intersects)) {
        best = tag;
        break;
      }
    }
    taken.add(best);
    draw(best, fitted, paper);
  }

  /** Writes a name into the middle of something. */
  void inMiddle(int x, int y, String text, Color paper) {
    int width = letters.width(text) + 2 * PADDING;
    int height = letters.height() + 2;
    Rectangle tag = place(x - width / 2, y - height / 2, width, height);
    if (taken.stream().noneMatch(tag::intersects)) {
      taken.add(tag);
      draw(tag, text, paper);
    }
  }

  private Rectangle place(int x, int y, int width, int height) {
    return new Rectangle(
        Math.clamp(x, 0, Math.max(0, image.getWidth() - width)),
        Math.clamp(y, 0, Math.max(0, image.getHeight() - height)),
        width,
        height);
  }

  private void draw(Rectangle tag, String text, Color paper) {
    Graphics2D g = image.createGraphics();
    g.setColor(paper);
    g.fill(tag);
    g.dispose();
    int ink = Palette.ink(paper).getRGB() & 0xFFFFFF;
    letters.draw(image, tag.x + PADDING, tag.y + 1, text, ink);
  }
}
