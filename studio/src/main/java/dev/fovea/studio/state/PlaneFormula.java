package dev.fovea.studio.state;

import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A formula of x and y that a user writes, such as {@code x*x + y*y > 9} or {@code sin(x) + 1}.
 *
 * <p>Known are numbers, {@code x}, {@code y}, {@code pi}, {@code + - * / ^}, brackets, one of
 * {@code < > <= >=} (1 where it holds, else 0), and some functions. It is read by a parser of its
 * own into a tree that can compute nothing else; length and depth are bounded.
 */
public final class PlaneFormula {
  /** The most characters. */
  public static final int MOST_LENGTH = 200;

  private static final int MOST_DEPTH = 32;

  /** A part of a formula. */
  @FunctionalInterface
  private interface Term {
    double at(double x, double y);
  }

  /** A function of one or two numbers; one of one number leaves the second out. */
  private record Function(int numbers, Combination combination) {}

  /** What is made of two numbers. */
  @FunctionalInterface
  private interface Combination {
    double of(double a, double b);
  }

  private static final Map<String, Function> FUNCTIONS =
      Map.ofEntries(
          Map.entry("sin", new Function(1, (a, b) -> Math.sin(a))),
          Map.entry("cos", new Function(1, (a, b) -> Math.cos(a))),
          Map.entry("abs", new Function(1, (a, b) -> Math.abs(a))),
          Map.entry("sqrt", new Function(1, (a, b) -> Math.sqrt(a))),
          Map.entry("exp", new Function(1, (a, b) -> Math.exp(a))),
          Map.entry("log", new Function(1, (a, b) -> Math.log(a))),
          Map.entry("floor", new Function(1, (a, b) -> Math.floor(a))),
          Map.entry("atan2", new Function(2, Math::atan2)),
          Map.entry("min", new Function(2, Math::min)),
          Map.entry("max", new Function(2, Math::max)));

  private final String text;
  private final Term term;
  private int next;
  private int depth;

  /**
   * Reads a formula.
   *
   * @throws FoveaException if it is none, telling the place
   */
  public PlaneFormula(String text) {
    if (text.length() > MOST_LENGTH) {
      throw new FoveaException(
          "formula: at most %s characters, got %s".formatted(MOST_LENGTH, text.length()));
    }
    this.text = text.toLowerCase(Locale.ROOT);
    this.term = comparison();
    if (peek() != 0) {
      throw unexpected("the end");
    }
  }

  /** Returns its value at a point. */
  public double at(double x, double y) {
    return term.at(x, y);
  }

  private Term comparison() {
    Term left = sum();
    String sign = sign("<=", ">=", "<", ">");
    if (sign.isEmpty()) {
      return left;
    }
    Term right = sum();
    return switch (sign) {
      case "<=" -> (x, y) -> left.at(x, y) <= right.at(x, y) ? 1 : 0;
      case ">=" -> (x, y) -> left.at(x, y) >= right.at(x, y) ? 1 : 0;
      case "<" -> (x, y) -> left.at(x, y) < right.at(x, y) ? 1 : 0;
      default -> (x, y) -> left.at(x, y) > right.at(x, y) ? 1 : 0;
    };
  }

  private Term sum() {
    Term left = product();
    for (String sign = sign("+", "-"); !sign.isEmpty(); sign = sign("+", "-")) {
      left = joined(left, product(), sign.equals("+") ? Double::sum : (a, b) -> a - b);
    }
    return left;
  }

  private Term product() {
    Term left = signed();
    for (String sign = sign("*", "/"); !sign.isEmpty(); sign = sign("*", "/")) {
      left = joined(left, signed(), sign.equals("*") ? (a, b) -> a * b : (a, b) -> a / b);
    }
    return left;
  }

  private static Term joined(Term left, Term right, Combination how) {
    return (x, y) -> how.of(left.at(x, y), right.at(x, y));
  }

  /** Reads a power with a sign before it: −x^2 is −(x^2). */
  private Term signed() {
    deeper();
    Term read;
    if (sign("-").isEmpty()) {
      Term base = atom();
      read = sign("^").isEmpty() ? base : joined(base, signed(), Math::pow);
    } else {
      Term inner = signed();
      read = (x, y) -> -inner.at(x, y);
    }
    depth--;
    return read;
  }

  private void deeper() {
    depth++;
    if (depth > MOST_DEPTH) {
      throw new FoveaException("formula: deeper than " + MOST_DEPTH + " brackets and signs");
    }
  }

  private Term atom() {
    char c = peek();
    if (c == '(') {
      next++;
      Term inner = comparison();
      require(")");
      return inner;
    }
    if (Character.isDigit(c) || c == '.') {
      double number = number();
      return (x, y) -> number;
    }
    return named(word());
  }

  private Term named(String word) {
    Function function = FUNCTIONS.get(word);
    if (function != null) {
      return call(function);
    }
    return switch (word) {
      case "x" -> (x, y) -> x;
      case "y" -> (x, y) -> y;
      case "pi" -> (x, y) -> Math.PI;
      default -> {
        next -= word.length();
        throw unexpected("a number, x, y, pi, ( or one of " + names());
      }
    };
  }

  private static String names() {
    return String.join(", ", FUNCTIONS.keySet().stream().sorted().toList());
  }

  private Term call(Function function) {
    require("(");
    List<Term> numbers = new ArrayList<>(List.of(comparison()));
    while (numbers.size() < function.numbers()) {
      require(",");
      numbers.add(comparison());
    }
    require(")");
    return joined(numbers.getFirst(), numbers.getLast(), function.combination());
  }

  private double number() {
    int from = next;
    while (Character.isDigit(peekRaw()) || peekRaw() == '.') {
      next++;
    }
    try {
      return Double.parseDouble(text.substring(from, next));
    } catch (NumberFormatException e) {
      next = from;
      throw new FoveaException(line("a number"), e);
    }
  }

  private String word() {
    int from = next;
    while (Character.isLetterOrDigit(peekRaw())) {
      next++;
    }
    return text.substring(from, next);
  }

  private char peekRaw() {
    return next < text.length() ? text.charAt(next) : 0;
  }

  /** Returns the next character that is no blank; 0 at the end. */
  private char peek() {
    while (next < text.length() && Character.isWhitespace(text.charAt(next))) {
      next++;
    }
    return peekRaw();
  }

  /** Takes the first of some signs that stands next; empty where none does. */
  private String sign(String... signs) {
    var _ = peek();
    for (String s : signs) {
      if (text.startsWith(s, next)) {
        next += s.length();
        return s;
      }
    }
    return "";
  }

  private void require(String wanted) {
    if (sign(wanted).isEmpty()) {
      throw unexpected(wanted);
    }
  }

  private FoveaException unexpected(String wanted) {
    return new FoveaException(line(wanted));
  }

  private String line(String wanted) {
    char c = peek();
    String got = c == 0 ? "the end" : "\"" + Text.shown(Character.toString(c)) + "\"";
    return "formula: %s expected at character %s, got %s".formatted(wanted, next + 1, got);
  }
}
