package dev.fovea.studio;

import java.util.ArrayList;
import java.util.List;

/** The tokens of a module of JavaScript: enough to find its texts, not to run it. */
final class Script {
  private static final String AFTER_VALUE = ")]}";

  /** What a token is. */
  enum Kind {
    WORD,
    STRING,
    TEMPLATE,
    OTHER
  }

  /**
   * A token.
   *
   * @param text the word, what a string says, the tag of a template, or a character
   * @param chunks what stands between the expressions of a template
   * @param inner the expressions of a template
   */
  record Token(Kind kind, String text, int line, List<String> chunks, List<List<Token>> inner) {
    boolean is(String other) {
      return (kind == Kind.WORD || kind == Kind.OTHER) && text.equals(other);
    }
  }

  private final String source;
  private int at;
  private int line = 1;

  private Script(String source) {
    this.source = source;
  }

  /** Returns the tokens of a source, without its comments. */
  static List<Token> tokens(String source) {
    return new Script(source).read(false);
  }

  /** Reads to the end, or to the brace that ends an expression of a template. */
  private List<Token> read(boolean inTemplate) {
    List<Token> all = new ArrayList<>();
    int depth = 0;
    while (at < source.length()) {
      char c = source.charAt(at);
      if (c == '}' && inTemplate && depth == 0) {
        at++;
        return all;
      }
      depth += c == '{' ? 1 : c == '}' ? -1 : 0;
      one(c, all);
    }
    return all;
  }

  private void one(char c, List<Token> all) {
    if (Character.isWhitespace(c)) {
      next();
    } else if (source.startsWith("//", at)) {
      skipTo("\n");
    } else if (source.startsWith("/*", at)) {
      skipTo("*/");
      at += 2;
    } else if (c == '\'' || c == '"') {
      all.add(token(Kind.STRING, quoted(c)));
    } else if (c == '`') {
      template(all);
    } else if (Character.isJavaIdentifierPart(c)) {
      all.add(token(Kind.WORD, word()));
    } else if (c == '/' && !endsValue(all)) {
      expression();
    } else {
      all.add(token(Kind.OTHER, String.valueOf(next())));
    }
  }

  private Token token(Kind kind, String text) {
    return new Token(kind, text, line, List.of(), List.of());
  }

  private char next() {
    char c = source.charAt(at++);
    line += c == '\n' ? 1 : 0;
    return c;
  }

  private void skipTo(String end) {
    while (at < source.length() && !source.startsWith(end, at)) {
      next();
    }
  }

  private String word() {
    int from = at;
    while (at < source.length() && Character.isJavaIdentifierPart(source.charAt(at))) {
      at++;
    }
    return source.substring(from, at);
  }

  private String quoted(char quote) {
    StringBuilder text = new StringBuilder();
    next();
    while (source.charAt(at) != quote) {
      text.append(character());
    }
    next();
    return text.toString();
  }

  /** Reads a character of a text; one after a backslash is a blank if it is a line's end. */
  private char character() {
    char c = next();
    if (c != '\\') {
      return c;
    }
    char escaped = next();
    return escaped == 'n' ? '\n' : escaped;
  }

  /** Reads a regular expression. */
  private void expression() {
    boolean inClass = false;
    next();
    while (inClass || source.charAt(at) != '/') {
      char c = next();
      inClass = c == '[' || (inClass && c != ']');
      if (c == '\\') {
        next();
      }
    }
    next();
  }

  /** Whether a slash divides, because what stands before it is a value. */
  private static boolean endsValue(List<Token> all) {
    if (all.isEmpty()) {
      return false;
    }
    Token last = all.getLast();
    return last.kind() != Kind.OTHER ? !last.is("return") : AFTER_VALUE.contains(last.text());
  }

  /** Reads a template; a word before it is its tag. */
  private void template(List<Token> all) {
    String tag =
        !all.isEmpty() && (all.getLast().is("html") || all.getLast().is("svg")) ? "html" : "";
    int begin = line;
    List<String> chunks = new ArrayList<>();
    List<List<Token>> inner = new ArrayList<>();
    StringBuilder chunk = new StringBuilder();
    next();
    while (source.charAt(at) != '`') {
      if (source.startsWith("${", at)) {
        at += 2;
        chunks.add(chunk.toString());
        chunk.setLength(0);
        inner.add(read(true));
      } else {
        chunk.append(character());
      }
    }
    next();
    chunks.add(chunk.toString());
    all.add(new Token(Kind.TEMPLATE, tag, begin, chunks, inner));
  }
}
