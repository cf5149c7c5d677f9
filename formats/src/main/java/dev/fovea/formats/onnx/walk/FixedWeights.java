package dev.fovea.formats.onnx.walk;

import dev.fovea.engine.kernel.Alignment;
import dev.fovea.nn.Initializer;
import dev.fovea.op.ParameterStore;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** Weights that never change, in one array: for graphs that are run as they are. */
public final class FixedWeights implements Weights, ParameterStore {
  private record Weight(Value value, Initializer initializer, int offset) {}

  private final Map<String, Weight> weights = new LinkedHashMap<>();
  private long end = Alignment.FIRST;
  private int streams;

  /** Made when first asked for: the walk may fail before anybody computes. */
  private float[] values = {};

  @Override
  public Value parameter(String name, Shape shape, Initializer values) {
    Value v = Value.of(new Source.Parameter(this, name, shape));
    weights.put(name, new Weight(v, values, (int) end));
    end = Alignment.next(end + shape.elements());
    if (end > Alignment.LAST) {
      throw new FoveaException("more than 2³¹ weights, at " + name);
    }
    return v;
  }

  @Override
  public Value state(String name, Shape shape, Initializer values) {
    Weight known = weights.get(name);
    return known == null ? parameter(name, shape, values) : known.value;
  }

  @Override
  public int offset(String name) {
    Weight w = weights.get(name);
    if (w == null) {
      throw new IllegalArgumentException("no weight " + name);
    }
    return w.offset;
  }

  @Override
  public float[] values() {
    if (values.length != end) {
      values = new float[(int) end];
      for (Weight w : weights.values()) {
        w.initializer.fill(w.value.shape(), values, w.offset, Seed.of(0).rng());
      }
    }
    return values;
  }

  @Override
  public long version() {
    return 0;
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
