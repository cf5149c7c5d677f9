package dev.fovea.cli;

import dev.fovea.io.Json;
import dev.fovea.io.Table;
import dev.fovea.io.Text;
import dev.fovea.systems.Detection;
import dev.fovea.systems.detect.BoxPrecision;
import dev.fovea.systems.detect.Detector;
import dev.fovea.systems.detect.MaskPrecision;
import dev.fovea.systems.detect.RegionDecoder;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.label.LabelledObject;
import dev.fovea.systems.label.LabelledPicture.Numbers;
import dev.fovea.systems.measure.CocoClass;
import dev.fovea.systems.measure.CocoEvaluation;
import dev.fovea.systems.measure.CocoResult;
import dev.fovea.systems.measure.DetectionConfusion;
import dev.fovea.systems.measure.Found;
import dev.fovea.systems.measure.Truth;
import dev.fovea.systems.measure.VocEvaluation;
import dev.fovea.systems.measure.VocResult;
import dev.fovea.systems.pose.PointPrecision;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.train.ConfusionMatrix;
import dev.fovea.vision.Placed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Measures a detector as COCO and VOC do, and counts what it gets right at the score it is used
 * with.
 *
 * @param name what the model is called
 * @param classes the names of the classes
 * @param coco COCO's figures of boxes
 * @param masks COCO's figures of masks, if the network tells them
 * @param points COCO's figures of key points, if the network tells them
 * @param voc VOC's figures
 * @param used what boxes are taken for at the score that is usual for drawing
 * @param score that score
 * @param least the least score that average precision looks at
 * @param most how many detections of a picture it looks at
 * @param pictures how many pictures were looked at
 * @param found what was found in each picture, with masks and key points; none unless it is kept
 * @param seconds how long a picture took from its input to what was found, the first one left out,
 *     for which the network is compiled; NaN of one picture alone
 * @param numbers how the data's files number each picture and the classes, if all do
 */
