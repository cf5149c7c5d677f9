package dev.fovea.systems.draw;

import java.awt.Color;
import java.util.List;

/**
 * Colours of classes and objects that people tell apart who see colours differently: those of Okabe
 * and Ito (2008), then the same lighter and darker.
 */
public final class Palette {
  private static final List<Color> COLOURS =
      List.of(
          new Color(230, 159, 0),
          new Color(86, 180, 233),
          new Color(0, 158, 115),
          new Color(240, 228, 66),
          new Color(0, 114, 178),
          new Color(213, 94, 0),
          new Color(204, 121, 167));

  private static final List<Double> SHADES = List.of(0.0, 0.45, -0.4, 0.7, -0.6);

  /** From this brightness of 0 … 255 on a colour is written on in black. */
  private static final double BRIGHT = 128;

  private Palette() {}

  /** Returns the colour of a number; neighbours differ most. */
  public static Color of(int number) {
    int n = Math.floorMod(number, COLOURS.size() * SHADES.size());
    return shaded(COLOURS.get(n % COLOURS.size()), SHADES.get(n / COLOURS.size()));
  }

  /** Returns a colour that is lighter, up to white at 1, or darker, down to black at −1. */
  static Color shaded(Color c, double by) {
    return new Color(part(c.getRed(), by), part(c.getGreen(), by), part(c.getBlue(), by));
  }

  private static int part(int value, double by) {
    double to = by > 0 ? 255 : 0;
    return (int) Math.round(value + Math.abs(by) * (to - value));
  }

  /** Returns black or white, whichever can be read on a colour. */
  static Color ink(Color paper) {
    double light = 0.299 * paper.getRed() + 0.587 * paper.getGreen() + 0.114 * paper.getBlue();
    return light >= BRIGHT ? Color.BLACK : Color.WHITE;
  }
}
