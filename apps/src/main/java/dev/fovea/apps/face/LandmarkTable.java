package dev.fovea.apps.face;

import dev.fovea.data.KeyPoint;
import dev.fovea.data.KeyPoint.Visibility;
import dev.fovea.io.Text;
import dev.fovea.io.TextFile;
import dev.fovea.tensor.FoveaException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the landmarks of faces from a table: a line of names, then for each picture a line {@code
 * file,x0,y0,x1,y1,…}, where (0, 0) is the middle of the first pixel.
 */
public final class LandmarkTable {
  private static final long MOST_BYTES = 1 << 28;
  private static final double MIDDLE = 0.5;

  private LandmarkTable() {}

  /**
   * A line of the table.
   *
   * @param file the picture
   * @param points the chosen landmarks, in pixels of the picture; their kinds are 0, 1, 2, …
   */
  public record Line(Path file, List<KeyPoint> points) {
    /** Copies the list. */
    public Line {
      points = List.copyOf(points);
    }
  }

  /**
   * Reads a table.
   *
   * @param table the file
   * @param folder the folder of the pictures
   * @param landmarks the numbers of the landmarks that are wanted
   * @throws FoveaException if a line lacks one of these, or names a file outside the folder
   */
  public static List<Line> read(Path table, Path folder, List<Integer> landmarks) {
    List<String> lines = TextFile.read(table, MOST_BYTES).lines().toList();
    List<Line> all = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        all.add(line(lines.get(i).split(",", -1), folder, landmarks, table + ": line " + (i + 1)));
      }
    }
    return all;
  }

  private static Line line(String[] cells, Path folder, List<Integer> landmarks, String where) {
    Path file = folder.resolve(cells[0]).normalize();
    if (!file.startsWith(folder.normalize())) {
      throw new FoveaException(where + ": the file " + cells[0] + " lies outside of " + folder);
    }
    List<KeyPoint> points = new ArrayList<>();
    for (int landmark : landmarks) {
      double x = number(cells, 1 + 2 * landmark, where);
      double y = number(cells, 2 + 2 * landmark, where);
      points.add(new KeyPoint(x + MIDDLE, y + MIDDLE, points.size(), Visibility.VISIBLE));
    }
    return new Line(file, points);
  }

  private static double number(String[] cells, int at, String where) {
    String text = at < cells.length ? cells[at].strip() : "";
    try {
      double number = Double.parseDouble(text);
      if (Double.isFinite(number)) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below, with the other texts that are no numbers.
    }
    throw new FoveaException(
        "%s: column %s: a number expected, got \"%s\"".formatted(where, at + 1, Text.shown(text)));
  }
}
