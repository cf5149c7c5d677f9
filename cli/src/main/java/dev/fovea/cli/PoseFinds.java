package dev.fovea.cli;

import dev.fovea.data.Batch;
import dev.fovea.data.Dataset;
import dev.fovea.systems.Pose;
import dev.fovea.systems.detect.BoxPrecision;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.label.Skeleton;
import dev.fovea.systems.measure.CocoClass;
import dev.fovea.systems.measure.CocoEvaluation;
import dev.fovea.systems.measure.Found;
import dev.fovea.systems.measure.KeyPointSimilarity;
import dev.fovea.systems.measure.Rectangle;
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
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.Styler;

/** What a network that finds key points found in each picture, to be written and drawn. */
final class PoseFinds {
  /** So many of the hardest joints have a curve of their own. */
  private static final int MOST_JOINTS = 6;

  /** Distances are drawn in steps of a hundredth, up to twice what counts as near. */
  private static final int STEPS = 20;

  private static final double STEP = 2 * PoseMeasure.NEAR / STEPS;

  private final LabelledData samples;
  private final String label;
  private final Skeleton skeleton;
  private final List<List<Found>> found = new ArrayList<>();

  /**
   * The share of points nearer than one step, two steps …, in this order; none if not asked for.
   */
  private final List<Measure.Collector> near;

  /**
   * Begins with nothing found.
   *
   * @param samples in which key points are looked for
   * @param label the class that has them
   * @param skeleton what they are
   */
  PoseFinds(LabelledData samples, String label, Skeleton skeleton) {
    this(samples, label, skeleton, List.of());
  }

  private PoseFinds(
      LabelledData samples, String label, Skeleton skeleton, List<Measure.Collector> near) {
    this.samples = samples;
    this.label = label;
    this.skeleton = skeleton;
    this.near = near;
  }

  /**
   * Begins with nothing found.
   *
   * @param reader how outputs are read
   * @param samples in which key points are looked for
   * @param distances whether the share of points within each distance is of interest
   */
  static PoseFinds of(PoseReader reader, LabelledData samples, boolean distances) {
    List<Measure.Collector> near =
        IntStream.rangeClosed(1, distances ? STEPS : 0)
            .mapToObj(s -> PoseMeasure.correctByKind(reader, samples, s * STEP).collect(samples))
            .toList();
    return new PoseFinds(samples, reader.label(), reader.rule().skeleton(), near);
  }

  /**
   * Returns what adds all that a network finds, however unsure, while it is measured: a measure
   * without figures.
   *
   * @param reader how outputs are read
   */
  Measure from(PoseReader reader) {
    PoseReader all = new PoseReader(reader.rule().least(0, 0), reader.label(), reader.input());
    return new Measure() {
      @Override
      public List<String> names() {
        return List.of();
      }

      @Override
      public Collector collect(Dataset data) {
        return new Collector() {
          @Override
          public void add(Batch batch, List<Tensor> outputs) {
            for (int i = 0; i < batch.size(); i++) {
              PoseFinds.this.add(all.read(outputs, i, samples.placement(found.size())));
            }
            near.forEach(c -> c.add(batch, outputs));
          }

          @Override
          public List<Double> values() {
            return List.of();
          }
        };
      }
    };
  }

  /** Adds what was found in the next picture. */
  void add(List<Pose> poses) {
    found.add(poses.stream().map(this::found).flatMap(Optional::stream).toList());
  }

  private Optional<Found> found(Pose pose) {
    return pose.box()
        .map(b ->
            new Found(number(), pose.score(), Rectangle.of(b), Optional.empty(), pose.points()));
  }

  /** Returns the number of the class. */
  private int number() {
    return samples.things().indexOf(label);
  }

  /** Writes what was found as COCO's file of results. */
  void writeResults(Path file) {
    ResultsFile.writeKeyPoints(file, ResultsFile.numbers(samples), samples.things().size(), found);
  }

  /**
   * Writes near.png into a folder, if distances are of interest, and precision.png; neither where
   * no point is labelled.
   *
   * @param precision whether precision over recall is of interest
   */
  void writePlots(Path folder, boolean precision) {
    if (precision) {
      PrecisionPlot.write(folder.resolve("precision.png"), "an OKS", List.of(precision()));
    }
    if (!near.isEmpty()) {
      draw(folder.resolve("near.png"));
    }
  }

  /** Returns COCO's average precision by the similarity of key points. */
  CocoClass precision() {
    CocoEvaluation evaluation =
        CocoEvaluation.keyPoints(samples.things(), new KeyPointSimilarity(skeleton.sigmas()));
    for (int i = 0; i < found.size(); i++) {
      evaluation.add(BoxPrecision.truth(samples.labels(i)), found.get(i));
    }
    return evaluation.result().classes().get(number());
  }

  /** Draws the mean of all joints and those that are hardest at the distance of PCK. */
  private void draw(Path file) {
    List<List<Double>> shares = near.stream().map(Measure.Collector::values).toList();
    List<Double> usual = shares.get(STEPS / 2 - 1);
    List<Integer> measured =
        IntStream.range(0, usual.size()).filter(k -> !usual.get(k).isNaN()).boxed().toList();
    if (measured.isEmpty()) {
      return;
    }
    XYChart chart =
        Charts.ofShares(
            "points within a distance",
            "distance in longer sides of the box",
            STEPS * STEP,
            "share of points");
    chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideSE);
    add(chart, "mean", step -> mean(shares.get(step), measured));
    measured.stream()
        .sorted(Comparator.comparingDouble(usual::get))
        .limit(MOST_JOINTS)
        .forEach(k -> add(chart, skeleton.joints().get(k), step -> shares.get(step).get(k)));
    Charts.write(file, chart);
  }

  private static double mean(List<Double> shares, List<Integer> measured) {
    return measured.stream().mapToDouble(shares::get).average().orElse(0);
  }

  /** Adds a curve whose value at no distance is 0. */
  private static void add(XYChart chart, String name, IntToDoubleFunction shares) {
    double[] x = IntStream.rangeClosed(0, STEPS).mapToDouble(s -> s * STEP).toArray();
    double[] y =
        IntStream.rangeClosed(0, STEPS)
            .mapToDouble(s -> s == 0 ? 0 : shares.applyAsDouble(s - 1))
            .toArray();
    Charts.addCurve(chart, name, String.format(Locale.ROOT, "%.3f", y[STEPS / 2]), x, y);
  }
}
