package dev.fovea.cli;

import dev.fovea.io.Text;
import dev.fovea.nn.Model;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.net.Plan;
import dev.fovea.systems.net.Setup;
import dev.fovea.systems.net.Systems;
import dev.fovea.train.Evaluator;
import dev.fovea.train.Measure;
import dev.fovea.train.Scores;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Measures a network that finds key points.
 *
 * @param label the class that has them
 * @param samples how many pictures were looked at
 * @param scores the loss, and all figures of the system
 */
record PoseEval(String label, int samples, Scores scores) {
  /** Looks for key points in all samples. */
  static PoseEval of(ModelFile description, Model model, LabelledData test) {
    Setup setup =
        Systems.find(description.net()).setUp(Plan.of(model.metadata(), description.net()));
    Scores scores =
        Evaluator.of(model, setup.objective())
            .measures(setup.measures(test).toArray(Measure[]::new))
            .evaluate(description.rule().over(setup.targets(test)));
    return new PoseEval(description.labels().get(0), test.size(), scores);
  }

  /** Returns the figures for JSON. */
  Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("class", label);
    fields.put("pictures", samples);
    fields.put("loss", JsonReport.number(scores.loss()));
    scores.metrics().forEach((name, value) -> fields.put(name, JsonReport.number(value)));
    return fields;
  }

  /** Returns the figures as lines. */
  String lines(String name) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%s: key points of %s in %d pictures%n",
            Text.oneLine(name),
            Text.oneLine(label),
            samples));
    scores
        .metrics()
        .forEach((figure, value) ->
            text.append(
                String.format(Locale.ROOT, "%-9s %.4f%n", figure.toUpperCase(Locale.ROOT), value)));
    text.append(String.format(Locale.ROOT, "%-9s %.6f", "loss", scores.loss()));
    return text.toString();
  }
}
