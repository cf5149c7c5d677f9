package dev.fovea.engine.compile.testing;

import dev.fovea.op.Activation;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Contraction;
import dev.fovea.op.Movement;
import dev.fovea.op.Normalization;
import dev.fovea.op.Pooling;
import dev.fovea.op.Source;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Graphs of random ops on images [2, 6, 6, 4], with inputs and parameters. */
public final class RandomGraphs {
  /** The shape of the images. */
  public static final Shape IMAGES = Shape.of(2, 6, 6, 4);

  private static final int OPS = 14;

  private final Rng rng;
  private final List<Value> images = new ArrayList<>();
  private final TestStore store = new TestStore();

  private RandomGraphs(long seed) {
    rng = Seed.of(seed).rng();
  }

  /** A graph's outputs, its two inputs, and its parameters. */
  public record Random(List<Value> outputs, List<Value> inputs, TestStore store) {}

  /** Returns a graph. */
  public static Random of(long seed) {
    RandomGraphs g = new RandomGraphs(seed);
    List<Value> inputs = List.of(Source.Input.sample(0, IMAGES), Source.Input.sample(1, IMAGES));
    g.images.addAll(inputs);
    for (int i = 0; i < OPS; i++) {
      g.images.add(g.next());
    }
    List<Value> outputs = new ArrayList<>();
    outputs.add(g.images.getLast());
    outputs.add(g.pick().plus(g.pick()).mean(1, 2).reshape(Shape.of(2, 4)));
    outputs.add(g.pick());
    return new Random(outputs, inputs, g.store);
  }

  private Value pick() {
    // The latest ones more often, so that graphs are deep.
    int back = Math.min(rng.nextInt(images.size()), rng.nextInt(images.size()));
    return images.get(images.size() - 1 - back);
  }

  private Value parameter(int... dims) {
    return store.add("p" + store.parameters().size(), Shape.of(dims));
  }

  private Value next() {
    Value a = pick();
    return switch (rng.nextInt(15)) {
      case 0 -> a.plus(pick());
      case 1 -> a.times(pick()).times(0.5f);
      case 2 -> a.minus(pick());
      case 3 -> a.activate(Activation.TANH);
      case 4 -> a.activate(Activation.SIGMOID);
      case 5 -> conv(a, 1).activate(Activation.RELU);
      case 6 -> conv(a, 2).plus(parameter(4)).plus(pick()).activate(Activation.TANH);
      case 7 -> conv(a, 1).plus(parameter(4));
      case 8 -> Value.of(new Normalization.Softmax(), a);
      case 9 ->
          Value.of(
              new Normalization.BatchNorm(1e-3f),
              a,
              Value.of(new Normalization.BatchMoments(), a),
              parameter(4),
              parameter(4));
      case 10 -> Value.of(new Pooling.AveragePool(Window2d.of(3, 3).padding(1, 1, 1, 1), false), a);
      case 11 -> Value.of(new Movement.Concat(3), a.slice(3, 1, 3), pick().slice(3, 2, 1));
      case 12 ->
          a.reshape(Shape.of(72, 4)).matmul(parameter(4, 4)).plus(parameter(4)).reshape(IMAGES);
      case 13 -> a.with(BinaryFunction.MAX, pick()).map(UnaryFunction.SQUARE).times(0.3f);
      default -> a.sum(3).times(0.25f).broadcastTo(IMAGES).plus(Value.constant(0.1f));
    };
  }

  private Value conv(Value x, int groups) {
    Window2d w = Window2d.of(3, 3).padding(1, 1, 1, 1);
    return Value.of(new Contraction.Conv2d(w, groups), x, parameter(3, 3, 4 / groups, 4));
  }
}