record DetectorEval(
    String name,
    List<String> classes,
    CocoResult coco,
    Optional<CocoResult> masks,
    Optional<CocoResult> points,
    VocResult voc,
    ConfusionMatrix used,
    double score,
    double least,
    int most,
    int pictures,
    List<List<Found>> found,
    double seconds,
    List<Numbers> numbers) {
  private static final double OVERLAP = 0.5;

  /** So many detections of a class in a picture COCO's figures count. */
  private static final int COCO_MOST = 100;

  /**
   * Looks for objects in all samples.
   *
   * @param most how many detections of a picture count at most; those of use if empty
   * @param keep whether what was found is kept, to be written
   * @throws FoveaException if the network tells masks and no object has one
   */
  static DetectorEval of(
      String name, Detector detector, LabelledData samples, OptionalInt most, boolean keep) {
    double usual = detector.rule().score();
    Detector measured = detector.measured();
    Detector all = most.isPresent() ? measured.most(most.getAsInt()) : measured;
    List<String> classes = samples.things();
    CocoEvaluation coco = counting(most, CocoEvaluation.boxes(classes));
    CocoEvaluation masks = counting(most, CocoEvaluation.masks(classes));
    boolean tells = detector.rule().decoder() instanceof RegionDecoder d && d.masks();
    if (tells) {
      requireMasks(name, samples);
    }
    Optional<CocoEvaluation> points = points(detector, samples);
    VocEvaluation voc = new VocEvaluation(classes);
    DetectionConfusion used = new DetectionConfusion(classes, usual, OVERLAP);
    List<List<Found>> found = new ArrayList<>();
    long nanos = 0;
    for (int i = 0; i < samples.size(); i++) {
      Placed placed = new Placed(samples.read(i, Seed.of(i)).picture(), samples.placement(i));
      long begin = System.nanoTime();
      List<Detection> detections = all.detect(placed);
      nanos += i == 0 ? 0 : System.nanoTime() - begin;
      List<Found> here = MaskPrecision.found(samples.labels(i), detections);
      List<Truth> truth = BoxPrecision.truth(samples.labels(i));
      coco.add(truth, here);
      if (tells) {
        masks.add(MaskPrecision.truth(samples.labels(i)), here);
      }
      points.ifPresent(p -> p.add(truth, here));
      voc.add(truth, here);
      used.add(truth, here);
      if (keep) {
        found.add(here);
      }
    }
    return new DetectorEval(
        name,
        classes,
        coco.result(),
        tells ? Optional.of(masks.result()) : Optional.empty(),
        points.map(CocoEvaluation::result),
        voc.result(),
        used.result(),
        usual,
        all.rule().score(),
        all.rule().most(),
        samples.size(),
        found,
        samples.size() < 2 ? Double.NaN : nanos / 1e9 / (samples.size() - 1),
        ResultsFile.numbers(samples));
  }

  private static void requireMasks(String name, LabelledData samples) {
    List<LabelledObject> objects =
        IntStream.range(0, samples.size())
            .boxed()
            .flatMap(i -> samples.labels(i).objects().stream())
            .toList();
    if (!objects.isEmpty() && objects.stream().noneMatch(o -> o.region().isPresent())) {
      throw new FoveaException(
          name
              + ": tells masks, by which it is measured, and the labels have nothing but boxes;"
              + " labels with outlines or masks expected");
    }
  }

  /** Of each class COCO counts the best 100 of a picture, or as many more as are asked for. */
  private static CocoEvaluation counting(OptionalInt most, CocoEvaluation coco) {
    return most.orElse(0) > COCO_MOST ? coco.withLimits(1, 10, most.getAsInt()) : coco;
  }

  /**
   * Returns what measures key points, if the network tells them.
   *
   * @throws FoveaException if the samples have others
   */
  private static Optional<CocoEvaluation> points(Detector detector, LabelledData samples) {
    List<String> joints = detector.rule().decoder().skeleton().joints();
    if (joints.isEmpty()) {
      return Optional.empty();
    }
    if (!samples.skeleton().joints().equals(joints)) {
      throw new FoveaException(
          "data set: key points %s, the model finds %s"
              .formatted(samples.skeleton().joints(), joints));
    }
    return Optional.of(PointPrecision.evaluation(samples));
  }

  /** Writes what was found and kept as COCO's file of results. */
  void writeResults(Path file) {
    ResultsFile.write(file, numbers, classes.size(), found);
  }

  /** Returns the figures for JSON. */
  Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("model", name);
    fields.put("samples", pictures);
    coco.figures().forEach((key, value) -> fields.put(key.toLowerCase(Locale.ROOT), figure(value)));
    masks.ifPresent(m -> {
      fields.put("mask_ap", figure(m.ap()));
      fields.put("mask_ap50", figure(m.ap50()));
    });
    points.ifPresent(p -> {
      fields.put("oks_ap", figure(p.ap()));
      fields.put("oks_ap50", figure(p.ap50()));
    });
    fields.put("voc_ap", figure(voc.allPoints()));
    fields.put("voc2007_ap", figure(voc.elevenPoints()));
    fields.put("score", score);
    fields.put("seconds_per_picture", JsonReport.number(seconds));
    fields.put("classes", IntStream.range(0, classes.size()).mapToObj(this::ofClass).toList());
    return fields;
  }

  private Map<String, Object> ofClass(int c) {
    CocoClass of = coco.classes().get(c);
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("label", of.label());
    row.put("objects", of.objects());
    row.put("ap", figure(of.ap()));
    row.put("ap50", figure(of.ap50()));
    masks.ifPresent(m -> precision(row, "mask", m.classes().get(c)));
    points.ifPresent(p -> precision(row, "oks", p.classes().get(c)));
    row.put("voc_ap", figure(voc.classes().get(c).allPoints()));
    row.put("precision", JsonReport.number(used.precision(c)));
    row.put("recall", JsonReport.number(used.recall(c)));
    row.put("f1", JsonReport.number(used.f1(c)));
    return row;
  }

  private static void precision(Map<String, Object> row, String what, CocoClass of) {
    row.put(what + "_ap", figure(of.ap()));
    row.put(what + "_ap50", figure(of.ap50()));
  }

  /** Where no class has the figure there is none. */
  private static Object figure(double value) {
    return value < 0 ? Json.Null.NULL : JsonReport.number(value);
  }

  void print() {
    System.out.println(
        String.format(
            Locale.ROOT,
            "AP %s, AP50 %s, VOC's AP %s, on %,d pictures%s",
            text(coco.ap()),
            text(coco.ap50()),
            text(voc.allPoints()),
            pictures,
            Double.isNaN(seconds) ? "" : String.format(Locale.ROOT, ", %.3f s each", seconds)));
    points.ifPresent(p ->
        System.out.println("key points: OKS-AP " + text(p.ap()) + ", OKS-AP50 " + text(p.ap50())));
    System.out.println();
    System.out.println(figures());
    System.out.print(perClass());
    System.out.println(
        String.format(
            Locale.ROOT,
            "AP looks at scores from %.2f on, at %,d detections of a picture at most; found, right,"
                + " precision and recall are of those from %.2f on, at an overlap of %.1f",
            least,
            most,
            score,
            OVERLAP));
  }

  private Table perClass() {
    List<String> titles = new ArrayList<>(List.of("class", ">objects", ">AP", ">AP50"));
    masks.ifPresent(_ -> titles.addAll(List.of(">mask AP", ">mask AP50")));
    points.ifPresent(_ -> titles.addAll(List.of(">OKS-AP", ">OKS-AP50")));
    titles.addAll(List.of(">VOC AP", ">found", ">right", ">precision", ">recall"));
    Table table = new Table(titles.toArray(String[]::new));
    for (int c = 0; c < classes.size(); c++) {
      table.row(cells(c).toArray(String[]::new));
    }
    return table;
  }

  private List<String> cells(int c) {
    CocoClass of = coco.classes().get(c);
    List<String> cells = new ArrayList<>();
    cells.add(Text.oneLine(of.label()));
    cells.add(Long.toString(of.objects()));
    cells.addAll(precisions(of));
    masks.ifPresent(m -> cells.addAll(precisions(m.classes().get(c))));
    points.ifPresent(p -> cells.addAll(precisions(p.classes().get(c))));
    cells.add(text(voc.classes().get(c).allPoints()));
    cells.add(Long.toString(used.predicted(c)));
    cells.add(Long.toString(used.count(c, c)));
    cells.add(text(used.precision(c)));
    cells.add(text(used.recall(c)));
    return cells;
  }

  private static List<String> precisions(CocoClass of) {
    return List.of(text(of.ap()), text(of.ap50()));
  }

  private Table figures() {
    if (masks.isEmpty()) {
      Table table = new Table("COCO", ">of boxes");
      coco.figures().forEach((key, value) -> table.row(key, text(value)));
      return table;
    }
    Table table = new Table("COCO", ">of boxes", ">of masks");
    Map<String, Double> other = masks.orElseThrow().figures();
    coco.figures()
        .forEach((key, value) -> table.row(key, text(value), text(other.getOrDefault(key, -1.0))));
    return table;
  }

  private static String text(double value) {
    return value < 0 || Double.isNaN(value) ? "–" : String.format(Locale.ROOT, "%.4f", value);
  }
}
