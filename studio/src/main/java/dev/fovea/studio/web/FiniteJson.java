package dev.fovea.studio.web;

import dev.fovea.io.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON in which numbers that are not finite, as networks that have diverged give, are null. */
final class FiniteJson {
  private FiniteJson() {}

  /** Returns the text of a value. */
  static String write(Object value) {
    return Json.write(finite(value));
  }

  private static Object finite(Object value) {
    return switch (value) {
      case Map<?, ?> map -> {
        Map<Object, Object> all = new LinkedHashMap<>();
        map.forEach((key, member) -> all.put(key, finite(member)));
        yield all;
      }
      case List<?> list -> list.stream().map(FiniteJson::finite).toList();
      case Double d when !Double.isFinite(d) -> Json.Null.NULL;
      case Float f when !Float.isFinite(f) -> Json.Null.NULL;
      default -> value;
    };
  }
}
