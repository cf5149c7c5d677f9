package dev.fovea.formats.caffe;

import dev.fovea.io.HeapAccount;
import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;

/** Parses protobuf's text format without a schema, within bounds. */
final class TextFormat {
  private static final int MAX_DEPTH = 24;
  private static final int MAX_VALUES = 2_000_000;

  /** About what a field takes of the heap, with its name and its place in a message. */
  private static final int BYTES_OF_VALUE = 256;

  private final String text;
  private final HeapAccount account = HeapAccount.ofThisProcess();
  private int at;
  private int depth;
  private int values;

  private TextFormat(String text) {
    this.text = text;
  }

  /**
   * Returns the message of a text.
   *
   * @throws FoveaException if it is not in the format
   */
  static TextMessage parse(String text) {
    TextFormat parser = new TextFormat(text);
    TextMessage all = new TextMessage("net");
    parser.fields(all, '\0');
    return all;
  }

  /** Reads fields up to the closing character, or the end of the text. */
  private void fields(TextMessage into, char close) {
    while (true) {
      skipSpace();
      if (at == text.length()) {
        if (close != '\0') {
          throw error("the text ends inside " + into.path());
        }
        return;
      }
      if (text.charAt(at) == close) {
        at++;
        return;
      }
      field(into);
      skipSpace();
      if (at < text.length() && (text.charAt(at) == ',' || text.charAt(at) == ';')) {
        at++;
      }
    }
  }

  private void field(TextMessage into) {
    String name = word("the name of a field");
    skipSpace();
    boolean colon = at < text.length() && text.charAt(at) == ':';
    if (colon) {
      at++;
      skipSpace();
    }
    char c = peek();
    if (c == '[') {
      list(into, name);
    } else if (!colon && c != '{' && c != '<') {
      throw error("':' or '{' expected behind " + Text.shown(name));
    } else {
      into.put(name, value(into, name));
    }
  }

  private void list(TextMessage into, String name) {
    at++;
    skipSpace();
    while (peek() != ']') {
      into.put(name, value(into, name));
      skipSpace();
      if (peek() == ',') {
        at++;
        skipSpace();
      } else if (peek() != ']') {
        throw error("',' or ']' expected");
      }
    }
    at++;
  }

  private Object value(TextMessage into, String name) {
    if (++values > MAX_VALUES) {
      throw error("more than " + MAX_VALUES + " values");
    }
    account.take("its values", BYTES_OF_VALUE);
    char c = peek();
    if (c == '{' || c == '<') {
      return message(into, name, c == '{' ? '}' : '>');
    }
    return c == '"' || c == '\'' ? strings() : word("a value");
  }

  private TextMessage message(TextMessage into, String name, char close) {
    at++;
    if (++depth > MAX_DEPTH) {
      throw error("nested deeper than " + MAX_DEPTH);
    }
    boolean top = into.path().equals("net");
    TextMessage inner =
        new TextMessage(top ? Text.shown(name) : into.path() + "." + Text.shown(name));
    fields(inner, close);
    depth--;
    return inner;
  }

  /** Reads a string and those that follow it directly, which belong to it. */
  private String strings() {
    StringBuilder all = new StringBuilder();
    while (at < text.length() && (text.charAt(at) == '"' || text.charAt(at) == '\'')) {
      string(all);
      skipSpace();
    }
    return all.toString();
  }

  private void string(StringBuilder into) {
    char quote = text.charAt(at++);
    while (peek() != quote) {
      char c = text.charAt(at++);
      if (c == '\n') {
        throw error("a line ends inside a string");
      }
      into.append(c == '\\' ? escaped() : c);
    }
    at++;
  }

  private char escaped() {
    char c = peek();
    at++;
    return switch (c) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case '\\', '"', '\'', '?' -> c;
      default -> throw error("an escape \\" + c + " that is not read");
    };
  }

  private String word(String wanted) {
    int start = at;
    while (at < text.length() && isPart(text.charAt(at))) {
      at++;
    }
    if (at == start) {
      throw error(wanted + " expected");
    }
    return text.substring(start, at);
  }

  private static boolean isPart(char c) {
    return c < 128 && (Character.isLetterOrDigit(c) || "_-+./".indexOf(c) >= 0);
  }

  private void skipSpace() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '#') {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else if (c > ' ' && c != '\uFEFF') {
        return;
      } else {
        at++;
      }
    }
  }

  private char peek() {
    if (at >= text.length()) {
      throw error("the text ends early");
    }
    return text.charAt(at);
  }

  private FoveaException error(String what) {
    int end = Math.min(at, text.length());
    long line = 1 + text.substring(0, end).chars().filter(c -> c == '\n').count();
    return new FoveaException("line " + line + ": " + what);
  }
}
