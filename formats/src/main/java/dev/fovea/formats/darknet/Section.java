package dev.fovea.formats.darknet;

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
 * A section of a cfg file: its name in brackets and its options.
 *
 * @param index which section it is, 0 for the first layer; −1 for the one about the whole network
 * @param kind the name in brackets
 * @param options the options by name
 * @param used the names of the options that have been asked for
 */
record Section(int index, String kind, Map<String, String> options, Set<String> used) {
  /** The most sections of a file. */
  private static final int MOST = 10_000;

  /** The largest number of an option that means a size. */
  private static final int LARGEST = 1 << 24;

  /** Returns the sections of a text. */
  static List<Section> parse(String text) {
    List<Section> sections = new ArrayList<>();
    String[] lines = text.split("\\R", -1);
    for (int i = 0; i < lines.length; i++) {
      String line = lines[i].strip();
      if (line.isEmpty() || line.startsWith("#") || line.startsWith(";")) {
        continue;
      }
      if (line.startsWith("[")) {
        sections.add(begin(line, sections.size() - 1, i + 1));
      } else if (sections.isEmpty()) {
        throw bad(i + 1, "an option before the first section: ", line);
      } else {
        option(sections.getLast(), line, i + 1);
      }
      if (sections.size() > MOST) {
        throw new FoveaException("more than " + MOST + " sections");
      }
    }
    return sections;
  }

  private static Section begin(String line, int index, int number) {
    if (!line.endsWith("]") || line.length() < 3) {
      throw bad(number, "a section is written [name], got ", line);
    }
    String kind = line.substring(1, line.length() - 1).strip();
    return new Section(index, kind, new LinkedHashMap<>(), new HashSet<>());
  }

  private static void option(Section section, String line, int number) {
    int equals = line.indexOf('=');
    if (equals < 1) {
      throw bad(number, "an option is written name=value, got ", line);
    }
    section.options.put(line.substring(0, equals).strip(), line.substring(equals + 1).strip());
  }

  private static FoveaException bad(int line, String what, String got) {
    return new FoveaException("line " + line + ": " + what + Text.shown(got));
  }

  /** Returns what the section is called in messages and paths, such as {@code maxpool_12}. */
  String name() {
    return kind + "_" + index;
  }

  /** Returns the names of options that were not asked for and are not 0, which sets nothing. */
  List<String> unused() {
    return options.keySet().stream()
        .filter(name -> !used.contains(name) && !"0".equals(options.get(name)))
        .toList();
  }

  private @Nullable String value(String name) {
    used.add(name);
    return options.get(name);
  }

  boolean has(String name) {
    return value(name) != null;
  }

  String text(String name, String otherwise) {
    String value = value(name);
    return value == null ? otherwise : value;
  }

  /** Returns a whole number of at least {@code least}. */
  int integer(String name, int otherwise, int least) {
    String value = value(name);
    return value == null ? otherwise : integer(name, value, least, LARGEST);
  }

  /** Returns a required whole number of at least 1. */
  int size(String name) {
    String value = value(name);
    if (value == null) {
      throw new FoveaException(name() + ": the option " + name + " is missing");
    }
    return integer(name, value, 1, LARGEST);
  }

  /** Returns a list of whole numbers. */
  List<Integer> integers(String name) {
    List<Integer> all = new ArrayList<>();
    for (String part : text(name, "").split(",", -1)) {
      if (!part.isBlank()) {
        all.add(integer(name, part.strip(), -LARGEST, LARGEST));
      }
    }
    return all;
  }

  private int integer(String name, String value, int least, int most) {
    try {
      // Darknet reads numbers with atoi: a comment may follow.
      int n = Integer.parseInt(value.split("[\\s#;]", 2)[0]);
      if (n >= least && n <= most) {
        return n;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw new FoveaException(
        "%s: %s=%s, a whole number of at least %s expected"
            .formatted(name(), name, Text.shown(value), least));
  }

  /** Returns a finite number. */
  float number(String name, float otherwise) {
    String value = value(name);
    if (value == null) {
      return otherwise;
    }
    try {
      float x = Float.parseFloat(value.split("[\\s#;]", 2)[0]);
      if (Float.isFinite(x)) {
        return x;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw new FoveaException(
        "%s: %s=%s, a number expected".formatted(name(), name, Text.shown(value)));
  }
}
