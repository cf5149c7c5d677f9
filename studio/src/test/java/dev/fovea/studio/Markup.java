package dev.fovea.studio;

import dev.fovea.studio.Script.Kind;
import dev.fovea.studio.Script.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What people read of a template of HTML: its texts, and attributes that are read aloud or shown.
 */
final class Markup {
  private static final Set<String> READ =
      Set.of("aria-label", "aria-roledescription", "title", "placeholder", "alt", "label");

  /** What stands in these is a formula, a command or a program. */
  private static final Set<String> VERBATIM = Set.of("mi", "code", "pre");

  private final List<String> texts = new ArrayList<>();
  private final StringBuilder now = new StringBuilder();
  private String tag = "";
  private boolean inTag;
  private boolean inValue;

  Markup(Token template) {
    for (int i = 0; i < template.chunks().size(); i++) {
      template.chunks().get(i).chars().forEach(c -> take((char) c));
      if (i < template.inner().size() && (!inTag || READ.contains(attribute()))) {
        choices(template.inner().get(i));
      }
    }
    end();
  }

  /** Returns all that people read. */
  List<String> texts() {
    return texts;
  }

  private void take(char c) {
    if (!inTag && c == '<') {
      end();
      inTag = true;
    } else if (inTag && !inValue && c == '>') {
      tag = now.toString().split("[\\s/]", 2)[0];
      now.setLength(0);
      inTag = false;
    } else if (inTag && c == '"') {
      value();
    } else {
      now.append(c);
    }
  }

  /** A quotation mark begins or ends the value of an attribute. */
  private void value() {
    if (inValue) {
      int from = now.lastIndexOf("\"") + 1;
      String value = now.substring(from);
      now.setLength(from - 1);
      if (READ.contains(attribute())) {
        texts.add(value);
      }
    } else {
      now.append('"');
    }
    inValue = !inValue;
  }

  /** Returns the name of the attribute whose value begins here; empty where none does. */
  private String attribute() {
    String text = now.toString();
    return text.endsWith("=")
        ? text.substring(
            1 + Math.max(text.lastIndexOf(' '), text.lastIndexOf('\n')), text.length() - 1)
        : "";
  }

  private void end() {
    if (!VERBATIM.contains(tag)) {
      texts.add(now.toString());
    }
    now.setLength(0);
  }

  /** Adds the strings that an expression may come to: it is one, or chooses between some. */
  private void choices(List<Token> expression) {
    int depth = 0;
    for (int i = 0; i < expression.size(); i++) {
      Token token = expression.get(i);
      boolean begins =
          i == 0 || List.of("?", ":", "|").stream().anyMatch(expression.get(i - 1)::is);
      if (depth == 0 && begins && token.kind() == Kind.STRING) {
        texts.add(token.text());
      } else if (depth == 0 && begins && token.kind() == Kind.TEMPLATE && token.text().isEmpty()) {
        texts.add(String.join(" ", token.chunks()));
      }
      depth += List.of("(", "[", "{").stream().anyMatch(token::is) ? 1 : 0;
      depth -= List.of(")", "]", "}").stream().anyMatch(token::is) ? 1 : 0;
    }
  }
}
