package dev.fovea.cli;

import dev.fovea.data.Mark;
import dev.fovea.data.Sample;
import dev.fovea.io.Json;
import dev.fovea.io.Table;
import dev.fovea.io.Text;
import dev.fovea.systems.draw.Drawing;
import dev.fovea.systems.label.LabelNames;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.measure.SegmentationResult;
import dev.fovea.systems.measure.SegmentationScores;
import dev.fovea.systems.segment.Segmentation;
import dev.fovea.systems.segment.SegmentationMap;
import dev.fovea.systems.segment.Segmenter;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.ConfusionMatrix;
import dev.fovea.vision.ConfusionPicture;
import dev.fovea.vision.ContactSheet;
import dev.fovea.vision.Images;
import dev.fovea.vision.Placed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;

/**
 * How well a network finds the classes of pixels, measured in the pictures' own sizes.
 *
 * @param model what was measured, for the report
 * @param segmentation the classes
 * @param result the figures
 * @param pictures the share of right pixels of each picture
 */
record MaskEvaluation(
    String model, Segmentation segmentation, SegmentationResult result, List<Double> pictures) {
  private static final int WORST = 8;
  private static final int CELL = 160;

  /** Measures a network with samples of its classes. */
  static MaskEvaluation of(String model, Segmenter segmenter, LabelledData test) {
    List<String> classes = test.classes();
    SegmentationScores scores = new SegmentationScores(classes, OptionalInt.of(Mark.Mask.IGNORED));
    List<Double> pictures = new ArrayList<>();
    LabelNames names = new LabelNames(test.things(), classes, test.skeleton(), test.words());
    for (int i = 0; i < test.size(); i++) {
      Tensor truth = test.labels(i).classes(names);
      Tensor found = found(segmenter, test, i).classes();
      pictures.add(share(truth, found));
      scores.add(truth, found);
    }
    return new MaskEvaluation(model, new Segmentation(classes), scores.result(), pictures);
  }

  private static SegmentationMap found(Segmenter segmenter, LabelledData test, int i) {
    Sample sample = test.read(i, Seed.of(0));
    return segmenter.segment(new Placed(sample.picture(), test.placement(i)));
  }

  /** Returns the share of right pixels; those that the network does not see do not count. */
  private static double share(Tensor truth, Tensor found) {
    long right = 0;
    long all = 0;
    for (int i = 0; i < found.data().length; i++) {
      if (found.data()[i] < 0) {
        truth.data()[i] = Mark.Mask.IGNORED;
      }
      if (truth.data()[i] != Mark.Mask.IGNORED) {
        right += truth.data()[i] == found.data()[i] ? 1 : 0;
        all++;
      }
    }
    return (double) right / Math.max(1, all);
  }

  private double iou() {
    OptionalInt object = segmentation.object();
    return object.isPresent() ? result.iou(object.getAsInt()) : result.meanIou();
  }

  private double dice() {
    OptionalInt object = segmentation.object();
    return object.isPresent() ? result.dice(object.getAsInt()) : result.meanDice();
  }

  /** Prints the figures as one JSON object. */
  void printJson() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("model", model);
    fields.put("samples", pictures.size());
    fields.put("accuracy", JsonReport.number(result.pixelAccuracy()));
    fields.put("iou", JsonReport.number(iou()));
    fields.put("dice", JsonReport.number(dice()));
    fields.put("mean_iou", JsonReport.number(result.meanIou()));
    fields.put("mean_class_accuracy", JsonReport.number(result.meanClassAccuracy()));
    fields.put("frequency_weighted_iou", JsonReport.number(result.frequencyWeightedIou()));
    List<Object> classes = new ArrayList<>();
    ConfusionMatrix matrix = result.confusion();
    for (int c = 0; c < matrix.classes(); c++) {
      Map<String, Object> of = new LinkedHashMap<>();
      of.put("label", Text.oneLine(matrix.label(c)));
      of.put("pixels", matrix.samples(c));
      of.put("iou", JsonReport.number(result.iou(c)));
      of.put("dice", JsonReport.number(result.dice(c)));
      of.put("precision", JsonReport.number(matrix.precision(c)));
      of.put("recall", JsonReport.number(matrix.recall(c)));
      of.put("iou_of_pictures", JsonReport.number(result.perPicture().get(c).meanIou(1)));
      of.put("dice_of_pictures", JsonReport.number(result.perPicture().get(c).meanDice(1)));
      classes.add(of);
    }
    fields.put("classes", classes);
    System.out.println(Json.write(fields));
  }

  /** Prints the figures for people. */
  void print() {
    System.out.println(
        String.format(
            Locale.ROOT,
            "IoU %.4f, Dice %.4f%s, pixel accuracy %.2f %%, mean IoU %.4f, on %,d pictures",
            iou(),
            dice(),
            segmentation.object().isPresent()
                ? " of " + segmentation.classes().get(segmentation.object().getAsInt())
                : " (means of classes)",
            100 * result.pixelAccuracy(),
            result.meanIou(),
            pictures.size()));
    System.out.println();
    Table table =
        new Table("class", ">pixels", ">IoU", ">Dice", ">precision", ">recall", ">IoU of pictures");
    ConfusionMatrix matrix = result.confusion();
    for (int c = 0; c < matrix.classes(); c++) {
      table.row(
          Text.oneLine(matrix.label(c)),
          Long.toString(matrix.samples(c)),
          figure(result.iou(c)),
          figure(result.dice(c)),
          figure(matrix.precision(c)),
          figure(matrix.recall(c)),
          figure(result.perPicture().get(c).meanIou(1)));
    }
    System.out.println(table);
    System.out.println(
        "all pixels of all pictures together; the last column is the mean over pictures, of which"
            + " one without the class in truth and prediction counts 1");
  }

  private static String figure(double value) {
    return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, "%.4f", value);
  }

  /**
   * Writes confusion.png, and worst.png with the pictures of fewest right pixels, each beside what
   * is true and what was found.
   *
   * @throws FoveaException if one cannot be written
   */
  void write(Path folder, Segmenter segmenter, LabelledData test) {
    Images.writePng(folder.resolve("confusion.png"), ConfusionPicture.of(result.confusion()));
    ContactSheet sheet = new ContactSheet(CELL, CELL);
    List<Integer> worst = new ArrayList<>();
    for (int i = 0; i < pictures.size(); i++) {
      worst.add(i);
    }
    worst.sort(Comparator.comparingDouble(pictures::get));
    for (int i : worst.subList(0, Math.min(WORST, worst.size()))) {
      Tensor picture = test.read(i, Seed.of(0)).picture();
      Tensor truth = test.read(i, Seed.of(0)).mark(Mark.Mask.class).orElseThrow().classes();
      String name = test.labels(i).stem();
      sheet.add(Images.of(Drawing.of(picture).image()), Text.cut(name, 24));
      sheet.add(drawn(picture, truth), "truth");
      Tensor shown = segmenter.segment(picture).classes();
      sheet.add(
          drawn(picture, shown),
          String.format(Locale.ROOT, "found, %.1f %% right", 100 * pictures.get(i)));
    }
    Images.writePng(folder.resolve("worst.png"), sheet.toImage());
  }

  private Tensor drawn(Tensor picture, Tensor classes) {
    return Images.of(
        Drawing.of(picture)
            .classes(segmentation.withoutBackground(classes.copy()), segmentation.classes())
            .image());
  }
}
