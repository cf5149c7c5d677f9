package dev.fovea.systems.box;

import dev.fovea.engine.Eager;
import dev.fovea.engine.Engine;
import dev.fovea.engine.autodiff.Autodiff;
import dev.fovea.op.Paths;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What a formula comes to, and the gradient of the sum of its numbers by each input. */
public final class GraphNumbers {
  private static final Eager EAGER = new Eager(Engine.shared());

  private GraphNumbers() {}

  /** Returns the result of a formula that has no gradient. */
  public static float[] result(Function<List<Value>, Value> formula, Tensor... inputs) {
    return EAGER.evaluate(formula.apply(values(inputs)), inputs).data();
  }

  private static List<Value> values(Tensor... inputs) {
    List<Value> values = new ArrayList<>();
    for (int i = 0; i < inputs.length; i++) {
      values.add(Source.Input.sample(i, inputs[i].shape()));
    }
    return values;
  }

  /** Returns the result, then the gradients. */
  public static List<float[]> of(Function<List<Value>, Value> formula, Tensor... inputs) {
    List<Value> values = values(inputs);
    Value result = formula.apply(values);
    List<float[]> numbers = new ArrayList<>();
    numbers.add(EAGER.evaluate(result, inputs).data());
    for (Value g : Autodiff.gradients(result.sum(), values, new Paths())) {
      numbers.add(EAGER.evaluate(g, inputs).data());
    }
    return numbers;
  }
}
