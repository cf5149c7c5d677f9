package dev.fovea.engine.compile.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.engine.Engine;
import dev.fovea.engine.Engines;
import dev.fovea.engine.autodiff.Autodiff;
import dev.fovea.engine.compile.Compiler.Mode;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.kernel.KernelProvider;
import dev.fovea.engine.kernel.testing.Fill;
import dev.fovea.engine.kernel.testing.Reference;
import dev.fovea.engine.runtime.CompiledFunction;
import dev.fovea.engine.runtime.Device;
import dev.fovea.engine.runtime.Workers;
import dev.fovea.op.Paths;
import dev.fovea.op.Scan;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Scans and their gradients: kernels, memory and threads make of them what they mean in double
 * precision, which is what as many values as there are steps mean.
 */
public abstract class ScanContract {
  private static final double ROUNDING = 3e-5;

  /** Returns the kernels to compute with. */
  protected abstract List<KernelProvider> providers();

  /** Results and gradients of a case, with numbers for its inputs. */
  protected record Numbers(List<Value> inputs, List<Value> results, List<Tensor> given) {
    /** Returns those of a case with recurrences that are scans, or unrolled. */
    public static Numbers of(ScanCase c, ScanCase.Recurrence recurrence) {
      List<Value> inputs = new ArrayList<>();
      List<Tensor> given = new ArrayList<>();
      for (Shape s : c.shapes()) {
        Seed seed = Seed.of(5).split(c.name()).split(inputs.size());
        inputs.add(Source.Input.sample(inputs.size(), s));
        given.add(Tensor.of(s, Fill.SYMMETRIC.values(seed.rng(), s.elements())));
      }
      List<Value> results = new ArrayList<>(c.formula().of(inputs, recurrence));
      results.addAll(Autodiff.gradients(c.scalar(inputs, recurrence), inputs, new Paths()));
      return new Numbers(inputs, results, given);
    }

    /** Returns what the results are in double precision. */
    public List<double[]> expected() {
      Map<Value, double[]> known = new HashMap<>();
      for (int i = 0; i < inputs.size(); i++) {
        float[] data = given.get(i).data();
        double[] wide = new double[data.length];
        for (int k = 0; k < wide.length; k++) {
          wide[k] = data[k];
        }
        known.put(inputs.get(i), wide);
      }
      return results.stream().map(Reference.evaluator(known)).toList();
    }

    List<Tensor> computed(List<KernelProvider> providers, int threads, Mode mode) {
      try (Engine engine = Engines.of(providers, new Workers(threads))) {
        CompiledFunction f =
            CompiledFunction.of(engine.unwrap(Device.class), Graph.of(inputs, results), mode);
        List<Tensor> first = f.call(given.toArray(Tensor[]::new));
        List<Tensor> second = f.call(given.toArray(Tensor[]::new));
        for (int i = 0; i < first.size(); i++) {
          assertThat(second.get(i).data()).as("second call").isEqualTo(first.get(i).data());
        }
        return first;
      }
    }
  }

  static Stream<ScanCase> cases() {
    return Stream.concat(shortCases(), ScanCase.cells(500).stream());
  }

  /** Returns cases of few steps. */
  protected static Stream<ScanCase> shortCases() {
    return Stream.of(1, 2, 7).flatMap(t -> ScanCase.of(t).stream());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void kernelsComputeWhatItMeans(ScanCase c) {
    Numbers numbers = Numbers.of(c, Scan::over);
    List<Tensor> one = numbers.computed(providers(), 1, Mode.TRAIN);
    List<Tensor> three = numbers.computed(providers(), 3, Mode.TRAIN);
    List<Tensor> standing = numbers.computed(providers(), 1, Mode.INFER);
    List<double[]> wanted = numbers.expected();
    for (int i = 0; i < one.size(); i++) {
      double[] expected = wanted.get(i);
      assertThat(three.get(i).data()).as("threads").isEqualTo(one.get(i).data());
      assertNear("result " + i, one.get(i).data(), expected);
      assertNear("in inference, result " + i, standing.get(i).data(), expected);
    }
  }

  private static void assertNear(String what, float[] computed, double[] expected) {
    double largest = 1;
    for (double e : expected) {
      largest = Math.max(largest, Math.abs(e));
    }
    for (int i = 0; i < expected.length; i++) {
      if (!(Math.abs(computed[i] - expected[i]) <= ROUNDING * largest)) {
        throw new AssertionError(
            what + " at " + i + ": " + computed[i] + ", right is " + expected[i]);
      }
    }
  }
}
