package dev.fovea.studio.lesson;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.convTranspose2d;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.engine.Engine;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Losses;
import dev.fovea.nn.Model;
import dev.fovea.nn.Signal;
import dev.fovea.optim.Optimizers;
import dev.fovea.studio.web.Fields;
import dev.fovea.systems.measure.SegmentationScores;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.TrainingStep;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * A small U-Net learns to tell rings and bars from noise, pixel by pixel, with its skip connections
 * and without them.
 */
final class SegmentationExperiment implements Experiment {
  private static final int SIDE = 32;
  private static final int BATCH = 8;
  private static final int TEST = 16;
  private static final int LOOKS = 6;
  private static final Shape PICTURE = Shape.of(SIDE, SIDE, 1);

  @Override
  public String name() {
    return "segmentation";
  }

  @Override
  public Figures show(Fields f) {
    int steps = f.integer("steps", LOOKS, 300);
    Model with = model(true);
    Model without = model(false);
    double[] skipping = learn(with, steps);
    double[] plain = learn(without, steps);
    double[] x = new double[LOOKS];
    for (int i = 0; i < LOOKS; i++) {
      x[i] = (i + 1) * (steps / LOOKS);
    }
    Scenes test = new Scenes(TEST, Seed.of(100));
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

  /** Scenes and their masks: rings and bars among noise, [N, 32, 32, 1] both. */
  private static final class Scenes {
    final Tensor pictures;
    final Tensor masks;

    Scenes(int count, Seed seed) {
      pictures = Tensor.zeros(PICTURE.prepend(count));
      masks = Tensor.zeros(PICTURE.prepend(count));
      for (int n = 0; n < count; n++) {
        Rng rng = seed.split(n).rng();
        double y0 = rng.nextFloat(9, 22);
        double x0 = rng.nextFloat(9, 22);
        double radius = rng.nextFloat(4, 9);
        int bar = 2 + rng.nextInt(SIDE - 4);
        for (int i = 0; i < SIDE * SIDE; i++) {
          int y = i / SIDE;
          double far = Math.hypot(y - y0, i % SIDE - x0);
          boolean inside = Math.abs(far - radius) < 1 || y == bar;
          int at = n * SIDE * SIDE + i;
          masks.data()[at] = inside ? 1 : 0;
          pictures.data()[at] = (inside ? 0.8f : 0.2f) + 0.25f * (float) rng.nextGaussian();
        }
      }
    }
  }

  private static Model model(boolean skips) {
    return Model.build(net(skips), PICTURE, Seed.of(7), Engine.shared());
  }

  private static Layer net(boolean skips) {
    Layer first = sequence(conv2d(8, 3).same(), relu()).named("down0");
    Layer second = sequence(maxPool(2), conv2d(16, 3).same(), relu()).named("down1");
    Layer third = sequence(maxPool(2), conv2d(16, 3).same(), relu()).named("bottom");
    Layer up1 = convTranspose2d(16, 2).stride(2).named("up1");
    Layer join1 = sequence(conv2d(8, 3).same(), relu()).named("join1");
    Layer up0 = convTranspose2d(8, 2).stride(2).named("up0");
    Layer head = sequence(conv2d(8, 3).same(), relu(), conv2d(1, 1)).named("head");
    return x -> {
      Signal a = first.apply(x);
      Signal b = second.apply(a);
      Signal y = up1.apply(third.apply(b));
      y = up0.apply(join1.apply(skips ? b.concat(y) : y));
      return head.apply(skips ? a.concat(y) : y);
    };
  }

  /** Trains, and returns the Dice on the test scenes after each of some parts of the way. */
  private static double[] learn(Model model, int steps) {
    TrainingStep step =
        TrainingStep.of(
            in -> List.of(Losses.binaryCrossEntropy().of(model.apply(in.get(0)), in.get(1))),
            List.of(PICTURE, PICTURE),
            Optimizers.adam(5e-3),
            BATCH,
            model);
    Scenes test = new Scenes(TEST, Seed.of(100));
    List<Double> dice = new ArrayList<>();
    for (int i = 1; i <= steps; i++) {
      Scenes scenes = new Scenes(BATCH, Seed.of(1).split(i));
      step.gradients(Seed.of(i), scenes.pictures, scenes.masks);
      step.apply();
      if (i % (steps / LOOKS) == 0 && dice.size() < LOOKS) {
        model.parameters().changed();
        dice.add(dice(test, found(model, test)));
      }
    }
    return dice.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** Returns the pixels whose logit is positive as 1, others as 0. */
  private static Tensor found(Model model, Scenes scenes) {
    Tensor logits = model.run(scenes.pictures);
    for (int i = 0; i < logits.data().length; i++) {
      logits.data()[i] = logits.data()[i] > 0 ? 1 : 0;
    }
    return logits;
  }

  private static double dice(Scenes truth, Tensor found) {
    SegmentationScores scores = new SegmentationScores(List.of("background", "object"));
    for (int n = 0; n < TEST; n++) {
      Shape mask = Shape.of(SIDE, SIDE);
      scores.add(truth.masks.sample(n).reshape(mask), found.sample(n).reshape(mask));
    }
    return scores.result().dice(1);
  }
}
