package dev.fovea.io;

import java.util.regex.Pattern;

/** Makes text of unknown origin, such as names in files, safe to show in messages. */
public final class Text {
  /** The maximal number of characters of a name or value in a message. */
  public static final int SHOWN = 80;

  /**
   * Blanks, as many as there are. A pattern that may begin within a run of blanks, and fail at its
   * end, would pass a long run once for each of them.
   */
  private static final Pattern BLANKS = Pattern.compile("\\s*+[\\x85\\u2028\\u2029]\\s*+|\\s++");

  private static final Pattern BREAK = Pattern.compile("\\R");

  private Text() {}

  /**
   * Returns the text as one line: line breaks become spaces; control and formatting characters
   * (Unicode categories Cc and Cf), which a terminal might interpret, become question marks.
   */
  public static String oneLine(String s) {
    return unbroken(s).replaceAll("[\\p{Cc}\\p{Cf}]", "?");
  }

  /** Returns the text without blanks around it; line breaks, with the blanks around, are spaces. */
  public static String unbroken(String s) {
    return BLANKS.matcher(s.strip()).replaceAll(m -> breaks(m.group()) ? " " : m.group());
  }

  private static boolean breaks(String blanks) {
    return BREAK.matcher(blanks).find();
  }

  /**
   * Returns the text as one line of at most {@value #SHOWN} characters, with an ellipsis if it was
   * cut.
   */
  public static String shown(String s) {
    return cut(oneLine(s), SHOWN);
  }

  /** Returns the first {@code length} characters with an ellipsis, or the whole text if shorter. */
  public static String cut(String s, int length) {
    if (s.length() <= length) {
      return s;
    }
    // A pair of surrogates is one character and stays whole.
    int end = Character.isHighSurrogate(s.charAt(length - 1)) ? length - 1 : length;
    return s.substring(0, end) + "…";
  }
}
