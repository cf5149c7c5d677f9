package dev.fovea.vision;

import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads text of separated values: values may stand in double quotes, within which quotes are
 * doubled and line breaks and separators are part of the value.
 */
final class CsvText {
  private final String where;
  private final String text;
  private final char separator;
  private final List<Line> lines = new ArrayList<>();
  private final List<String> values = new ArrayList<>();
  private final StringBuilder value = new StringBuilder();
  private int number = 1;
  private int begun = 1;

  /**
   * The values of a line.
   *
   * @param number of its first line in the file
   */
  record Line(int number, List<String> values) {}

  private CsvText(String where, String text, char separator) {
    this.where = where;
    this.text = text;
    this.separator = separator;
  }

  /**
   * Returns the lines that are not blank.
   *
   * @param where the file, for messages
   * @throws FoveaException if a quote does not end
   */
  static List<Line> parse(String where, String text, char separator) {
    return new CsvText(where, text, separator).parse();
  }

  private List<Line> parse() {
    boolean quoted = false;
    int quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean end = c == '\n' || c == '\r';
      boolean pair = c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n';
      if (end && !pair) {
        number++;
      }
      if (quoted && c == '"' && i + 1 < text.length() && text.charAt(i + 1) == '"') {
        value.append(c);
        i++;
      } else if (c == '"') {
        quoted = !quoted;
        quote = number;
      } else if (end && !quoted) {
        if (!pair) {
          line();
        }
      } else if (c == separator && !quoted) {
        value();
      } else {
        value.append(c);
      }
    }
    if (quoted) {
      throw new FoveaException(where + ", line " + quote + ": a quote that does not end");
    }
    line();
    return lines;
  }

  private void value() {
    values.add(Text.unbroken(value.toString()));
    value.setLength(0);
  }

  private void line() {
    value();
    if (!values.stream().allMatch(String::isEmpty)) {
      lines.add(new Line(begun, List.copyOf(values)));
    }
    values.clear();
    begun = number;
  }
}
