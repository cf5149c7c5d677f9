package dev.fovea.engine.compile.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.engine.Engine;
import dev.fovea.engine.Engines;
import dev.fovea.engine.autodiff.Autodiff;
import dev.fovea.engine.compile.Compiler;
import dev.fovea.engine.compile.Program;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.kernel.KernelProvider;
import dev.fovea.engine.kernel.testing.Reference;
import dev.fovea.engine.runtime.CompiledFunction;
import dev.fovea.engine.runtime.Device;
import dev.fovea.engine.runtime.Execution;
import dev.fovea.engine.runtime.SharedMemory;
import dev.fovea.engine.runtime.Workers;
import dev.fovea.op.Paths;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
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

  /** A graph with gradients of everything. */
  private record Case(RandomGraphs.Random random, Graph graph) {
    static Case of(long seed) {
      RandomGraphs.Random r = RandomGraphs.of(seed);
      Rng rng = Seed.of(seed).split("parameters").rng();
      float[] values = r.store().values();
      for (int i = 0; i < values.length; i++) {
        values[i] = rng.nextFloat(-0.6f, 0.6f);
      }
      return new Case(r, graph(r));
    }

    private static Graph graph(RandomGraphs.Random r) {
      List<Value> results = new ArrayList<>(r.outputs());
      Value loss = Value.constant(0);
      for (Value y : r.outputs()) {
        loss = loss.plus(y.mean().reshape(Shape.scalar()));
      }
      results.add(loss);
      List<Value> wrt = new ArrayList<>(r.store().parameters().values());
      List<Value> found = Autodiff.gradients(loss, wrt, new Paths());
      Map<Source.Parameter, Value> gradients = new LinkedHashMap<>();
      wrt.forEach(v -> gradients.put((Source.Parameter) v.op(), found.get(gradients.size())));
      return new Graph(r.inputs(), results, gradients, Map.of(), new Paths());
    }

    float[] input(int i, int round) {
      Rng rng = Seed.of(round).split("input" + i).rng();
      float[] x = new float[RandomGraphs.IMAGES.elements()];
      for (int k = 0; k < x.length; k++) {
        x[k] = rng.nextFloat(-1, 1);
      }
      return x;
    }

    Map<Value, double[]> given(int round) {
      Map<Value, double[]> given = new IdentityHashMap<>();
      for (int i = 0; i < 2; i++) {
        given.put(
            random.inputs().get(i), doubles(input(i, round), 0, RandomGraphs.IMAGES.elements()));
      }
      TestStore store = random.store();
      store
          .parameters()
          .forEach((name, v) ->
              given.put(v, doubles(store.values(), store.offset(name), v.shape().elements())));
      return given;
    }
  }

  /** Returns a random graph with a loss and its gradients. */
  public static Graph graph(long seed) {
    return Case.of(seed).graph;
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
    Engine engine = Engines.of(providers(), new Workers(2));
    for (int seed = 0; seed < GRAPHS; seed++) {
      Case c = Case.of(seed);
      float[] gradients = new float[c.random.store().values().length];
      CompiledFunction f =
          CompiledFunction.of(
              engine.unwrap(Device.class),
              c.graph,
              mode,
              Map.of(c.random.store(), gradients),
              new SharedMemory());
      Execution e = f.acquire();
      // Twice: what a run leaves behind in memory must not matter to the next.
      for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 2; i++) {
          e.set(i, c.input(i, round), 0);
        }
        e.run();
        compare(c, e, gradients, round, "graph " + seed + " " + mode + " round " + round);
      }
    }
  }

  private static void compare(Case c, Execution e, float[] gradients, int round, String what) {
    Function<Value, double[]> expected = Reference.evaluator(c.given(round));
    for (int i = 0; i < c.graph.results().size(); i++) {
      double[] wanted = expected.apply(c.graph.results().get(i));
      near(what + " result " + i, e.result(i).data(), 0, wanted);
    }
    c.graph
        .gradients()
        .forEach((p, v) ->
            near(
                what + " gradient of " + p.name(),
                gradients,
                c.random.store().offset(p.name()),
                expected.apply(v)));
  }

  private static void near(String what, float[] got, int from, double... wanted) {
    double largest = 1;
    for (double w : wanted) {
      largest = Math.max(largest, Math.abs(w));
    }
    for (int i = 0; i < wanted.length; i++) {
      assertThat((double) got[from + i])
          .as(what + "[" + i + "]")
          .isCloseTo(wanted[i], within(2e-4 * largest));
    }
  }

  @Test
  void memoryIsSharedByValuesThatAreNotNeededTogether() {
    Engine engine = Engines.of(providers(), new Workers(2));
    for (int seed = 0; seed < GRAPHS; seed++) {
      Case c = Case.of(seed);
      Program p = engine.unwrap(Device.class).compiler().compile(c.graph, Compiler.Mode.TRAIN);
      long all = p.steps().stream().mapToLong(s -> s.value().shape().elements()).sum();
      assertThat((long) p.sizes().arena().floats()).isLessThan(all);
    }
  }
}
