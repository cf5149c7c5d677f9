package dev.fovea.nn.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.engine.Engine;
import dev.fovea.engine.Engines;
import dev.fovea.engine.autodiff.Autodiff;
import dev.fovea.engine.compile.Compiler;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.kernel.KernelProvider;
import dev.fovea.engine.kernel.testing.Reference;
import dev.fovea.engine.runtime.CompiledFunction;
import dev.fovea.engine.runtime.Device;
import dev.fovea.engine.runtime.Workers;
import dev.fovea.nn.Model;
import dev.fovea.nn.Parameters;
import dev.fovea.nn.Traced;
import dev.fovea.op.Paths;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * What must hold of every layer: its shape rule, its parameters, its result and gradient against
 * the definitions of its ops in double precision, the gradient against differences, saving and
 * loading, and whether training is the same as inference.
 */
public abstract class LayerContract {
  private static final int BATCH = 3;
  private static final double STEP = 1e-6;
  private static final float[] KEY = {1, 2, 3, 5};
  private static final Value KEY_INPUT = Source.Input.randomKey();

  @TempDir Path folder;

  /** Returns the kernels to compute with. */
  protected abstract List<KernelProvider> providers();

  /** Returns a test per layer. */
  @TestFactory
  Stream<DynamicTest> layersKeepTheirContract() {
    Engine engine = Engines.of(providers(), new Workers(1));
    List<DynamicTest> tests = new ArrayList<>();
    for (LayerCase c : LayerCases.all()) {
      tests.add(DynamicTest.dynamicTest(c.toString(), () -> check(c, engine)));
    }
    return tests.stream();
  }

  private void check(LayerCase c, Engine engine) {
    Model model = Model.build(c.layer(), c.input(), Seed.of(5), engine);
    disturb(model);
    assertThat(model.outputs()).containsExactly(c.output());
    assertThat(model.parameters().count(true)).isEqualTo(c.parameters());
    Tensor x = random(c.input().prepend(BATCH), Seed.of(6));
    inference(model, x);
    training(c, model, x);
    saving(c, model, x);
  }

  /** Gives parameters values that differ from each other, variances among them positive ones. */
  private static void disturb(Model model) {
    for (Parameters.Parameter p : model.parameters().all()) {
      float[] values = model.parameters().tensor(p.name()).data();
      Rng rng = Seed.of(8).split(p.name()).rng();
      for (int i = 0; i < values.length; i++) {
        values[i] += rng.nextFloat(0.05f, 0.3f);
      }
      model.parameters().set(p.name(), Tensor.of(p.shape(), values));
    }
  }

  private static Tensor random(Shape shape, Seed seed) {
    Tensor t = Tensor.zeros(shape);
    Rng rng = seed.rng();
    for (int i = 0; i < t.data().length; i++) {
      t.data()[i] = rng.nextFloat(-2, 2);
    }
    return t;
  }

  private static void inference(Model model, Tensor x) {
    Traced traced = model.trace(BATCH, false);
    double[] wanted = Reference.evaluate(traced.outputs().get(0), given(traced, model, x));
    near("inference", wanted, model.run(x).data(), 0);
  }

  private static Map<Value, double[]> given(Traced traced, Model model, Tensor x) {
    Map<Value, double[]> given = new HashMap<>();
    given.put(traced.inputs().get(0), wide(x.data()));
    traced
        .parameters()
        .forEach((p, v) -> given.put(v, wide(model.parameters().tensor(p.name()).data())));
    Graph.topological(traced.outputs()).stream()
        .filter(v -> v.op().equals(KEY_INPUT.op()))
        .forEach(v -> given.put(v, wide(KEY)));
    return given;
  }

  private static double[] wide(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  /** Compares the training graph's output and the gradients of a weighted sum of it. */
  private void training(LayerCase c, Model model, Tensor x) {
    Traced traced = model.trace(BATCH, true);
    Value y = traced.outputs().get(0);
    Value weights = Value.constant(random(y.shape(), Seed.of(7)));
    Value scalar = y.times(weights).sum().reshape(Shape.scalar());
    List<Value> wrt = new ArrayList<>(traced.parameters().values());
    traced.updates().keySet().forEach(p -> wrt.remove(traced.parameters().get(p)));
    wrt.add(traced.inputs().get(0));
    List<Value> gradients = Autodiff.gradients(scalar, wrt, new Paths());
    Map<Value, double[]> given = given(traced, model, x);
    List<Value> results = new ArrayList<>(List.of(y));
    for (int i = 0; i < gradients.size(); i++) {
      results.add(gradients.get(i));
      differences(c, scalar, wrt.get(i), gradients.get(i), given);
    }
    Graph graph = Graph.of(List.of(traced.inputs().get(0), KEY_INPUT), results);
    List<Tensor> got =
        CompiledFunction.of(model.engine().unwrap(Device.class), graph, Compiler.Mode.TRAIN)
            .call(x, Tensor.of(KEY_INPUT.shape(), KEY));
    float[] trained = got.get(0).data();
    Function<Value, double[]> expected = Reference.evaluator(given);
    for (int i = 0; i < results.size(); i++) {
      double[] wanted = expected.apply(results.get(i));
      near("result " + i + " in training", wanted, got.get(i).data(), 1e-4);
    }
    float[] inferred = model.run(x).data();
    boolean batchStatistics = !traced.updates().isEmpty();
    if (c.random()) {
      assertThat(trained).isNotEqualTo(inferred);
    } else if (!batchStatistics) {
      near("inference as in training", wide(trained), inferred, 0);
    }
  }

  /** Compares a gradient with the slope along a random direction. */
  private static void differences(
      LayerCase c, Value scalar, Value x, Value gradient, Map<Value, double[]> given) {
    double[] slopes = Reference.evaluate(gradient, given);
    double[] direction = wide(random(x.shape(), Seed.of(9)).data());
    double slope = 0;
    double size = 1e-3;
    for (int i = 0; i < slopes.length; i++) {
      slope += slopes[i] * direction[i];
      size += Math.abs(slopes[i] * direction[i]);
    }
    double up = along(scalar, x, direction, STEP, given);
    double down = along(scalar, x, direction, -STEP, given);
    assertThat(slope)
        .as(c + ": gradient to " + x)
        .isCloseTo((up - down) / (2 * STEP), within(1e-5 * size));
  }

  private static double along(
      Value scalar, Value x, double[] direction, double step, Map<Value, double[]> given) {
    double[] at = given.getOrDefault(x, new double[0]).clone();
    for (int i = 0; i < at.length; i++) {
      at[i] += step * direction[i];
    }
    Map<Value, double[]> moved = new HashMap<>(given);
    moved.put(x, at);
    return Reference.evaluate(scalar, moved)[0];
  }

  private static void near(String what, double[] wanted, float[] got, double more) {
    double largest = 1e-3;
    for (double w : wanted) {
      largest = Math.max(largest, Math.abs(w));
    }
    assertThat(got).as(what).hasSize(wanted.length);
    for (int i = 0; i < wanted.length; i++) {
      assertThat((double) got[i])
          .as(what + " at " + i)
          .isCloseTo(wanted[i], within((2e-5 + more) * largest));
    }
  }

  private void saving(LayerCase c, Model model, Tensor x) {
    Path file = folder.resolve("layer.safetensors");
    model.save(file);
    Model other = Model.build(c.layer(), c.input(), Seed.of(99), model.engine());
    other.load(file);
    assertThat(other.run(x).data()).isEqualTo(model.run(x).data());
  }
}
