package dev.fovea.io;

import java.util.ArrayList;
import java.util.List;

/** A text table; columns whose title begins with {@code >} are aligned to the right. */
public final class Table {
  private static final String GAP = "  ";

  private final List<String[]> rows = new ArrayList<>();
  private final boolean[] right;

  /** Creates a table without rows. */
  public Table(String... titles) {
    String[] head = new String[titles.length];
    right = new boolean[titles.length];
    for (int i = 0; i < titles.length; i++) {
      right[i] = titles[i].startsWith(">");
      head[i] = right[i] ? titles[i].substring(1) : titles[i];
    }
    rows.add(head);
  }

  /** Adds a row with one cell per column. */
  public void row(String... cells) {
    rows.add(cells.clone());
  }

  @Override
  public String toString() {
    int[] width = new int[right.length];
    for (String[] row : rows) {
      for (int i = 0; i < width.length; i++) {
        width[i] = Math.max(width[i], row[i].codePointCount(0, row[i].length()));
      }
    }
    StringBuilder text = new StringBuilder();
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < width.length; i++) {
        String pad = " ".repeat(width[i] - row[i].codePointCount(0, row[i].length()));
        line.append(right[i] ? pad + row[i] : row[i] + pad).append(GAP);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
