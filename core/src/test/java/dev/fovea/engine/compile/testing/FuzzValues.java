package dev.fovea.engine.compile.testing;

import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.ElementType;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The values of a random graph while it grows: what there is already, and new leaves. */
final class FuzzValues {
  private static final String KEY = "key";
  private static final String INDEX = "index";

  private final Draw draw;
  private final List<Value> all = new ArrayList<>();
  private final TestStore store = new TestStore();
  private final Map<String, Value> inputs = new LinkedHashMap<>();

  FuzzValues(Draw draw) {
    this.draw = draw;
  }

  /** Returns what is put into one element of an input of this name. */
  static float fill(String name, Draw draw) {
    if (name.equals(KEY)) {
      return draw.below(65_536);
    }
    return name.startsWith(INDEX) ? draw.below(7) - 1 : draw.normal();
  }

  List<Value> all() {
    return all;
  }

  TestStore store() {
    return store;
  }

  Map<String, Value> inputs() {
    return inputs;
  }

  Value add(Value v) {
    all.add(v);
    return v;
  }

  /** Returns one of the values, mostly one of the latest, so that graphs become deep. */
  Value any() {
    int n = all.size();
    return draw.once(3) ? draw.of(all) : all.get(n - 1 - draw.below(Math.min(4, n)));
  }

  /** Returns the values of a shape. */
  List<Value> of(Shape shape) {
    return all.stream().filter(v -> v.shape().equals(shape)).toList();
  }

  /** Returns a value of a shape: one there is, a parameter, an input or a constant. */
  Value leaf(Shape shape) {
    List<Value> same = of(shape);
    if (!same.isEmpty() && draw.once(3)) {
      return draw.of(same);
    }
    return switch (draw.below(10)) {
      case 0 -> add(draw.once(3) ? bytes(shape) : constant(shape));
      case 1 -> add(Value.constant(draw.of(-1, 0, 1, 2)).broadcastTo(shape));
      case 2, 3, 4 -> input(shape);
      default -> parameter(shape);
    };
  }

  private Value constant(Shape shape) {
    float[] data = new float[shape.elements()];
    for (int i = 0; i < data.length; i++) {
      data[i] = draw.normal();
    }
    return Value.constant(Tensor.of(shape, data));
  }

  private Value bytes(Shape shape) {
    byte[] data = new byte[shape.elements()];
    for (int i = 0; i < data.length; i++) {
      data[i] = (byte) (draw.below(7) - 3);
    }
    return Value.of(new Source.Bytes(shape, data, ElementType.INT8)).to(ElementType.FLOAT32);
  }

  Value parameter(Shape shape) {
    return add(store.add("p" + store.parameters().size(), shape));
  }

  Value input(Shape shape) {
    return input("x" + inputs.size(), shape);
  }

  /** Returns an input of class indices. */
  Value indices(int n) {
    return input(INDEX + inputs.size(), Shape.of(n));
  }

  /** Returns the input that random masks draw from. */
  Value key() {
    Value have = inputs.get(KEY);
    return have != null ? have : input(KEY, Shape.of(Source.RandomMask.KEY_LENGTH));
  }

  private Value input(String name, Shape shape) {
    boolean key = name.equals(KEY);
    Value v = key ? Source.Input.randomKey() : Source.Input.sample(inputs.size(), shape);
    inputs.put(name, v);
    return key ? v : add(v);
  }

  /** Returns a shape that is awkward for vectors, blocks and tasks. */
  Shape shape() {
    int[] channels = {1, 2, 3, 4, 8, 16, 17, 33};
    int[] extents = {1, 2, 3, 4, 5, 7, 8};
    return switch (draw.below(8)) {
      case 0, 1, 2, 3 ->
          Shape.of(draw.of(1, 2, 3), draw.of(extents), draw.of(extents), draw.of(channels));
      case 4, 5 -> Shape.of(draw.of(1, 2, 3, 5, 16), draw.of(channels));
      case 6 -> Shape.of(draw.of(channels));
      default -> Shape.of(draw.of(1, 2), draw.of(2, 3), draw.of(1, 4));
    };
  }
}
