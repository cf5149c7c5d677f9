package dev.fovea.cli;

import dev.fovea.io.Json;
import dev.fovea.io.Text;
import dev.fovea.io.TextFile;
import dev.fovea.tensor.FoveaException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A file with the names of classes: one per line, or JSON: a list of names, or an object whose keys
 * are numbers from 0 on ({@code {"0": "cat"}}) or whose values are ({@code {"cat": 0}}). Of a list
 * instead of a name, as ImageNet's index has it, the last is the name.
 */
final class LabelFile {
  private static final long MOST_BYTES = 64L << 20;
  private static final String EXPECTED = "a text with the name of one class per line, or JSON";

  private LabelFile() {}

  /**
   * Returns the names in the order of their numbers, each on one line.
   *
   * @throws FoveaException if the file cannot be read, is not such a list or has no name
   */
  static List<String> read(Path file) {
    String text = TextFile.read(file, MOST_BYTES, EXPECTED).stripTrailing();
    boolean json =
        (text.startsWith("{") && text.endsWith("}"))
            || (text.startsWith("[") && text.endsWith("]"));
    List<String> names =
        json
            ? names(Json.parse(text, file.toString()), file)
            : text.lines().map(Text::oneLine).toList();
    if (names.isEmpty()) {
      throw new FoveaException("%s: no names in it, expected %s".formatted(file, EXPECTED));
    }
    return names;
  }

  private static List<String> names(Object json, Path file) {
    String where = file.toString();
    if (json instanceof List<?> list) {
      return list.stream().map(name -> name(name, where)).toList();
    }
    Map<Integer, String> names = new TreeMap<>();
    Map<String, Object> object = Json.object(json, where);
    object.forEach((key, value) -> {
      Optional<Integer> number = number(key);
      if (number.isPresent()) {
        names.put(number.get(), name(value, where));
      } else {
        names.put(Math.toIntExact(Json.integer(value, where)), Text.oneLine(key));
      }
    });
    boolean whole = names.size() == object.size();
    for (int i = 0; i < names.size(); i++) {
      whole &= names.containsKey(i);
    }
    if (!whole) {
      throw new FoveaException(file + ": the classes are not numbered from 0 on, without gaps");
    }
    return List.copyOf(names.values());
  }

  private static Optional<Integer> number(String key) {
    boolean digits =
        key.length() <= 9 && !key.isEmpty() && key.chars().allMatch(c -> c >= '0' && c <= '9');
    return digits ? Optional.of(Integer.valueOf(key)) : Optional.empty();
  }

  private static String name(Object value, String where) {
    Object name = value instanceof List<?> list && !list.isEmpty() ? list.getLast() : value;
    return Text.oneLine(Json.string(name, where));
  }
}
