package dev.fovea.formats.onnx;

import dev.fovea.nn.Initializer;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/** Weights that never change: for graphs that are run as they are. */
final class ConstantWeights implements Weights {
  private int streams;

  @Override
  public Value parameter(String name, Shape shape, Initializer values) {
    Tensor t = Tensor.zeros(shape);
    values.fill(shape, t.data(), 0, Seed.of(0).rng());
    return Value.constant(t);
  }

  @Override
  public Value state(String name, Shape shape, Initializer values) {
    return parameter(name, shape, values);
  }

  @Override
  public boolean training() {
    return false;
  }

  @Override
  public void follow(String name, Value state, Value next) {
    // What the graph itself returns as the next state is one of its outputs.
  }

  @Override
  public Value mask(Shape shape, float keep) {
    Tensor key = Tensor.zeros(Shape.of(Source.RandomMask.KEY_LENGTH));
    return Value.of(new Source.RandomMask(shape, keep, streams++), Value.constant(key));
  }
}
