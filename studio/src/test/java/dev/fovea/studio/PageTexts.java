package dev.fovea.studio;

import dev.fovea.io.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The texts of the page, as they lie in the sources. */
final class PageTexts {
  /** Where the files of the page lie. */
  static final Path PAGE =
      Path.of("src", "main", "resources", "dev", "fovea", "studio", "web", "page");

  private static final Pattern PLACE = Pattern.compile("\\{(\\w+)}");

  private PageTexts() {}

  /** Returns the file of English texts, as JSON. */
  static Map<String, Object> english() {
    try {
      return Json.parseObject(Files.readString(PAGE.resolve("texts/en.json")), "en.json");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the names of all rooms, in their order. */
  static List<String> rooms() {
    Map<?, ?> rooms = (Map<?, ?>) Objects.requireNonNull(english().get("rooms"));
    return rooms.keySet().stream().map(String.class::cast).toList();
  }

  /** Returns all texts by key; forms of a plural are one text, its last form. */
  static Map<String, String> byKey() {
    Map<String, String> all = new LinkedHashMap<>();
    collect(english(), "", all);
    return all;
  }

  private static void collect(Object texts, String key, Map<String, String> all) {
    if (texts instanceof Map<?, ?> m && m.get("other") instanceof String text) {
      all.put(key, text);
    } else if (texts instanceof Map<?, ?> m) {
      m.forEach((name, t) -> collect(t, key.isEmpty() ? name.toString() : key + "." + name, all));
    } else if (texts instanceof List<?> l) {
      for (int i = 0; i < l.size(); i++) {
        collect(l.get(i), key + "." + i, all);
      }
    } else {
      all.put(key, (String) texts);
    }
  }

  /** Returns the names of a text's placeholders. */
  static Set<String> places(String text) {
    return PLACE
        .matcher(text)
        .results()
        .map(m -> m.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Returns texts in another language. */
  static Object translated(Object texts, UnaryOperator<String> words) {
    return switch (texts) {
      case Map<?, ?> m -> {
        Map<String, Object> all = new LinkedHashMap<>();
        m.forEach((name, t) -> all.put(name.toString(), translated(t, words)));
        yield all;
      }
      case List<?> l -> l.stream().map(t -> translated(t, words)).toList();
      default -> words.apply((String) texts);
    };
  }

  /** Returns a text in fullwidth letters, its placeholders as they are. */
  static String wide(String text) {
    StringBuilder out = new StringBuilder();
    int from = 0;
    for (MatchResult place : PLACE.matcher(text).results().toList()) {
      out.append(widened(text.substring(from, place.start()))).append(place.group());
      from = place.end();
    }
    return out.append(widened(text.substring(from))).toString();
  }

  private static String widened(String text) {
    return text.chars()
        .mapToObj(c -> Character.toString(c < 128 && Character.isLetter(c) ? c + 0xFEE0 : c))
        .collect(Collectors.joining());
  }
}
