package dev.fovea.cli;

import dev.fovea.data.Batch;
import dev.fovea.data.BatchStream;
import dev.fovea.data.Dataset;
import dev.fovea.io.Table;
import dev.fovea.io.Text;
import dev.fovea.nn.Model;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.net.Plan;
import dev.fovea.systems.net.Setup;
import dev.fovea.systems.net.Systems;
import dev.fovea.systems.pose.FlipTest;
import dev.fovea.systems.pose.PoseEstimator;
import dev.fovea.systems.pose.PoseMeasure;
import dev.fovea.systems.pose.PoseRule;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.Evaluator;
import dev.fovea.train.Measure;
import dev.fovea.train.Scores;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measures a network that finds key points.
 *
 * @param label the class that has them
 * @param samples how many pictures were looked at
 * @param figures all figures of the system by name, and the loss if there is one
 * @param joints PCK of each joint, where PCK is among the figures; NaN where none is labelled
 */
record PoseEval(
    String label, int samples, Map<String, Double> figures, Map<String, Double> joints) {
  private static final int BATCH = 16;

  /** The share of points that are near. */
  static final String PCK = "pck";

  /** What the names of figures begin with that follow the similarity of key points. */
  static final String OKS = "oks_";

  /**
   * Looks for key points in all samples.
   *
   * @param flip whether it looks at their mirror images, too, without a loss
   * @param others what else is measured
   */
  static PoseEval of(
      ModelFile description, Model model, LabelledData test, boolean flip, List<Measure> others) {
    Setup setup = setup(description, model);
    List<Measure> measures = new ArrayList<>(setup.measures(test));
    if (tellsNear(setup, test)) {
      measures.add(joints(model, test));
    }
    measures.addAll(others);
    Dataset samples = description.rule().over(setup.targets(test));
    Map<String, Double> figures =
        flip ? flipped(model, samples, measures) : plain(model, setup, samples, measures);
    return of(description, model, test, figures);
  }

  private static Map<String, Double> plain(
      Model model, Setup setup, Dataset samples, List<Measure> measures) {
    Scores scores =
        Evaluator.of(model, setup.objective())
            .measures(measures.toArray(Measure[]::new))
            .evaluate(samples);
    Map<String, Double> figures = new LinkedHashMap<>(scores.metrics());
    figures.put("loss", scores.loss());
    return figures;
  }

  /** Measures the mean of the answers to the samples and to their mirror images. */
  private static Map<String, Double> flipped(Model model, Dataset samples, List<Measure> measures) {
    PoseRule rule = PoseRule.parse(model.metadata().getOrDefault(PoseRule.KEY, ""), "model");
    List<Measure.Collector> collectors = measures.stream().map(m -> m.collect(samples)).toList();
    try (BatchStream batches = samples.batches(BATCH).open(Seed.of(0))) {
      for (Batch b = batches.next(); b != null; b = batches.next()) {
        List<Tensor> outputs = FlipTest.outputs(model, rule, b.inputs().get(0));
        for (Measure.Collector c : collectors) {
          c.add(b, outputs);
        }
      }
    }
    Map<String, Double> figures = new LinkedHashMap<>();
    for (int m = 0; m < measures.size(); m++) {
      List<Double> values = collectors.get(m).values();
      for (int i = 0; i < values.size(); i++) {
        figures.put(measures.get(m).names().get(i), values.get(i));
      }
    }
    return figures;
  }

  /** Returns whether the share of points that are near is among what a system measures. */
  static boolean tellsNear(ModelFile description, Model model, LabelledData test) {
    return tellsNear(setup(description, model), test);
  }

  private static boolean tellsNear(Setup setup, LabelledData test) {
    return setup.measures(test).stream().anyMatch(m -> m.names().contains(PCK));
  }

  private static Measure joints(Model model, LabelledData test) {
    return PoseMeasure.correctByKind(PoseEstimator.of(model).reader(), test, PoseMeasure.NEAR);
  }

  /** Takes the figures of joints out of all. */
  private static PoseEval of(
      ModelFile description, Model model, LabelledData test, Map<String, Double> all) {
    List<String> names = all.containsKey(PCK) ? joints(model, test).names() : List.of();
    Map<String, Double> figures = new LinkedHashMap<>();
    Map<String, Double> joints = new LinkedHashMap<>();
    all.forEach((name, value) -> {
      int kind = names.indexOf(name);
      if (kind < 0) {
        figures.put(name, value);
      } else {
        joints.put(test.skeleton().joints().get(kind), value);
      }
    });
    return new PoseEval(description.labels().get(0), test.size(), figures, joints);
  }

  private static Setup setup(ModelFile description, Model model) {
    return Systems.find(description.net()).setUp(Plan.of(model.metadata(), description.net()));
  }

  /** Returns whether a figure is among those of the system. */
  boolean has(String figure) {
    return figures.containsKey(figure);
  }

  /** Returns the figures for JSON. */
  Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("class", label);
    fields.put("pictures", samples);
    figures.forEach((name, value) -> fields.put(name, JsonReport.number(value)));
    if (!joints.isEmpty()) {
      List<Object> each = new ArrayList<>();
      joints.forEach((name, pck) -> {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("label", Text.oneLine(name));
        row.put(PCK, JsonReport.number(pck));
        each.add(row);
      });
      fields.put("joints", each);
    }
    return fields;
  }

  /** Returns the figures as lines. */
  String lines(String name) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%s: key points of %s in %s%n",
            Text.oneLine(name),
            Text.oneLine(label),
            Count.of(samples, "picture")));
    figures.forEach((figure, value) ->
        text.append(
            String.format(
                Locale.ROOT, "%-9s %s%n", figure.toUpperCase(Locale.ROOT), share(value))));
    if (!joints.isEmpty()) {
      Table table = new Table("joint", ">PCK");
      joints.forEach((joint, pck) -> table.row(Text.oneLine(joint), share(pck)));
      text.append(System.lineSeparator()).append(table);
    }
    return text.toString().stripTrailing();
  }

  private static String share(double value) {
    return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, "%.4f", value);
  }
}
