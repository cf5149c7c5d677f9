package dev.fovea.cli;

import dev.fovea.io.Table;
import dev.fovea.io.Text;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.measure.PanopticQuality;
import dev.fovea.systems.measure.PanopticResult;
import dev.fovea.systems.panoptic.PanopticMeasure;
import dev.fovea.systems.panoptic.PanopticSegmenter;
import dev.fovea.systems.panoptic.PanopticTruth;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.vision.Placed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measures how a network divides pictures into segments.
 *
 * @param samples how many pictures were looked at
 * @param result panoptic quality of each class
 */
record PanopticEval(int samples, PanopticResult result) {
  /**
   * Divides all samples.
   *
   * @param samples pictures with the classes of pixels
   * @throws FoveaException if pixels have a class that the network does not know
   */
  static PanopticEval of(PanopticSegmenter segmenter, LabelledData samples) {
    List<String> stuff = segmenter.reader().rule().stuff();
    PanopticTruth truth = new PanopticTruth(samples.things(), stuff, samples.classes());
    for (String name : samples.classes()) {
      if (!truth.classes().contains(name)) {
        throw new FoveaException(
            "data set: pixels of the class %s, the model knows %s"
                .formatted(Text.shown(name), String.join(", ", truth.classes())));
      }
    }
    PanopticQuality quality = PanopticMeasure.quality(truth);
    for (int i = 0; i < samples.size(); i++) {
      Placed placed = new Placed(samples.read(i, Seed.of(i)).picture(), samples.placement(i));
      quality.add(truth.of(samples.labels(i)), segmenter.segment(placed).map());
    }
    return new PanopticEval(samples.size(), quality.result());
  }

  /** Returns the figures for JSON. */
  Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("pq", figure(result.all(), result.all().pq()));
    fields.put("sq", figure(result.all(), result.all().sq()));
    fields.put("rq", figure(result.all(), result.all().rq()));
    fields.put("pq_things", figure(result.things(), result.things().pq()));
    fields.put("pq_stuff", figure(result.stuff(), result.stuff().pq()));
    List<Object> each = new ArrayList<>();
    for (PanopticResult.PerClass c : result.classes()) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("label", Text.oneLine(c.label()));
      row.put("thing", c.thing());
      row.put("right", c.right());
      row.put("false", c.wrong());
      row.put("missed", c.missed());
      row.put("pq", JsonReport.number(c.counts() ? c.pq() : Double.NaN));
      each.add(row);
    }
    fields.put("segments", each);
    return fields;
  }

  private static Object figure(PanopticResult.Mean mean, double value) {
    return JsonReport.number(mean.classes() == 0 ? Double.NaN : value);
  }

  /** Prints the figures for people. */
  void print() {
    System.out.println(
        String.format(
            Locale.ROOT,
            "PQ %.4f, SQ %.4f, RQ %.4f, on %,d pictures",
            result.all().pq(),
            result.all().sq(),
            result.all().rq(),
            samples));
    System.out.println();
    Table table = new Table("segments", ">PQ", ">SQ", ">RQ", ">right", ">false", ">missed");
    for (PanopticResult.PerClass c : result.classes()) {
      table.row(
          Text.oneLine(c.label()),
          text(c.counts(), c.pq()),
          text(c.right() > 0, c.sq()),
          text(c.counts(), c.rq()),
          Long.toString(c.right()),
          Long.toString(c.wrong()),
          Long.toString(c.missed()));
    }
    row(table, "all things", result.things());
    row(table, "all that cannot be counted", result.stuff());
    System.out.println(table);
  }

  private static void row(Table table, String name, PanopticResult.Mean mean) {
    boolean any = mean.classes() > 0;
    table.row(name, text(any, mean.pq()), text(any, mean.sq()), text(any, mean.rq()), "", "", "");
  }

  private static String text(boolean known, double value) {
    return known ? String.format(Locale.ROOT, "%.4f", value) : "–";
  }
}
