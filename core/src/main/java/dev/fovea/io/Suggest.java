package dev.fovea.io;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Suggestions for mistyped names. */
public final class Suggest {
  /** How many names a message lists. */
  private static final int MOST = 24;

  private Suggest() {}

  /**
   * Returns the known name with the smallest edit distance to {@code name} (insertions, deletions,
   * substitutions and swaps of neighbours, ignoring case), if at most a third of the letters
   * differ, or two in a short name. Of equally near names it is the first.
   */
  public static Optional<String> nearest(String name, Collection<String> names) {
    String wanted = name.toLowerCase(Locale.ROOT);
    int limit = Math.min(Math.max(2, wanted.length() / 3), Math.max(1, wanted.length() - 1));
    Optional<String> best = Optional.empty();
    for (String candidate : names) {
      int d = distance(wanted, candidate.toLowerCase(Locale.ROOT));
      if (d <= limit) {
        limit = d - 1;
        best = Optional.of(candidate);
      }
    }
    return best;
  }

  /**
   * Returns the end of a message about an unknown name: {@code ; did you mean lenet5?} if a name is
   * similar, otherwise {@code ; known: a, b, c} with the first names and the number of others.
   */
  public static String hint(String name, Collection<String> names) {
    return nearest(name, names)
        .map(near -> "; did you mean " + near + "?")
        .orElse("; known: " + some(names));
  }

  private static String some(Collection<String> names) {
    String first = names.stream().limit(MOST).collect(Collectors.joining(", "));
    int more = names.size() - MOST;
    return more > 0 ? first + " and " + more + " more" : first;
  }

  /** Returns the number of edits (Damerau–Levenshtein, restricted) between two strings. */
  static int distance(String a, String b) {
    int[] beforeLast = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitute = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(substitute, 1 + Math.min(last[j], row[j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
      }
      beforeLast = last;
      last = row;
    }
    return last[b.length()];
  }
}
