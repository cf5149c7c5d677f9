package dev.fovea.nn;

import java.util.regex.Pattern;

/**
 * A pattern of parameter names: {@code *} stands for anything within one part of a path, {@code **}
 * for anything at all; a pattern that names a layer covers its parameters.
 *
 * @param text the pattern as it was given
 */
record PathPattern(String text, Pattern pattern) {
  static PathPattern of(String text) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (text.startsWith("**", i)) {
        regex.append(".*");
        i++;
      } else if (text.charAt(i) == '*') {
        regex.append("[^.]*");
      } else {
        regex.append(Pattern.quote(text.substring(i, i + 1)));
      }
    }
    return new PathPattern(text, Pattern.compile(regex + "(\\..*)?"));
  }

  boolean matches(String name) {
    return pattern.matcher(name).matches();
  }
}
