package dev.fovea.io;

/** Makes text from files fit for messages: it may hold anything and be of any length. */
public final class Text {
  /** The most characters of a name or value that a message shows. */
  public static final int SHOWN = 80;

  private Text() {}

  /**
   * Returns the text as one line: line ends become spaces, and control and formatting characters
   * (Unicode categories Cc and Cf), which a terminal may obey, question marks.
   */
  public static String oneLine(String s) {
    return s.strip().replaceAll("\\s*\\R\\s*", " ").replaceAll("[\\p{Cc}\\p{Cf}]", "?");
  }

  /** Returns the text as one line of at most {@value #SHOWN} characters and an ellipsis. */
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
