package dev.fovea.systems.label;

import dev.fovea.data.Mark;
import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the values or colours of masks stand for, as somebody says it: a text such as {@code
 * 0=background,90=cell,#ff8000=nucleus,255=ignore}.
 *
 * <p>A value is a place in a palette or a grey of 0 to 255; a colour has six hexadecimal digits for
 * red, green and blue. Several may stand for one class. Classes have numbers in the order in which
 * they are first named; {@code ignore} is for pixels that do not count.
 *
 * @param classes the names of the classes
 * @param numbers the number of the class of each {@link #code}
 */
public record MaskValues(List<String> classes, Map<Integer, Integer> numbers) {
  /** Codes of colours begin here, behind those of greys and palettes. */
  static final int COLOURS = 1 << 24;

  private static final String IGNORE = "ignore";
  private static final int LEVELS = 256;
  private static final int BYTE = 0xFF;
  private static final int HEX = 16;
  private static final int DIGITS = 6;
  private static final int MOST_CLASSES = 255;

  /** Copies list and map. */
  public MaskValues {
    classes = List.copyOf(classes);
    numbers = Collections.unmodifiableMap(new TreeMap<>(numbers));
  }

  /** Returns the code of a colour; a grey is its value. */
  static int code(int red, int green, int blue) {
    return red == green && green == blue ? red : COLOURS + (red << 16 | green << 8 | blue);
  }

  /** Returns a code as a text. */
  static String text(int code) {
    return code < COLOURS
        ? Integer.toString(code)
        : String.format(Locale.ROOT, "#%06x", code - COLOURS);
  }

  /**
   * Reads a text.
   *
   * @param where what it is from, for messages
   * @throws FoveaException if it is not understood, says a value twice, or names no class
   */
  public static MaskValues parse(String text, String where) {
    List<String> classes = new ArrayList<>();
    Map<Integer, Integer> numbers = new TreeMap<>();
    for (String part : text.split(",", -1)) {
      int at = part.indexOf('=');
      String name = at < 0 ? "" : part.substring(at + 1).strip();
      if (name.isEmpty()) {
        throw new FoveaException(
            "%s: \"%s\": VALUE=CLASS expected, such as 0=background,90=cell,#ff8000=nucleus,255=ignore"
                .formatted(where, Text.shown(part)));
      }
      int code = code(part.substring(0, at).strip(), where);
      if (!name.equals(IGNORE) && !classes.contains(name)) {
        classes.add(name);
      }
      int number = name.equals(IGNORE) ? Mark.Mask.IGNORED : classes.indexOf(name);
      if (numbers.put(code, number) != null) {
        throw new FoveaException("%s: %s is named twice".formatted(where, text(code)));
      }
    }
    if (classes.isEmpty() || classes.size() > MOST_CLASSES) {
      throw new FoveaException(
          "%s: names %s classes, 1 to %s expected".formatted(where, classes.size(), MOST_CLASSES));
    }
    return new MaskValues(classes, numbers);
  }

  private static int code(String word, String where) {
    try {
      if (word.length() == DIGITS + 1 && word.startsWith("#")) {
        int rgb = Integer.parseUnsignedInt(word, 1, word.length(), HEX);
        return code(rgb >> 16, rgb >> 8 & BYTE, rgb & BYTE);
      }
      int value = Integer.parseInt(word);
      if (value >= 0 && value < LEVELS) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Told below, like numbers that are out of range.
    }
    throw new FoveaException(
        "%s: \"%s\" is no value of 0 to 255 and no colour such as #ff8000"
            .formatted(where, Text.shown(word)));
  }
}
