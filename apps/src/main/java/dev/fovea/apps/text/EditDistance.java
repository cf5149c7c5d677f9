package dev.fovea.apps.text;

import java.util.Arrays;
import java.util.List;

/**
 * The edit distance: the least number of signs to insert, delete or replace that makes one sequence
 * of another (Levenshtein, 1966).
 */
public final class EditDistance {
  private EditDistance() {}

  /** Returns the distance. */
  public static int of(List<?> a, List<?> b) {
    int[] row = new int[b.size() + 1];
    Arrays.setAll(row, j -> j);
    for (int i = 1; i <= a.size(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.size(); j++) {
        int replaced = diagonal + (a.get(i - 1).equals(b.get(j - 1)) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.size()];
  }
}
