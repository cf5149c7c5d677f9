package dev.fovea.compile.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.autodiff.Autodiff;
import dev.fovea.compile.Compiler;
import dev.fovea.compile.Program;
import dev.fovea.graph.Graph;
import dev.fovea.graph.Paths;
import dev.fovea.kernel.KernelProvider;
import dev.fovea.kernel.testing.Reference;
import dev.fovea.op.Value;
import dev.fovea.runtime.Engine;
import dev.fovea.runtime.Execution;
import dev.fovea.runtime.Plan;
import dev.fovea.runtime.Workers;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whole programs on random graphs and their gradients: what passes, memory and threads make of them
 * is what the ops mean, in double precision.
 */
public abstract class ProgramContract {
  private static final int GRAPHS = 60;

  /** Returns the kernels to compute with. */
  protected abstract List<KernelProvider> providers();

  /** A graph with gradients of everything, its parameters' places and values. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Case(
      RandomGraphs.Random random,
      Map<String, Value> outputs,
      Map<String, Integer> offsets,
      float[] parameters) {
    static Case of(long seed) {
      RandomGraphs.Random r = RandomGraphs.of(seed);
      Map<String, Integer> offsets = new LinkedHashMap<>();
      int size = 12;
      for (Map.Entry<String, Value> e : r.parameters().entrySet()) {
        offsets.put(e.getKey(), size);
        size += (e.getValue().shape().elements() + 15) / 16 * 16;
      }
      float[] values = new float[size];
      Rng rng = Seed.of(seed).split("parameters").rng();
      for (int i = 0; i < size; i++) {
        values[i] = rng.nextFloat(-0.6f, 0.6f);
      }
      return new Case(r, outputs(r), offsets, values);
    }

    private static Map<String, Value> outputs(RandomGraphs.Random r) {
      Map<String, Value> named = new LinkedHashMap<>();
      Value loss = Value.constant(0);
      for (int i = 0; i < r.outputs().size(); i++) {
        named.put("y" + i, r.outputs().get(i));
        loss = loss.plus(r.outputs().get(i).mean().reshape(Shape.scalar()));
      }
      named.put("loss", loss);
      List<Value> wrt = new ArrayList<>(r.parameters().values());
      List<Value> gradients = Autodiff.gradients(loss, wrt, new Paths());
      int i = 0;
      for (String name : r.parameters().keySet()) {
        named.put(Compiler.GRADIENT + name, gradients.get(i++));
      }
      return named;
    }

    float[] input(int i, int round) {
      Rng rng = Seed.of(round).split("input" + i).rng();
      float[] x = new float[RandomGraphs.IMAGES.elements()];
      for (int k = 0; k < x.length; k++) {
        x[k] = rng.nextFloat(-1, 1);
      }
      return x;
    }

    Map<String, double[]> expected(int round) {
      Map<Value, double[]> given = new IdentityHashMap<>();
      for (int i = 0; i < 2; i++) {
        given.put(
            random.inputs().get(i), doubles(input(i, round), 0, RandomGraphs.IMAGES.elements()));
      }
      random
          .parameters()
          .forEach(
              (name, v) -> given.put(v, doubles(parameters, offset(name), v.shape().elements())));
      Map<String, double[]> expected = new HashMap<>();
      outputs.forEach((name, v) -> expected.put(name, Reference.evaluate(v, given)));
      return expected;
    }

    int offset(String name) {
      return offsets.getOrDefault(name, -1);
    }
  }

  /** Returns the outputs of a random graph with a loss and its gradients. */
  public static Map<String, Value> graph(long seed) {
    return Case.of(seed).outputs;
  }

  private static double[] doubles(float[] x, int from, int n) {
    double[] d = new double[n];
    for (int i = 0; i < n; i++) {
      d[i] = x[from + i];
    }
    return d;
  }

  @ParameterizedTest
  @EnumSource(Compiler.Mode.class)
  void randomGraphsComputeWhatTheirOpsMean(Compiler.Mode mode) {
    Engine engine = new Engine(providers(), new Workers(2));
    for (int seed = 0; seed < GRAPHS; seed++) {
      Case c = Case.of(seed);
      Graph graph = new Graph(c.outputs, new Paths());
      Program program = engine.compiler().compile(graph, c::offset, mode);
      float[] gradients = new float[c.parameters.length];
      Plan plan = new Plan(program, engine.device(), c.parameters, gradients, () -> 0);
      Execution e = plan.acquire();
      // Twice: what a run leaves behind in memory must not matter to the next.
      for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 2; i++) {
          if (e.hasInput("x" + i)) {
            e.set("x" + i, c.input(i, round), 0);
          }
        }
        e.run();
        compare(c, e, gradients, round, "graph " + seed + " " + mode);
      }
    }
  }

  private static void compare(Case c, Execution e, float[] gradients, int round, String what) {
    c.expected(round)
        .forEach((name, wanted) -> {
          float[] got = new float[wanted.length];
          if (name.startsWith(Compiler.GRADIENT)) {
            int at = c.offset(name.substring(Compiler.GRADIENT.length()));
            System.arraycopy(gradients, at, got, 0, got.length);
          } else {
            e.get(name, got, 0);
          }
          double largest = 1;
          for (double w : wanted) {
            largest = Math.max(largest, Math.abs(w));
          }
          for (int i = 0; i < got.length; i++) {
            assertThat((double) got[i])
                .as(what + " round " + round + " " + name + "[" + i + "]")
                .isCloseTo(wanted[i], within(2e-4 * largest));
          }
        });
  }

  @Test
  void memoryIsSharedByValuesThatAreNotNeededTogether() {
    Engine engine = new Engine(providers(), new Workers(2));
    for (int seed = 0; seed < GRAPHS; seed++) {
      Case c = Case.of(seed);
      Graph graph = new Graph(c.outputs, new Paths());
      Program p = engine.compiler().compile(graph, c::offset, Compiler.Mode.TRAIN);
      long all = p.steps().stream().mapToLong(s -> s.value().shape().elements()).sum();
      assertThat((long) p.sizes().arena()).isLessThan(all);
    }
  }
}
