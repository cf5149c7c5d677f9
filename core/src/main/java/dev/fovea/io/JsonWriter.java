package dev.fovea.io;

import java.util.List;
import java.util.Map;

/** Writes values as compact JSON; the same value always gives the same text. */
final class JsonWriter {
  private JsonWriter() {}

  static void append(Object value, StringBuilder out) {
    switch (value) {
      case String s -> appendString(s, out);
      case Map<?, ?> map -> appendObject(map, out);
      case List<?> list -> appendArray(list, out);
      case Double d -> out.append(finite(d));
      case Float f -> out.append(finite(f));
      case Long n -> out.append(n.longValue());
      case Integer n -> out.append(n.intValue());
      case Boolean b -> out.append(b.booleanValue());
      case Json.Null ignored -> out.append("null");
      default ->
          throw new IllegalArgumentException("no JSON form of " + value.getClass().getName());
    }
  }

  private static Number finite(Number n) {
    if (!Double.isFinite(n.doubleValue())) {
      throw new IllegalArgumentException("no JSON form of the number " + n);
    }
    return n;
  }

  private static void appendObject(Map<?, ?> map, StringBuilder out) {
    String separator = "{";
    for (Map.Entry<?, ?> e : map.entrySet()) {
      out.append(separator);
      appendString((String) e.getKey(), out);
      out.append(':');
      append(e.getValue(), out);
      separator = ",";
    }
    out.append(map.isEmpty() ? "{}" : "}");
  }

  private static void appendArray(List<?> list, StringBuilder out) {
    String separator = "[";
    for (Object o : list) {
      out.append(separator);
      append(o, out);
      separator = ",";
    }
    out.append(list.isEmpty() ? "[]" : "]");
  }

  private static void appendString(String s, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < 0x20 || loneSurrogate(s, i)) {
            out.append("\\u%04x".formatted((int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  private static boolean loneSurrogate(String s, int i) {
    char c = s.charAt(i);
    if (Character.isHighSurrogate(c)) {
      return i + 1 == s.length() || !Character.isLowSurrogate(s.charAt(i + 1));
    }
    return Character.isLowSurrogate(c) && (i == 0 || !Character.isHighSurrogate(s.charAt(i - 1)));
  }
}
