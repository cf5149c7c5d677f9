package dev.fovea.engine.compile.testing;

import dev.fovea.op.ParameterStore;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Parameters of a graph that no model made; the array of values ends with the last of them. */
public final class TestStore implements ParameterStore {
  private static final int FIRST = 12;
  private static final int LINE = 16;

  private final Map<String, Value> parameters = new LinkedHashMap<>();
  private final Map<String, Integer> offsets = new LinkedHashMap<>();
  private float[] values = new float[FIRST];
  private long version;

  /** Adds a parameter. */
  public Value add(String name, Shape shape) {
    Value v = Value.of(new Source.Parameter(this, name, shape));
    int begin = (values.length + LINE - 1 - FIRST) / LINE * LINE + FIRST;
    offsets.put(name, begin);
    parameters.put(name, v);
    values = new float[begin + shape.elements()];
    return v;
  }

  /** Returns the parameters by name. */
  public Map<String, Value> parameters() {
    return parameters;
  }

  /** Takes another array for the values. */
  public void use(float[] array) {
    values = array;
    changed();
  }

  /** Says that values have changed. */
  public void changed() {
    version++;
  }

  @Override
  public int offset(String parameter) {
    return Objects.requireNonNull(offsets.get(parameter), parameter);
  }

  @Override
  public float[] values() {
    return values;
  }

  @Override
  public long version() {
    return version;
  }
}
