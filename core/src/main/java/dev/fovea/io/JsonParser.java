package dev.fovea.io;

import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A recursive-descent reader of strict JSON. */
final class JsonParser {
  /** The longest number, with sign and point, whose digits are surely an exact double. */
  private static final int SHORT = 15;

  private static final double[] POWERS = {
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14
  };

  private final String text;
  private final String source;
  private final @Nullable Map<String, List<Object>> repeated;
  private int at;
  private int depth;

  JsonParser(String text, String source) {
    this(text, source, null);
  }

  /**
   * Creates a reader.
   *
   * @param repeated takes the values that later ones of the same name in the outermost object
   *     replace, and allows names to repeat everywhere; null to refuse that
   */
  JsonParser(String text, String source, @Nullable Map<String, List<Object>> repeated) {
    this.text = text;
    this.source = source;
    this.repeated = repeated;
  }

  Object parse() {
    if (text.length() > Json.MAX_LENGTH) {
      throw new FoveaException(
          source + ": JSON of " + text.length() + " characters, at most " + Json.MAX_LENGTH);
    }
    Object value = value();
    skipSpace();
    if (at < text.length()) {
      throw error("something follows the value");
    }
    return value;
  }

  private Object value() {
    skipSpace();
    char c = peek();
    return switch (c) {
      case '{' -> nested(this::object);
      case '[' -> nested(this::array);
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", Json.Null.NULL);
      default -> number();
    };
  }

  private Object nested(Supplier<Object> body) {
    if (++depth > Json.MAX_DEPTH) {
      throw error("nested deeper than " + Json.MAX_DEPTH);
    }
    at++;
    Object value = body.get();
    depth--;
    return value;
  }

  private Object object() {
    skipSpace();
    if (accept('}')) {
      return Map.of();
    }
    Map<String, Object> map = new LinkedHashMap<>();
    do {
      skipSpace();
      int start = at;
      String name = string();
      skipSpace();
      expect(':');
      @Nullable Object before = map.put(name, value());
      if (before != null) {
        repeat(name, before, start);
      }
      skipSpace();
    } while (accept(','));
    expect('}');
    return Collections.unmodifiableMap(map);
  }

  private void repeat(String name, Object before, int start) {
    if (repeated == null) {
      at = start;
      throw error("the name \"" + Text.cut(name, Json.SHOWN) + "\" occurs twice");
    }
    if (depth == 1) {
      repeated.computeIfAbsent(name, n -> new ArrayList<>()).add(before);
    }
  }

  private Object array() {
    skipSpace();
    if (accept(']')) {
      return List.of();
    }
    JsonNumbers.Builder numbers = new JsonNumbers.Builder();
    do {
      skipSpace();
      if (!atNumber()) {
        return mixed(new ArrayList<>(numbers.build()));
      }
      number(numbers);
      skipSpace();
    } while (accept(','));
    expect(']');
    return numbers.build();
  }

  /** Reads the rest of an array, of which not all elements are numbers. */
  private List<Object> mixed(List<Object> list) {
    do {
      list.add(value());
      skipSpace();
    } while (accept(','));
    expect(']');
    return Collections.unmodifiableList(list);
  }

  private boolean atNumber() {
    char c = peek();
    return c == '-' || (c >= '0' && c <= '9');
  }

  private Object word(String word, Object value) {
    if (!text.startsWith(word, at)) {
      throw error("not a JSON value");
    }
    at += word.length();
    return value;
  }

  private String string() {
    expect('"');
    StringBuilder out = new StringBuilder();
    while (true) {
      char c = peek();
      at++;
      if (c == '"') {
        return checkSurrogates(out.toString());
      }
      if (c < 0x20) {
        at--;
        throw error("a control character inside a string");
      }
      out.append(c == '\\' ? escape() : c);
    }
  }

  private char escape() {
    char c = peek();
    at++;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicode();
      default -> {
        at--;
        throw error("an unknown escape \\" + c);
      }
    };
  }

  private char unicode() {
    int code = 0;
    for (int i = 0; i < 4; i++) {
      char c = peek();
      int digit = c < 128 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        throw error("\\u needs four hexadecimal digits");
      }
      code = code * 16 + digit;
      at++;
    }
    return (char) code;
  }

  private String checkSurrogates(String s) {
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < s.length()
          && Character.isLowSurrogate(s.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        throw error("an unpaired surrogate in a string");
      }
    }
    return s;
  }

  private Object number() {
    JsonNumbers.Builder one = new JsonNumbers.Builder();
    number(one);
    return one.build().get(0);
  }

  private void number(JsonNumbers.Builder to) {
    int start = at;
    accept('-');
    if (!accept('0')) {
      digits(start);
    }
    boolean whole = true;
    if (accept('.')) {
      whole = false;
      digits(start);
    }
    if (accept('e') || accept('E')) {
      whole = false;
      if (!accept('+')) {
        accept('-');
      }
      digits(start);
    }
    if (!addShort(start, whole, to)) {
      add(text.substring(start, at), whole, start, to);
    }
  }

  /**
   * Adds a number of at most 15 characters and without exponent, of which no text need be made: its
   * digits and the power of ten that divides them are exact doubles, so the quotient is the nearest
   * double to the number.
   */
  private boolean addShort(int start, boolean whole, JsonNumbers.Builder to) {
    if (at - start > SHORT) {
      return false;
    }
    long digits = 0;
    int point = at - 1;
    for (int i = start; i < at; i++) {
      char c = text.charAt(i);
      if (c == 'e' || c == 'E') {
        return false;
      } else if (c == '.') {
        point = i;
      } else if (c != '-') {
        digits = 10 * digits + c - '0';
      }
    }
    boolean negative = text.charAt(start) == '-';
    if (whole) {
      to.add(negative ? -digits : digits);
    } else {
      double number = digits / POWERS[at - 1 - point];
      to.add(negative ? -number : number);
    }
    return true;
  }

  private void add(String digits, boolean whole, int start, JsonNumbers.Builder to) {
    if (whole && digits.length() <= 20) {
      try {
        to.add(Long.parseLong(digits));
        return;
      } catch (NumberFormatException e) {
        // 20 characters may still be beyond a long: a double then, as with more digits.
      }
    }
    double d = Double.parseDouble(digits);
    if (!Double.isFinite(d)) {
      at = start;
      throw error("a number beyond the range of a double");
    }
    to.add(d);
  }

  private void digits(int start) {
    int from = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    if (at == from) {
      if (from == start) {
        throw error("not a JSON value");
      }
      throw error(at == text.length() ? "the text ends early" : "a digit is missing");
    }
  }

  private void skipSpace() {
    while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char peek() {
    if (at >= text.length()) {
      throw error("the text ends early");
    }
    return text.charAt(at);
  }

  private boolean accept(char c) {
    if (at < text.length() && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  private void expect(char c) {
    if (peek() != c) {
      throw error("'" + c + "' expected");
    }
    at++;
  }

  private FoveaException error(String what) {
    return new FoveaException(source + ": not valid JSON: " + what + " (character " + at + ")");
  }
}
