package dev.fovea.vision;

import java.awt.image.BufferedImage;
import java.util.Locale;

/**
 * Letters of five by seven pixels, drawn without the fonts of the system, which may have none.
 *
 * <p>Small letters are drawn as capitals; what has no form is drawn as a box.
 */
final class PixelFont {
  /** The distance from one letter to the next. */
  static final int ADVANCE = 6;

  /** The height of a line. */
  static final int HEIGHT = 7;

  private static final String LETTERS = " -.:%/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ×+#_()√=?";

  /** For each letter its seven rows, each a letter of 32 whose bits are the five pixels. */
  private static final String[] ROWS = {
    "0000000", "000V000", "0000066", "0660660", "OP248J3", "0124800", "EHJLPHE", "4C4444E",
    "EH1248V", "V2421HE", "26AIV22", "VGU11HE", "68GUHHE", "V124888", "EHHEHHE", "EHHF12C",
    "EHHHVHH", "UHHUHHU", "EHGGGHE", "SIHHHIS", "VGGUGGV", "VGGUGGG", "EHGNHHF", "HHHVHHH",
    "E44444E", "72222IC", "HIKOKIH", "GGGGGGV", "HRLLHHH", "HHPLJHH", "EHHHHHE", "UHHUGGG",
    "EHHHLID", "UHHUKIH", "FGGE11U", "V444444", "HHHHHHE", "HHHHHA4", "HHHLLLA", "HHA4AHH",
    "HHHA444", "V1248GV", "00HA4AH", "044V440", "AAVAVAA", "000000V", "2488842", "8422248",
    "3224A4C", "00V0V00", "EH12404"
  };

  private PixelFont() {}

  /** Draws a line of text with its upper left corner at (x, y). */
  static void draw(BufferedImage image, int x, int y, String text, int rgb) {
    String capitals = text.toUpperCase(Locale.ROOT);
    for (int i = 0; i < capitals.length(); i++) {
      letter(image, x + i * ADVANCE, y, LETTERS.indexOf(capitals.charAt(i)), rgb);
    }
  }

  private static void letter(BufferedImage image, int x, int y, int index, int rgb) {
    String rows = index < 0 ? "VHHHHHV" : ROWS[index];
    for (int row = 0; row < HEIGHT; row++) {
      int bits = Character.digit(rows.charAt(row), 32);
      for (int column = 0; column < 5; column++) {
        int px = x + column;
        int py = y + row;
        boolean inside = px >= 0 && px < image.getWidth() && py >= 0 && py < image.getHeight();
        if (inside && (bits >> (4 - column) & 1) == 1) {
          image.setRGB(px, py, rgb);
        }
      }
    }
  }
}
