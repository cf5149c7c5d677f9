package dev.fovea.studio.lesson;

import dev.fovea.nn.Model;
import dev.fovea.studio.web.Fields;
import dev.fovea.systems.measure.SegmentationScores;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * A small U-Net learns to tell rings and bars from noise, pixel by pixel, with its skip connections
 * and without them.
 */
final class SegmentationExperiment implements Experiment {
  private static final int TEST = 16;
  private static final int LOOKS = 6;

  @Override
  public String name() {
    return "segmentation";
  }

  @Override
  public Figures show(Fields f) {
    int steps = f.integer("steps", LOOKS, 300);
    Model with = RingsAndBars.model(true);
    Model without = RingsAndBars.model(false);
    double[] skipping = learn(with, steps);
    double[] plain = learn(without, steps);
    double[] x = new double[LOOKS];
    for (int i = 0; i < LOOKS; i++) {
      x[i] = (i + 1) * (steps / LOOKS);
    }
    RingsAndBars test = new RingsAndBars(TEST, Seed.of(100));
    SequencedMap<String, Tensor> seen = new LinkedHashMap<>();
    seen.put("picture", Numbers.grey(test.pictures.sample(0)));
    seen.put("truth", Numbers.grey(test.masks.sample(0)));
    seen.put("with skips", Numbers.grey(found(with, test).sample(0)));
    seen.put("without skips", Numbers.grey(found(without, test).sample(0)));
    return new Figures()
        .number("Dice, with skips", skipping[LOOKS - 1])
        .number("Dice, without skips", plain[LOOKS - 1])
        .curves(
            "Dice on scenes that it has not seen",
            "step",
            x,
            new Figures.Line("with skips", skipping),
            new Figures.Line("without skips", plain))
        .pictures("One scene", seen);
  }

  /** Trains, and returns the Dice on the test scenes after each of some parts of the way. */
  private static double[] learn(Model model, int steps) {
    RingsAndBars.Steps learning = new RingsAndBars.Steps(model);
    RingsAndBars test = new RingsAndBars(TEST, Seed.of(100));
    List<Double> dice = new ArrayList<>();
    for (int i = 1; i <= steps; i++) {
      learning.step(i);
      if (i % (steps / LOOKS) == 0 && dice.size() < LOOKS) {
        model.parameters().changed();
        dice.add(dice(test, found(model, test)));
      }
    }
    return dice.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** Returns the pixels whose logit is positive as 1, others as 0. */
  private static Tensor found(Model model, RingsAndBars scenes) {
    Tensor logits = model.run(scenes.pictures);
    for (int i = 0; i < logits.data().length; i++) {
      logits.data()[i] = logits.data()[i] > 0 ? 1 : 0;
    }
    return logits;
  }

  private static double dice(RingsAndBars truth, Tensor found) {
    SegmentationScores scores = new SegmentationScores(List.of("background", "object"));
    for (int n = 0; n < TEST; n++) {
      Shape mask = Shape.of(RingsAndBars.SIDE, RingsAndBars.SIDE);
      scores.add(truth.masks.sample(n).reshape(mask), found.sample(n).reshape(mask));
    }
    return scores.result().dice(1);
  }
}
