package dev.fovea.formats.onnx.network;

import dev.fovea.formats.onnx.walk.Weights;
import dev.fovea.nn.Initializer;
import dev.fovea.nn.Trace;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;

/** Weights that become parameters of the network being traced, under the names of the file. */
record TraceWeights(Trace trace) implements Weights {
  @Override
  public Value parameter(String name, Shape shape, Initializer values) {
    return trace.parameter(name, shape, values);
  }

  @Override
  public Value state(String name, Shape shape, Initializer values) {
    return trace.state(name, shape, values);
  }

  @Override
  public boolean training() {
    return trace.training();
  }

  @Override
  public boolean usesRunningStatistics(String... names) {
    return trace.usesRunningStatistics(names);
  }

  @Override
  public void follow(String name, Value state, Value next) {
    if (!trace.frozen(name)) {
      trace.update(name, next);
    }
  }

  @Override
  public Value mask(Shape shape, float keep) {
    return trace.randomMask(shape, keep);
  }

  @Override
  public void label(Value value, String path) {
    trace.paths().label(value, path);
  }
}
