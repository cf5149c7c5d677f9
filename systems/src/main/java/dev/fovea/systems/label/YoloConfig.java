package dev.fovea.systems.label;

import dev.fovea.io.Json;
import dev.fovea.io.Text;
import dev.fovea.io.TextFile;
import dev.fovea.tensor.FoveaException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a {@code data.yaml} beside YOLO's labels says of classes and key points. Of YAML only what
 * such files are made of is read: lists in brackets or lines, and numbered names.
 *
 * @param names the names of the classes
 * @param joints how many key points an object has
 * @param mirrored for each key point the one it is in a mirror image, empty if that is not said
 */
record YoloConfig(List<String> names, int joints, List<Integer> mirrored) {
  private static final long LONGEST = 1 << 20;
  private static final int MOST_JOINTS = 1000;
  private static final Pattern KEY = Pattern.compile("([A-Za-z_]++):\\s*+(.*+)");
  private static final Pattern NUMBERED = Pattern.compile("\\s++['\"]?(\\d{1,6})['\"]?:\\s*+(.++)");
  private static final Pattern ITEM = Pattern.compile("\\s*+-\\s++(.++)");

  static YoloConfig none() {
    return new YoloConfig(List.of(), 0, List.of());
  }

  /**
   * Reads a file.
   *
   * @throws FoveaException if what it says of classes and key points is not in one of the usual
   *     forms
   */
  static YoloConfig read(Path file) {
    return parse(TextFile.read(file, LONGEST), file.toString());
  }

  static YoloConfig parse(String text, String source) {
    List<String> names = LabelNames.requireDifferent(list(text, "names", source), source);
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).isBlank()) {
        throw new FoveaException("%s: names: class %s has no name".formatted(source, i));
      }
    }
    List<Integer> shape = numbers(list(text, "kpt_shape", source), source + " kpt_shape");
    int joints = shape.isEmpty() ? 0 : shape.get(0);
    List<Integer> mirrored = numbers(list(text, "flip_idx", source), source + " flip_idx");
    boolean kinds = mirrored.stream().allMatch(m -> m < joints);
    if (joints > MOST_JOINTS || !kinds || (!mirrored.isEmpty() && mirrored.size() != joints)) {
      throw new FoveaException(
          "%s: flip_idx %s of %s key points: each of their numbers expected"
              .formatted(source, Text.shown(mirrored.toString()), joints));
    }
    return new YoloConfig(names, joints, mirrored);
  }

  private static List<Integer> numbers(List<String> words, String where) {
    List<Integer> numbers = new ArrayList<>();
    for (String w : words) {
      if (!w.matches("\\d{1,6}")) {
        throw new FoveaException("%s: \"%s\" is no whole number".formatted(where, Text.shown(w)));
      }
      numbers.add(Integer.valueOf(w));
    }
    return numbers;
  }

  /** Returns the values of a key: [a, b], lines of "- a", or of "0: a" in the order of numbers. */
  private static List<String> list(String text, String key, String source) {
    List<String> lines = text.lines().map(YoloConfig::withoutComment).toList();
    for (int i = 0; i < lines.size(); i++) {
      Matcher m = KEY.matcher(lines.get(i));
      if (m.matches() && m.group(1).equals(key)) {
        String rest = joined(m.group(2).strip(), lines, i + 1);
        return rest.isEmpty() ? block(lines, i + 1, source) : inBrackets(rest, source + " " + key);
      }
    }
    return List.of();
  }

  private static String withoutComment(String line) {
    for (int i : unquotedPlaces(line, '#')) {
      if (i == 0 || Character.isWhitespace(line.charAt(i - 1))) {
        return line.substring(0, i).stripTrailing();
      }
    }
    return line.stripTrailing();
  }

  /** Returns where a character stands outside of quotation marks, which open where values begin. */
  private static List<Integer> unquotedPlaces(String text, char wanted) {
    List<Integer> places = new ArrayList<>();
    char mark = 0;
    char last = ','; // the last that is no blank: a value begins where the text does
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (mark != 0 && isEscaped(text, i, mark)) {
        i++;
      } else if (mark != 0) {
        mark = c == mark ? 0 : mark;
      } else if ((c == '"' || c == '\'') && ":[,-".indexOf(last) >= 0) {
        mark = c;
      } else if (c == wanted) {
        places.add(i);
      }
      last = Character.isWhitespace(c) ? last : c;
    }
    return places;
  }

  /** Returns whether the character behind one in quotation marks is part of the text: \\" or ''. */
  private static boolean isEscaped(String text, int place, char mark) {
    char c = text.charAt(place);
    return mark == '"' ? c == '\\' : c == mark && text.startsWith("''", place);
  }

  /** A list in brackets may go on in the lines below. */
  private static String joined(String begun, List<String> lines, int next) {
    StringBuilder all = new StringBuilder(begun);
    boolean open = begun.startsWith("[") && !begun.contains("]");
    for (int i = next; open && i < lines.size(); i++) {
      all.append(' ').append(lines.get(i).strip());
      open = !lines.get(i).contains("]");
    }
    return all.toString();
  }

  private static List<String> inBrackets(String text, String where) {
    if (!text.startsWith("[") || !text.endsWith("]")) {
      throw new FoveaException(
          "%s: a list such as [a, b] or one name a line expected, got %s"
              .formatted(where, Text.shown(text)));
    }
    String inner = text.substring(1, text.length() - 1).strip();
    List<Integer> ends = unquotedPlaces(inner, ',');
    ends.add(inner.length());
    List<String> values = new ArrayList<>();
    int from = 0;
    for (int end : ends) {
      String value = inner.substring(from, end);
      if (!value.isBlank()) {
        values.add(unquoted(value));
      }
      from = end + 1;
    }
    return values;
  }

  private static List<String> block(List<String> lines, int from, String source) {
    List<String> items = new ArrayList<>();
    Map<Integer, String> numbered = new TreeMap<>();
    for (int i = from; i < lines.size(); i++) {
      Matcher item = ITEM.matcher(lines.get(i));
      Matcher number = NUMBERED.matcher(lines.get(i));
      if (item.matches()) {
        items.add(unquoted(item.group(1)));
      } else if (number.matches()) {
        numbered.put(Integer.valueOf(number.group(1)), unquoted(number.group(2)));
      } else if (!lines.get(i).isBlank()) {
        break;
      }
    }
    items.addAll(numbered.values());
    int place = 0;
    for (int number : numbered.keySet()) {
      if (number != place++) {
        throw new FoveaException(
            "%s: names %s: the number %s is missing"
                .formatted(source, Text.shown(numbered.keySet().toString()), place - 1));
      }
    }
    return items;
  }

  private static String unquoted(String text) {
    String s = text.strip();
    boolean quoted = s.length() >= 2 && (s.charAt(0) == '"' || s.charAt(0) == '\'');
    if (!quoted || s.charAt(s.length() - 1) != s.charAt(0)) {
      return s;
    }
    String inner = s.substring(1, s.length() - 1);
    return s.charAt(0) == '"' ? unescaped(s, inner) : inner.replace("''", "'");
  }

  /** The escapes of JSON's strings are YAML's too; a text with others is taken as it stands. */
  private static String unescaped(String quoted, String inner) {
    try {
      return Json.string(Json.parse(quoted, "a name"), "a name");
    } catch (FoveaException e) {
      return inner;
    }
  }

  /** Returns a name as YAML in quotation marks, which are JSON's. */
  static String quoted(String name) {
    return Json.write(name);
  }
}
