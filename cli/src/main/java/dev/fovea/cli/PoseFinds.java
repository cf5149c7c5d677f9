package dev.fovea.cli;

import dev.fovea.data.Batch;
import dev.fovea.io.Text;
import dev.fovea.nn.Model;
import dev.fovea.systems.Pose;
import dev.fovea.systems.detect.BoxPrecision;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.measure.CocoClass;
import dev.fovea.systems.measure.CocoEvaluation;
import dev.fovea.systems.measure.Found;
import dev.fovea.systems.measure.KeyPointSimilarity;
import dev.fovea.systems.measure.Rectangle;
import dev.fovea.systems.pose.PoseEstimator;
import dev.fovea.systems.pose.PoseMeasure;
import dev.fovea.systems.pose.PoseReader;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.Measure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** What a network that finds key points found in each picture, to be written and drawn. */
final class PoseFinds {
  private static final int SIDE = 560;
  private static final int LONGEST_NAME = 24;

  /** So many of the hardest joints have a curve of their own. */
  private static final int MOST_JOINTS = 6;

  /** Distances are drawn in steps of a hundredth, up to twice what counts as near. */
  private static final int STEPS = 20;

  private static final double STEP = 2 * PoseMeasure.NEAR / STEPS;

  private final LabelledData samples;
  private final PoseReader reader;
  private final int label;
  private final List<List<Found>> found = new ArrayList<>();

  /**
   * The share of points nearer than one step, two steps …, in this order; none if not asked for.
   */
  private final List<Measure.Collector> near;

  private PoseFinds(PoseReader reader, LabelledData samples, boolean distances) {
    this.samples = samples;
    this.reader = new PoseReader(reader.rule().least(0, 0), reader.label(), reader.input());
    this.label = samples.things().indexOf(reader.label());
    this.near =
        IntStream.rangeClosed(1, distances ? STEPS : 0)
            .mapToObj(s -> PoseMeasure.correctByKind(reader, samples, s * STEP).collect(samples))
            .toList();
  }

  /**
   * Looks for key points in all samples.
   *
   * @param flip whether it looks at their mirror images, too
   * @param distances whether the share of points within each distance is of interest
   */
  static PoseFinds of(
      ModelFile description, Model model, LabelledData samples, boolean flip, boolean distances) {
    PoseFinds finds = new PoseFinds(PoseEstimator.of(model).reader(), samples, distances);
    PoseEval.each(description, model, samples, flip, finds::add);
    return finds;
  }

  private void add(Batch batch, List<Tensor> outputs) {
    for (int i = 0; i < batch.size(); i++) {
      List<Pose> poses = reader.read(outputs, i, samples.placement(found.size()));
      found.add(poses.stream().map(this::found).flatMap(Optional::stream).toList());
    }
    near.forEach(c -> c.add(batch, outputs));
  }

  private Optional<Found> found(Pose pose) {
    return pose.box()
        .map(b -> new Found(label, pose.score(), Rectangle.of(b), Optional.empty(), pose.points()));
  }

  /** Writes what was found as COCO's file of results. */
  void writeResults(Path file) {
    ResultsFile.write(file, ResultsFile.numbers(samples), samples.things().size(), found);
  }

  /**
   * Writes near.png into a folder, if distances are of interest, and precision.png.
   *
   * @param precision whether precision over recall is of interest
   */
  void writePlots(Path folder, boolean precision) {
    if (precision) {
      PrecisionPlot.write(folder.resolve("precision.png"), "an OKS", List.of(precision()));
    }
    if (!near.isEmpty()) {
      Charts.write(folder.resolve("near.png"), distances());
    }
  }

  private CocoClass precision() {
    CocoEvaluation evaluation =
        CocoEvaluation.keyPoints(
            samples.things(), new KeyPointSimilarity(reader.rule().skeleton().sigmas()));
    for (int i = 0; i < found.size(); i++) {
      evaluation.add(BoxPrecision.truth(samples.labels(i)), found.get(i));
    }
    return evaluation.result().classes().get(label);
  }

  /** Draws the mean of all joints and those that are hardest at the distance of PCK. */
  private XYChart distances() {
    XYChart chart =
        Charts.of(
            SIDE,
            SIDE,
            "points within a distance",
            "distance in longer sides of the box",
            "share of points");
    chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideSE);
    chart.getStyler().setXAxisMin(0.0).setXAxisMax(STEPS * STEP);
    chart.getStyler().setYAxisMin(0.0).setYAxisMax(1.05);
    List<List<Double>> shares = near.stream().map(Measure.Collector::values).toList();
    add(chart, "mean", shares.stream().map(PoseFinds::mean).toList());
    List<String> joints = reader.rule().skeleton().joints();
    List<Double> usual = shares.get(STEPS / 2 - 1);
    IntStream.range(0, joints.size())
        .filter(k -> !Double.isNaN(usual.get(k)))
        .boxed()
        .sorted(Comparator.comparingDouble(usual::get))
        .limit(MOST_JOINTS)
        .forEach(k -> add(chart, joints.get(k), shares.stream().map(s -> s.get(k)).toList()));
    return chart;
  }

  private static double mean(List<Double> shares) {
    return shares.stream()
        .mapToDouble(Double::doubleValue)
        .filter(s -> !Double.isNaN(s))
        .average()
        .orElse(0);
  }

  private static void add(XYChart chart, String name, List<Double> shares) {
    double[] x = IntStream.rangeClosed(0, STEPS).mapToDouble(s -> s * STEP).toArray();
    double[] y =
        IntStream.rangeClosed(0, STEPS).mapToDouble(s -> s == 0 ? 0 : shares.get(s - 1)).toArray();
    String title =
        String.format(
            Locale.ROOT, "%s, %.3f", Text.cut(name, LONGEST_NAME), shares.get(STEPS / 2 - 1));
    chart.addSeries(title, x, y).setMarker(SeriesMarkers.NONE);
  }
}
