package dev.fovea.studio.lesson;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.convTranspose2d;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.data.Preprocessing;
import dev.fovea.data.Task;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Losses;
import dev.fovea.nn.Model;
import dev.fovea.nn.Signal;
import dev.fovea.optim.Optimizers;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.TrainingStep;
import dev.fovea.vision.InputRule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Rings and bars among noise with their masks, and a small U-Net that learns to tell them. */
public final class RingsAndBars {
  static final int SIDE = 32;
  private static final int BATCH = 8;
  private static final Shape PICTURE = Shape.of(SIDE, SIDE, 1);

  /** The pictures [N, 32, 32, 1]. */
  final Tensor pictures;

  /** Their masks [N, 32, 32, 1]: 1 for a ring or a bar, else 0. */
  final Tensor masks;

  /** Draws scenes. */
  RingsAndBars(int count, Seed seed) {
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

  /** Returns a scene that nothing learns from [32, 32, 1], values 0 … 255. */
  public static Tensor scene() {
    Tensor scene = new RingsAndBars(1, Seed.of(100)).pictures.sample(0).reshape(PICTURE);
    for (int i = 0; i < scene.data().length; i++) {
      scene.data()[i] = Math.clamp(Math.round(255 * scene.data()[i]), 0, 255);
    }
    return scene;
  }

  /**
   * Returns a U-Net with skips that has learned from a number of batches, and tells how pictures
   * become its inputs. The same number gives the same bits.
   */
  public static Model taught(int steps) {
    Model model = model(true);
    Steps learning = new Steps(model);
    for (int i = 1; i <= steps; i++) {
      learning.step(i);
    }
    model.parameters().changed();
    model.setTask(0, Task.MASK);
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("labels", "noise\nring or bar");
    new InputRule(Preprocessing.scaled(PICTURE), false).put(texts);
    return model.withMetadata(texts);
  }

  /** Teaches a U-Net, a batch of new scenes a step. */
  static final class Steps {
    private final TrainingStep step;

    Steps(Model model) {
      this.step =
          TrainingStep.of(
              in -> List.of(Losses.binaryCrossEntropy().of(model.apply(in.get(0)), in.get(1))),
              List.of(PICTURE, PICTURE),
              Optimizers.adam(5e-3),
              BATCH,
              model);
    }

    /** Does a step, counted from 1. */
    void step(int number) {
      RingsAndBars scenes = new RingsAndBars(BATCH, Seed.of(1).split(number));
      step.gradients(Seed.of(number), scenes.pictures, scenes.masks);
      step.apply();
    }
  }

  /** Returns a U-Net of two levels that has learned nothing yet, with its skips or without. */
  static Model model(boolean skips) {
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
}
