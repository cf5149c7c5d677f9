package dev.fovea.cli;

import dev.fovea.data.Dataset;
import dev.fovea.insight.colour.HeatMap;
import dev.fovea.insight.explain.Explainer;
import dev.fovea.insight.explain.Method;
import dev.fovea.insight.probe.Layers;
import dev.fovea.insight.probe.Target;
import dev.fovea.nn.Model;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.Outcomes;
import dev.fovea.vision.ContactSheet;
import dev.fovea.vision.Images;
import dev.fovea.vision.InputRule;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The surest mistakes of a classifier on one sheet: each picture with what it is, and beside it by
 * Grad-CAM what spoke for the class that it was taken for.
 */
final class MistakePicture {
  /** So many stand in pairs, four pictures to a row. */
  private static final int MOST = 8;

  private static final int CELL = 128;

  private final Model model;
  private final Dataset samples;
  private final InputRule rule;

  /** Creates the picture of a model's mistakes among samples that become inputs by a rule. */
  MistakePicture(Model model, Dataset samples, InputRule rule) {
    this.model = model;
    this.samples = samples;
    this.rule = rule;
  }

  /** Returns the samples that are taken for another class, the surest first. */
  static List<Integer> surest(Outcomes outcomes) {
    return IntStream.range(0, outcomes.size())
        .filter(i -> outcomes.best(i) != outcomes.label(i))
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -outcomes.probability(i, outcomes.best(i))))
        .limit(MOST)
        .toList();
  }

  /** Writes mistakes.png into a folder, where there are mistakes and layers with places. */
  void write(Path folder, Outcomes outcomes) {
    List<Integer> mistakes = surest(outcomes);
    boolean pictures = model.inputs().getFirst().rank() == 3;
    if (mistakes.isEmpty() || !pictures || Layers.of(model).withPlaces().isEmpty()) {
      return;
    }
    ContactSheet sheet = new ContactSheet(CELL, CELL);
    for (int i : mistakes) {
      int taken = outcomes.best(i);
      Tensor input = samples.input(i, Seed.of(0));
      Tensor picture = picture(input);
      Tensor map =
          Explainer.of(model, Target.logit(model.output(0), taken))
              .explain(Method.GRAD_CAM, input)
              .map();
      sheet.add(picture, "is " + outcomes.name(outcomes.label(i)));
      sheet.add(
          new HeatMap(map).over(picture),
          String.format(
              Locale.ROOT,
              "%s, %.0f %%",
              outcomes.name(taken),
              100 * outcomes.probability(i, taken)));
    }
    Images.writePng(folder.resolve("mistakes.png"), sheet.toImage());
  }

  /** Returns an input as red, green and blue from 0 to 255. */
  private Tensor picture(Tensor input) {
    Tensor pixels = input.copy();
    int channels = input.shape().dim(2);
    for (int i = 0; i < pixels.data().length; i++) {
      float v = rule.preprocessing().denormalize(pixels.data()[i], i % channels);
      pixels.data()[i] = Math.clamp(v, 0, 255);
    }
    return rule.reordered(pixels);
  }
}
