package dev.fovea.engine.compile.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.engine.Engine;
import dev.fovea.engine.Engines;
import dev.fovea.engine.compile.Compiler;
import dev.fovea.engine.compile.Program;
import dev.fovea.engine.kernel.KernelProvider;
import dev.fovea.engine.kernel.testing.OpCases;
import dev.fovea.engine.runtime.Device;
import dev.fovea.engine.runtime.Workers;
import dev.fovea.op.HostCall;
import dev.fovea.op.Movement;
import dev.fovea.op.Quantized;
import dev.fovea.op.Scan;
import dev.fovea.op.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

/**
 * Random graphs of all ops, with gradients, updates and values used many times, at awkward extents:
 * compiled for training or inference, run twice with other inputs and parameters, with one thread
 * and with three, the results are those of the ops in double precision.
 *
 * <p>The graphs are the same every time. For many more of them, {@code -Dfovea.fuzz=N} asks for N
 * graphs and 2N single convolutions, {@code -Dfovea.fuzz.from=S} for those from seed S on:
 *
 * <pre>{@code
 * mvn -pl core,simd -am test -Dtest='*FuzzTest' -Dsurefire.failIfNoSpecifiedTests=false \
 *     -Dfovea.fuzz=3000
 * }</pre>
 */
public abstract class FuzzContract {
  private static final int GRAPHS = 200;

  /** Returns the kernels to compute with. */
  protected abstract List<KernelProvider> providers();

  /** One case that went wrong, and how large it was. */
  private record Failure(FuzzCase c, Throwable cause) {
    int size() {
      return c.graph().values().size();
    }
  }

  private static int graphs() {
    return Integer.getInteger("fovea.fuzz", GRAPHS);
  }

  private static long from() {
    return Long.getLong("fovea.fuzz.from", 0);
  }

  @Test
  void randomGraphsComputeWhatTheirOpsMean() {
    check(FuzzCase::graph, graphs());
  }

  @Test
  void randomConvolutionsComputeWhatTheyMean() {
    check(FuzzCase::convolution, 2 * graphs());
  }

  @Test
  void everyOpIsAmongTheGraphs() {
    Set<Class<?>> missing = new HashSet<>(OpCases.ops());
    missing.remove(Movement.Pack.class);
    // What a pass alone makes, of a form that its test compares with floats.
    missing.removeIf(Quantized.class::isAssignableFrom);
    // What it computes is a caller's own; what calls it tests it.
    missing.remove(HostCall.class);
    // What it computes are other ops; its contract tests it.
    missing.remove(Scan.class);
    for (int seed = 0; seed < GRAPHS; seed++) {
      FuzzCase.graph(seed).graph().values().forEach(v -> missing.remove(v.op().getClass()));
    }
    assertThat(missing).isEmpty();
  }

  /** Tries all cases before it fails, so that the smallest failing one can be shown. */
  private void check(LongFunction<FuzzCase> cases, int n) {
    List<Failure> failures = new ArrayList<>();
    int doubted = 0;
    try (Engine one = Engines.of(providers(), new Workers(1));
        Engine three = Engines.of(providers(), new Workers(3))) {
      for (long seed = from(); seed < from() + n; seed++) {
        FuzzCase c = cases.apply(seed);
        try {
          doubted += check(c, one.unwrap(Device.class), three.unwrap(Device.class)) ? 1 : 0;
        } catch (RuntimeException | AssertionError e) {
          failures.add(new Failure(c, e));
        }
      }
    }
    failures.stream().min(Comparator.comparingInt(Failure::size)).ifPresent(f -> fail(failures, f));
    assertThat(doubted).as("cases whose results small errors change much").isLessThan(n / 100 + 2);
  }

  private static void fail(List<Failure> failures, Failure smallest) {
    List<String> names = failures.stream().map(f -> f.c.name()).toList();
    throw new AssertionError(
        names.size() + " fail: " + names + "; the smallest: " + smallest.c, smallest.cause);
  }

  /** Returns whether some result had to be looked at twice. */
  private boolean check(FuzzCase c, Device one, Device three) {
    Program program = new Compiler(providers()).compile(c.graph(), c.mode());
    List<FuzzRun.Round> rounds = FuzzRun.of(c, program, one);
    List<FuzzRun.Round> again = FuzzRun.of(c, program, three);
    boolean doubted = false;
    for (int i = 0; i < rounds.size(); i++) {
      FuzzRun.Round r = rounds.get(i);
      FuzzExpected expected = new FuzzExpected(c.graph().values(), given(c, r, i));
      compare(c, r, expected, i);
      doubted |= expected.doubted();
      assertThat(r.sameBits(again.get(i))).as("same with 3 threads, round " + i).isTrue();
    }
    return doubted;
  }

  private static Map<Value, double[]> given(FuzzCase c, FuzzRun.Round r, int round) {
    Map<Value, double[]> given = new IdentityHashMap<>();
    c.store()
        .parameters()
        .forEach((name, v) -> given.put(v, doubles(r.before(), c.store().offset(name), v)));
    Map<String, float[]> inputs = c.inputs(round);
    c.inputs().forEach((name, v) -> given.put(v, doubles(get(inputs, name), 0, v)));
    return given;
  }

  private static float[] get(Map<String, float[]> arrays, String name) {
    return Objects.requireNonNull(arrays.get(name), name);
  }

  private static double[] doubles(float[] x, int from, Value v) {
    double[] d = new double[v.shape().elements()];
    Arrays.setAll(d, i -> x[from + i]);
    return d;
  }

  /** Compares the outputs and the whole arrays of parameters and gradients. */
  private static void compare(FuzzCase c, FuzzRun.Round r, FuzzExpected expected, int round) {
    List<String> mistakes = new ArrayList<>();
    float[] parameters = r.before().clone();
    float[] gradients = new float[c.store().values().length];
    Arrays.fill(gradients, FuzzRun.UNTOUCHED);
    for (int i = 0; i < r.results().size(); i++) {
      Value v = c.graph().results().get(i);
      mistakes.add(expected.mistake("result " + i, v, r.results().get(i), 0));
    }
    c.graph()
        .gradients()
        .forEach((p, v) -> {
          int from = c.store().offset(p.name());
          System.arraycopy(r.gradients(), from, gradients, from, v.shape().elements());
          mistakes.add(expected.mistake("gradient of " + p.name(), v, r.gradients(), from));
        });
    c.graph()
        .updates()
        .forEach((p, v) -> {
          int from = c.store().offset(p.name());
          System.arraycopy(r.parameters(), from, parameters, from, v.shape().elements());
          mistakes.add(expected.mistake("next " + p.name(), v, r.parameters(), from));
        });
    mistakes.removeIf(String::isEmpty);
    assertThat(mistakes).as("round " + round).isEmpty();
    assertThat(r.parameters()).as("parameters, round " + round).isEqualTo(parameters);
    assertThat(r.gradients()).as("gradients, round " + round).isEqualTo(gradients);
  }
}
