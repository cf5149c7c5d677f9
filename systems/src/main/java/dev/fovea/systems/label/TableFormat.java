package dev.fovea.systems.label;

import dev.fovea.data.Box;
import dev.fovea.data.KeyPoint;
import dev.fovea.data.KeyPoint.Visibility;
import dev.fovea.io.TextFile;
import dev.fovea.systems.label.LabelProblem.Outcome;
import dev.fovea.tensor.FoveaException;
import dev.fovea.vision.PictureHeader;
import dev.fovea.vision.Placement.Size;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Reads tables with a picture in each line: {@code file,x0,y0,x1,y1,…} for its key points, where
 * (0, 0) is the middle of the first pixel, or {@code file,text} for what is written in it.
 */
final class TableFormat {
  private static final long LONGEST = 1 << 28;
  private static final double POINT_OFFSET = 0.5;

  /** The one class of pictures whose points are marked. */
  private static final String OBJECT = "object";

  private final Reading in;
  private final Set<Path> named = new HashSet<>();

  private TableFormat(Reading in) {
    this.in = in;
  }

  /** A line that is not blank, with its number from 1. */
  @SuppressWarnings("ArrayRecordComponent") // a plain carrier, never compared
  private record Row(int line, String[] words) {}

  /** A table: its file, the names of its columns, and its lines. */
  private record Table(Path file, List<String> columns, List<Row> rows) {
    boolean isOfPoints() {
      return columns.size() > 2
          && columns.size() % 2 == 1
          && columns.get(1).toLowerCase(Locale.ROOT).startsWith("x")
          && columns.get(2).toLowerCase(Locale.ROOT).startsWith("y");
    }
  }

  /** Returns the key points of a folder's tables, if it has some. */
  static Optional<LabelSet> points(Reading in) {
    TableFormat format = new TableFormat(in);
    List<Table> tables = format.tables().stream().filter(Table::isOfPoints).toList();
    return tables.isEmpty() ? Optional.empty() : Optional.of(format.points(tables));
  }

  /** Returns the texts of a folder's tables, if it has some. */
  static Optional<LabelSet> texts(Reading in) {
    TableFormat format = new TableFormat(in);
    List<Table> tables = format.tables().stream().filter(t -> t.columns.size() == 2).toList();
    return tables.isEmpty() ? Optional.empty() : Optional.of(format.texts(tables));
  }

  private List<Table> tables() {
    List<Table> tables = new ArrayList<>();
    for (Path file : in.files().all(f -> FileIndex.ending(f).equals("csv"))) {
      List<String> lines = TextFile.read(file, LONGEST).lines().toList();
      int[] filled =
          IntStream.range(0, lines.size()).filter(i -> !lines.get(i).isBlank()).toArray();
      if (filled.length > 0) {
        List<String> columns = List.of(lines.get(filled[0]).strip().split(",", -1));
        List<Row> rows =
            IntStream.of(filled)
                .skip(1)
                .mapToObj(i -> new Row(i + 1, lines.get(i).strip().split(",", columns.size())))
                .toList();
        tables.add(new Table(file, columns, rows));
      }
    }
    return tables;
  }

  private LabelSet points(List<Table> tables) {
    List<String> joints = joints(tables.get(0));
    List<LabelledPicture> pictures = new ArrayList<>();
    for (Table t : tables) {
      if (!joints(t).equals(joints)) {
        in.drop(t.file, "other points than in " + tables.get(0).file.getFileName());
      } else {
        IntStream.range(0, t.rows.size()).forEach(i -> points(t, i).ifPresent(pictures::add));
      }
    }
    in.noteUnnamed(named);
    Skeleton skeleton = Skeleton.of(joints, List.of());
    return in.set("keypoints", LabelNames.of(List.of(OBJECT), skeleton, List.of()), pictures);
  }

  private static List<String> joints(Table t) {
    return IntStream.range(0, t.columns.size() / 2)
        .mapToObj(i -> t.columns.get(1 + 2 * i).replaceFirst("^[xX]_?", ""))
        .toList();
  }

