package dev.fovea.cli;

import dev.fovea.data.Box;
import dev.fovea.data.Mark;
import dev.fovea.io.Table;
import dev.fovea.io.Text;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.search.ProposalRecall;
import dev.fovea.systems.search.SelectiveSearch;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How many of the marked objects selective search proposes.
 *
 * @param search the search
 * @param classes the names of the classes
 * @param all of all objects
 * @param each of the objects of each class
 * @param seconds how long a picture took
 */
record ProposalReport(
    SelectiveSearch search,
    List<String> classes,
    ProposalRecall all,
    List<ProposalRecall> each,
    double seconds) {
  private static final double HALF = 0.5;
  private static final double CLOSE = 0.7;

  /** Searches all pictures. */
  static ProposalReport of(SelectiveSearch search, LabelledData samples) {
    ProposalRecall all = new ProposalRecall();
    List<ProposalRecall> each = new ArrayList<>();
    samples.things().forEach(c -> each.add(new ProposalRecall()));
    long nanos = 0;
    for (int i = 0; i < samples.size(); i++) {
      var sample = samples.read(i, Seed.of(i));
      Tensor picture = sample.picture();
      List<Box> boxes =
          sample.mark(Mark.Boxes.class).orElseThrow().boxes().stream()
              .filter(b -> b.label() >= 0)
              .toList();
      long begin = System.nanoTime();
      BoxArray found = search.of(picture);
      nanos += System.nanoTime() - begin;
      all.add(BoxArray.of(boxes), found);
      for (int c = 0; c < each.size(); c++) {
        int label = c;
        List<Box> own = boxes.stream().filter(b -> b.label() == label).toList();
        each.get(c).add(BoxArray.of(own), found);
      }
    }
    return new ProposalReport(
        search, samples.things(), all, each, nanos / 1e9 / Math.max(1, samples.size()));
  }

  void print() {
    Table table =
        new Table("class", ">objects", ">recall at 0.5", ">recall at 0.7", ">mean best overlap");
    for (int c = 0; c < classes.size(); c++) {
      row(table, classes.get(c), each.get(c));
    }
    row(table, "all", all);
    System.out.print(table);
    System.out.println(
        String.format(
            Locale.ROOT,
            "selective search, looking in %d ways: %.0f boxes a picture, %.3f s each",
            search.ways().size(),
            all.perPicture(),
            seconds));
  }

  private static void row(Table table, String name, ProposalRecall recall) {
    table.row(
        Text.oneLine(name),
        Integer.toString(recall.objects()),
        share(recall.at(HALF)),
        share(recall.at(CLOSE)),
        share(recall.meanBest()));
  }

  private static String share(double value) {
    return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, "%.3f", value);
  }

  /** Returns the figures for JSON. */
  Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("ways", search.ways().size());
    fields.put("boxes_per_picture", JsonReport.number(all.perPicture()));
    fields.put("seconds_per_picture", seconds);
    fields.put("objects", all.objects());
    fields.put("recall_50", JsonReport.number(all.at(HALF)));
    fields.put("recall_70", JsonReport.number(all.at(CLOSE)));
    fields.put("mean_best_overlap", JsonReport.number(all.meanBest()));
    return fields;
  }
}
