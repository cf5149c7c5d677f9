package dev.fovea.train.testing;

import static dev.fovea.nn.Layers.avgPool;
import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.dropout;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.data.Dataset;
import dev.fovea.data.Mark;
import dev.fovea.data.Sample;
import dev.fovea.data.Target;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Small networks and data that tests of training share. */
public final class TrainFixtures {
  /** The shape of a sample. */
  public static final Shape IMAGE = Shape.of(8, 8, 1);

  private TrainFixtures() {}

  /** 8×8 images of noise with a brighter quarter; the class, 0 to 3, is which one. */
  public record Quarters(int size, long number) implements Dataset {
    @Override
    public Shape inputShape() {
      return IMAGE;
    }

    @Override
    public List<String> classes() {
      return List.of("a", "b", "c", "d");
    }

    @Override
    public Sample read(int index, Seed seed) {
      Rng rng = Seed.of(number).split(index).rng();
      int label = rng.nextInt(4);
      Tensor input = Tensor.zeros(IMAGE);
      for (int i = 0; i < 64; i++) {
        int quarter = (i / 32) * 2 + (i % 8) / 4;
        input.data()[i] = rng.nextFloat(-1, 1) + (quarter == label ? 1 : 0);
      }
      return Sample.of(input, new Mark.Label(label));
    }
  }

  /** Samples of one number x in [−1, 1] and a function of it. */
  public record Line(int size, ToDoubleFunction<Float> function) implements Dataset {
    @Override
    public Shape inputShape() {
      return Shape.of(1);
    }

    @Override
    public List<Target> targets() {
      return List.of(Target.numbers(1));
    }

    @Override
    public Sample read(int index, Seed seed) {
      float x = -1 + 2f * index / (size - 1);
      float y = (float) function.applyAsDouble(x);
      return Sample.of(numbers(x), new Mark.Numbers(numbers(y)));
    }
  }

  /** Returns a tensor [n] of these numbers. */
  public static Tensor numbers(float... values) {
    return Tensor.of(Shape.of(values.length), values);
  }

  private static Layer layers() {
    return sequence(
        conv2d(6, 3).same().noBias(),
        batchNorm(),
        relu(),
        avgPool(2),
        flatten(),
        dropout(0.25),
        dense(16),
        relu(),
        dense(4));
  }

  /** Returns a small network with batch normalisation and dropout. */
  public static Model convnet(Engine engine) {
    return Model.build(layers(), IMAGE, Seed.of(7), engine);
  }

  /** Returns a copy of all parameters. */
  public static float[] weights(Model model) {
    return model.parameters().values().clone();
  }
}
