package dev.fovea.formats.onnx.walk;

import dev.fovea.formats.FormatException;
import dev.fovea.nn.Initializer;
import dev.fovea.op.ParameterStore;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;

/** Stand-ins for weights where only shapes are inferred and no values are needed. */
public final class NoWeights implements Weights {
  @Override
  public Value parameter(String name, Shape shape, Initializer values) {
    return Value.of(new Source.Parameter(ParameterStore.NONE, name, shape));
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
    // Nothing is trained.
  }

  @Override
  public Value mask(Shape shape, float keep) {
    throw new FormatException("a network that drops elements when it runs cannot be imported");
  }
}
