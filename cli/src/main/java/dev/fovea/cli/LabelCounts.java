package dev.fovea.cli;

import dev.fovea.io.Json;
import dev.fovea.io.Table;
import dev.fovea.io.Text;
import dev.fovea.systems.box.AnchorClusters;
import dev.fovea.systems.draw.Drawing;
import dev.fovea.systems.label.LabelNames;
import dev.fovea.systems.label.LabelOptions;
import dev.fovea.systems.label.LabelProblem;
import dev.fovea.systems.label.LabelReport;
import dev.fovea.systems.label.LabelSet;
import dev.fovea.systems.label.LabelSets;
import dev.fovea.systems.label.LabelSplit;
import dev.fovea.systems.label.LabelledPicture;
import dev.fovea.systems.label.Marking;
import dev.fovea.systems.label.Shapes;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.ContactSheet;
import dev.fovea.vision.Images;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Says what is in a set of labelled pictures. */
final class LabelCounts {
  private static final int MOST = 20;
  private static final int SHOWN = 12;
  private static final int CELL = 360;

  private final LabelSet set;
  private final LabelReport report;
  private final @Nullable LabelSplit drawn;

  /**
   * Reads the labels.
   *
   * @param form their form
   * @param folder where they lie; drawn scenes need none
   * @param classes a file of the names of classes, if they are given
   * @param values what is said of the values of masks
   */
  LabelCounts(String form, @Nullable Path folder, @Nullable Path classes, MaskValueOption values) {
    if (form.equals(LabelSets.SHAPES)) {
      drawn = Shapes.load(LabelOptions.of(Shapes.usualInput(), Marking.BOXES));
      set = Shapes.set(drawn);
    } else if (folder == null) {
      throw new FoveaException("data: the folder of the " + form + " labels is needed");
    } else {
      drawn = null;
      set = values.read(form, folder, names(classes), "");
    }
    report = LabelReport.of(set);
  }

  /** Returns the names in a file, none if there is none. */
  static List<String> names(@Nullable Path classes) {
    return classes == null ? List.of() : LabelNames.read(classes);
  }

  /** Prints the report, and writes the sheet if a file is given for it. */
  void say(boolean json, @Nullable Path out) {
    if (json) {
      System.out.println(Json.write(fields()));
    } else {
      print();
    }
    if (out != null) {
      Images.writePng(out, sheet().toImage());
    }
  }

  private void print() {
    Table table =
        new Table("class", ">train", ">test", ">size 5 %", ">50 %", ">95 %", ">key points");
    for (LabelReport.ClassCount c : report.classes()) {
      boolean none = c.train() + c.test() == 0;
      // Of pixels there are classes, but no objects.
      if (set.objects() > 0) {
        table.row(
            Text.oneLine(c.name()),
            Integer.toString(c.train()),
            Integer.toString(c.test()),
            none ? "–" : number(c.small()),
            none ? "–" : number(c.middle()),
            none ? "–" : number(c.large()),
            c.points() == 0 ? "–" : Integer.toString(c.points()));
      }
    }
    System.out.print(table);
    say(
        "%s labels: %s to train on and %s to test with%s, %s without any object"
            .formatted(
                set.format(),
                Count.of(report.train(), "picture"),
                report.test(),
                set.isParted() ? "" : " (every fifth)",
                report.without()));
    say(
        "%s, the fullest picture shows %s"
            .formatted(Count.of(set.objects(), "object"), report.most()));
    say("sizes: " + sizes());
    report.anchors().ifPresent(this::sayAnchors);
    say(
        "%s of one class with an overlap above 0.5: suppression would lose one of each"
            .formatted(Count.of(report.crowdedPairs(), "pair")));
    String summary = LabelProblem.summary(set.problems());
    say("problems: " + (summary.isEmpty() ? "none" : summary));
    sayProblems(set, MOST);
  }

  /** Prints the first problems, and how many more there are. */
  static void sayProblems(LabelSet set, int most) {
    set.problems().stream().limit(most).forEach(p -> say("  " + p.line()));
    if (set.problems().size() > most) {
      say("  and " + (set.problems().size() - most) + " more");
    }
  }

  private void sayAnchors(AnchorClusters.Found found) {
    List<String> sizes =
        Arrays.stream(found.sizes()).map(s -> number(s[0]) + "×" + number(s[1])).toList();
    say(
        "anchors (width×height) that fit: %s; mean IoU %s, of %s of the objects below 0.5"
            .formatted(
                String.join(", ", sizes),
                String.format(Locale.ROOT, "%.3f", found.meanIou()),
                String.format(Locale.ROOT, "%.1f %%", 100 * report.unfitted())));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.0f", value);
  }

  private static void say(String line) {
    System.out.println(line);
  }

  private String sizes() {
    List<String> all =
        report.sizes().entrySet().stream()
            .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
            .map(e -> e.getKey() + " (" + e.getValue() + ")")
            .toList();
    int more = all.size() - MOST;
    return String.join(", ", all.subList(0, Math.min(MOST, all.size())))
        + (more > 0 ? " and " + more + " more" : "");
  }

  private ContactSheet sheet() {
    ContactSheet sheet = new ContactSheet(CELL, CELL);
    int step = Math.max(1, set.pictures().size() / SHOWN);
    for (int i = 0; i < set.pictures().size() && i / step < SHOWN; i += step) {
      LabelledPicture p = set.pictures().get(i);
      sheet.add(
          Images.of(Drawing.of(picture(i, p), p, set.names()).image()),
          String.valueOf(p.file().getFileName()));
    }
    return sheet;
  }

  private Tensor picture(int index, LabelledPicture p) {
    LabelSplit split = drawn;
    if (split == null) {
      return Images.read(p.file());
    }
    int train = split.train().size();
    return index < train
        ? split.train().read(index, Seed.of(0)).picture()
        : split.test().read(index - train, Seed.of(0)).picture();
  }

  private Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("format", set.format());
    fields.put("pictures", set.pictures().size());
    fields.put("train", report.train());
    fields.put("test", report.test());
    fields.put("without_objects", report.without());
    fields.put("objects", set.objects());
    fields.put("most_objects", report.most());
    List<Object> classes = new ArrayList<>();
    for (LabelReport.ClassCount c : report.classes()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", c.name());
      one.put("train", c.train());
      one.put("test", c.test());
      one.put("key_points", c.points());
      classes.add(one);
    }
    fields.put("classes", classes);
    fields.put("sizes", new LinkedHashMap<String, Object>(report.sizes()));
    report
        .anchors()
        .ifPresent(a -> {
          fields.put("anchors", Arrays.stream(a.sizes()).map(s -> List.of(s[0], s[1])).toList());
          fields.put("anchors_mean_iou", a.meanIou());
        });
    fields.put("overlapping_pairs", report.crowdedPairs());
    fields.put("problems", set.problems().stream().map(LabelProblem::line).toList());
    return fields;
  }
}