  private Optional<LabelledPicture> points(Table t, int row) {
    String[] words = t.rows.get(row).words;
    return picture(t, row)
        .flatMap(path ->
            in.header(path)
                .flatMap(h -> {
                  try {
                    return Optional.of(
                        in.picture(path, h, List.of(object(words, t.columns.size(), h.size()))));
                  } catch (FoveaException e) {
                    drop(t, row, String.valueOf(e.getMessage()));
                    return Optional.<LabelledPicture>empty();
                  }
                }));
  }

  private void drop(Table t, int row, String text) {
    in.problems().add(new LabelProblem(t.file, t.rows.get(row).line, text, Outcome.DROPPED));
  }

  private Optional<Path> picture(Table t, int row) {
    String name = t.rows.get(row).words[0];
    HashSet<String> near = new HashSet<>(in.files().folders(t.file));
    // A table neutral-landmarks.csv is of the pictures in the folder neutral.
    near.addAll(List.of(FileIndex.stem(t.file).toLowerCase(Locale.ROOT).split("[-_ ]")));
    Optional<Path> found = in.files().told(name, near, FileIndex::isPicture);
    found.ifPresent(named::add);
    if (found.isEmpty()) {
      drop(t, row, "the picture " + name + " is not there");
    }
    return found;
  }

  /** An object around all points; those outside of the picture are absent. */
  private static LabelledObject object(String[] words, int columns, Size size) {
    if (words.length != columns) {
      throw new FoveaException(words.length + " columns, " + columns + " expected");
    }
    double[] e = {size.width(), size.height(), 0, 0};
    List<KeyPoint> points = new ArrayList<>();
    for (int i = 0; i < columns / 2; i++) {
      double x = number(words[1 + 2 * i]) + POINT_OFFSET;
      double y = number(words[2 + 2 * i]) + POINT_OFFSET;
      boolean inside = x >= 0 && y >= 0 && x <= size.width() && y <= size.height();
      points.add(
          inside
              ? new KeyPoint(x, y, i, Visibility.VISIBLE)
              : new KeyPoint(0, 0, i, Visibility.ABSENT));
      if (inside) {
        e[0] = Math.min(e[0], Math.max(0, x - POINT_OFFSET));
        e[1] = Math.min(e[1], Math.max(0, y - POINT_OFFSET));
        e[2] = Math.max(e[2], Math.min(size.width(), x + POINT_OFFSET));
        e[3] = Math.max(e[3], Math.min(size.height(), y + POINT_OFFSET));
      }
    }
    if (e[2] <= e[0] || e[3] <= e[1]) {
      throw new FoveaException("no point inside the picture");
    }
    return new LabelledObject(new Box(e[0], e[1], e[2], e[3], 0, points));
  }

  private static double number(String word) {
    try {
      double value = word.isBlank() ? -1e9 : Double.parseDouble(word.strip());
      return Double.isFinite(value) ? value : -1e9;
    } catch (NumberFormatException e) {
      throw new FoveaException("\"" + word + "\" is no number", e);
    }
  }

  private LabelSet texts(List<Table> tables) {
    List<LabelledPicture> pictures = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    for (Table t : tables) {
      for (int i = 0; i < t.rows.size(); i++) {
        String[] words = t.rows.get(i).words;
        Optional<Path> path = words.length == 2 ? picture(t, i) : Optional.empty();
        Optional<PictureHeader> header = path.flatMap(in::header);
        if (header.isPresent()) {
          texts.add(words[1].strip());
          LabelledPicture p = in.picture(path.get(), header.get(), List.of());
          pictures.add(
              new LabelledPicture(
                  p.file(),
                  p.part(),
                  p.size(),
                  List.of(),
                  Optional.empty(),
                  List.of(words[1].strip())));
        }
      }
    }
    in.noteUnnamed(named);
    return in.set(
        "text", LabelNames.of(List.of(), Skeleton.NONE, LabelNames.wordsOf(texts)), pictures);
  }
}
