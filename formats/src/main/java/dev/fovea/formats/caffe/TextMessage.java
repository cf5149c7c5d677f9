package dev.fovea.formats.caffe;

import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A message in protobuf's text format: fields by name, each with one or several values, a text or a
 * message.
 *
 * <p>Accessors name the path of a message in what they throw.
 */
final class TextMessage {
  private final String path;
  private final Map<String, List<Object>> fields = new LinkedHashMap<>();
  private final Set<String> used = new HashSet<>();

  TextMessage(String path) {
    this.path = path;
  }

  void put(String name, Object value) {
    fields.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
  }

  /** Returns where the message stands, such as {@code layer.convolution_param}. */
  String path() {
    return path;
  }

  boolean has(String name) {
    return !values(name).isEmpty();
  }

  private List<Object> values(String name) {
    used.add(name);
    return fields.getOrDefault(name, List.of());
  }

  /**
   * Returns the paths below this message of the fields that were not asked for.
   *
   * @param known the names of fields that need not be
   */
  List<String> unused(Set<String> known) {
    List<String> paths = new ArrayList<>();
    fields.forEach((name, values) -> {
      if (used.contains(name)) {
        for (Object value : values) {
          if (value instanceof TextMessage m) {
            m.unused(known).forEach(path -> paths.add(Text.shown(name) + "." + path));
          }
        }
      } else if (!known.contains(name)) {
        paths.add(Text.shown(name));
      }
    });
    return paths.stream().distinct().toList();
  }

  /** Returns the messages of a repeated field. */
  List<TextMessage> messages(String name) {
    List<TextMessage> all = new ArrayList<>();
    for (Object value : values(name)) {
      if (!(value instanceof TextMessage m)) {
        throw wrong(name, value, "a message { … }");
      }
      all.add(m);
    }
    return all;
  }

  /** Returns the message of a field; an empty one where there is none. */
  TextMessage message(String name) {
    List<TextMessage> all = messages(name);
    return all.isEmpty() ? new TextMessage(path + "." + name) : all.getLast();
  }

  /** Returns the texts of a repeated field. */
  List<String> texts(String name) {
    List<String> all = new ArrayList<>();
    for (Object value : values(name)) {
      if (!(value instanceof String s)) {
        throw wrong(name, value, "a value");
      }
      all.add(s);
    }
    return all;
  }

  @Nullable String text(String name) {
    List<String> all = texts(name);
    return all.isEmpty() ? null : all.getLast();
  }

  String text(String name, String otherwise) {
    String value = text(name);
    return value == null ? otherwise : value;
  }

  /** Returns the whole numbers of a repeated field. */
  List<Integer> integers(String name) {
    return texts(name).stream().map(s -> integer(name, s)).toList();
  }

  int integer(String name, int otherwise) {
    String value = text(name);
    return value == null ? otherwise : integer(name, value);
  }

  private int integer(String name, String value) {
    try {
      return Integer.decode(value);
    } catch (NumberFormatException e) {
      throw wrong(name, value, "a whole number");
    }
  }

  float number(String name, float otherwise) {
    String value = text(name);
    return value == null ? otherwise : number(name, value);
  }

  /** Returns the numbers of a repeated field. */
  List<Float> numbers(String name) {
    return texts(name).stream().map(s -> number(name, s)).toList();
  }

  private float number(String name, String value) {
    try {
      float x = Float.parseFloat(value);
      if (Float.isFinite(x)) {
        return x;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw wrong(name, value, "a number");
  }

  boolean bool(String name, boolean otherwise) {
    String value = text(name);
    if (value == null) {
      return otherwise;
    }
    return switch (value) {
      case "true", "t", "True", "1" -> true;
      case "false", "f", "False", "0" -> false;
      default -> throw wrong(name, value, "true or false");
    };
  }

  FoveaException wrong(String name, Object value, String wanted) {
    String got = value instanceof String s ? Text.shown(s) : "a message";
    return new FoveaException(path + ": " + name + " is " + got + ", expected " + wanted);
  }
}
