package dev.fovea.engine.kernel.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.engine.kernel.Kernel;
import dev.fovea.engine.kernel.KernelProvider;
import dev.fovea.engine.kernel.Signature;
import dev.fovea.op.Contraction;
import dev.fovea.op.Layout;
import dev.fovea.op.Movement;
import dev.fovea.op.Op;
import dev.fovea.op.Quantized;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What the kernels of every provider must keep, for each case of {@link OpCases}: the result is the
 * reference's but for roundings, whatever the order of the tasks it is the same to the bit, stored
 * over an input too, and nothing beside it is written. A subclass names the provider.
 */
@Execution(ExecutionMode.CONCURRENT)
public abstract class KernelContract {

  /** Returns the provider under test. */
  protected abstract KernelProvider provider();

  /** Returns whether the provider must have a kernel for every case; else some may be left out. */
  protected boolean complete() {
    return false;
  }

  /** Returns whether a case is tested here; another run of the contract may have tested it. */
  protected boolean concerns(OpCase c) {
    return true;
  }

  /**
   * Returns the allowed error of each element of a case's result.
   *
   * @param usual that of a kernel which follows the definition
   */
  protected double[] allowed(OpCase c, double[] usual) {
    return usual;
  }

  /** Returns the input that a kernel is tested on in the place of another: that one, by default. */
  protected float[] given(float[] input) {
    return input;
  }

  /**
   * Tests each case the provider has a kernel for, and once more with packed weights where it would
   * rather have them in a layout of its own.
   */
  @TestFactory
  public final Stream<DynamicTest> kernelsKeepTheContract() {
    return OpCases.all().stream().filter(this::concerns).flatMap(this::tests);
  }

  private Stream<DynamicTest> tests(OpCase c) {
    Expected expected = new Expected(c);
    List<DynamicTest> tests = new ArrayList<>();
    if (complete() || provider().kernel(c.signature()).isPresent()) {
      tests.add(DynamicTest.dynamicTest(c.toString(), () -> check(expected)));
    }
    if (provider().layout(c.signature(), true).isPresent()) {
      tests.add(DynamicTest.dynamicTest("packed " + c, () -> checkPacked(expected)));
    }
    return tests.stream();
  }

  /** What a case's inputs give in double precision: computed once, when it is first asked for. */
  private final class Expected {
    private final OpCase c;
    private @Nullable Values values;

    Expected(OpCase c) {
      this.c = c;
    }

    synchronized Values values() {
      Values v = values;
      if (v == null) {
        List<float[]> inputs = c.inputs().stream().map(KernelContract.this::given).toList();
        List<double[]> exact = inputs.stream().map(KernelContract::widened).toList();
        double[] results = Reference.apply(c.op(), c.shapes(), exact);
        double[] usual = KernelTolerance.of(c.op(), c.shapes(), exact, results);
        v = new Values(inputs, results, allowed(c, usual));
        values = v;
      }
      return v;
    }
  }

  /** The inputs of a case, their results and how far a kernel may be from each. */
  @SuppressWarnings("ArrayRecordComponent") // compared nowhere
  private record Values(List<float[]> inputs, double[] results, double[] allowed) {}

  /** Tests the results that the field's textbooks give. */
  @TestFactory
  public final Stream<DynamicTest> fieldFacts() {
    return FieldFacts.tests((op, shapes, inputs) -> {
      Signature s = Signature.of(op, shapes);
      return provider()
          .kernel(s)
          .map(kernel -> new KernelRunner(kernel, s, inputs).run(KernelRunner.Order.FORWARD))
          .orElseGet(() -> FieldFacts.REFERENCE.run(op, shapes, inputs));
    });
  }

  private void check(Expected expected) {
    check(expected, expected.c.signature(), expected.values().inputs());
  }

  private void checkPacked(Expected expected) {
    OpCase c = expected.c;
    List<float[]> inputs = new ArrayList<>(expected.values().inputs());
    Layout layout = provider().layout(c.signature(), true).orElseThrow();
    OpCase pack =
        OpCase.of("pack", new Movement.Pack(c.op(), layout), layout.plain()).with(c.types().get(1));
    Kernel packing = provider().kernel(pack.signature()).orElseThrow();
    KernelRunner runner = new KernelRunner(packing, pack.signature(), List.of(inputs.get(1)));
    inputs.set(1, sameInAnyOrder(pack, runner));
    List<Shape> shapes = new ArrayList<>(c.shapes());
    shapes.set(1, layout.shape());
    check(expected, Signature.of(packed(c.op(), layout), shapes, c.types()), inputs);
  }

  private static Op packed(Op op, Layout layout) {
    return op instanceof Quantized.Conv2d c
        ? c.with(Optional.of(layout))
        : ((Contraction) op).with(Optional.of(layout));
  }

  private void check(Expected expected, Signature signature, List<float[]> inputs) {
    OpCase c = expected.c;
    Kernel kernel = provider().kernel(signature).orElseThrow();
    Values values = expected.values();
    KernelRunner runner = new KernelRunner(kernel, signature, inputs);
    float[] actual = sameInAnyOrder(c, runner);
    compare(c, values.results(), actual, values.allowed());
    for (int i = 0; i < inputs.size(); i++) {
      if (kernel.footprint().inPlace().contains(i)) {
        assertThat(inputs.get(i)).as("length of input " + i).hasSize(actual.length);
        for (KernelRunner.Order order : KernelRunner.Order.values()) {
          sameBits(c + " over input " + i, actual, runner.runInPlace(order, i));
        }
      }
    }
  }

  private static float[] sameInAnyOrder(OpCase c, KernelRunner runner) {
    float[] first = runner.run(KernelRunner.Order.FORWARD);
    sameBits(c + " in reverse", first, runner.run(KernelRunner.Order.REVERSE));
    sameBits(c + " shuffled", first, runner.run(KernelRunner.Order.SHUFFLED));
    return first;
  }

  private static void sameBits(String what, float[] expected, float[] actual) {
    // Compares bits, so that a NaN which the op makes is equal to itself.
    int at = Arrays.mismatch(expected, actual);
    if (at >= 0) {
      throw new AssertionError(
          what + ": " + actual[at] + " instead of " + expected[at] + " at " + at);
    }
  }

  private static void compare(OpCase c, double[] expected, float[] actual, double[] allowed) {
    for (int i = 0; i < expected.length; i++) {
      double error = Math.abs(actual[i] - expected[i]);
      // Equal counts even where both are infinite or, as 0/0 is, not a number.
      boolean equal = Double.compare(actual[i], expected[i]) == 0 || error <= allowed[i];
      if (!equal && (float) expected[i] != actual[i]) {
        throw new AssertionError(
            c
                + " at "
                + i
                + ": got "
                + actual[i]
                + ", expected "
                + expected[i]
                + " ± "
                + allowed[i]);
      }
    }
  }

  private static double[] widened(float[] x) {
    double[] wide = new double[x.length];
    Arrays.setAll(wide, i -> x[i]);
    return wide;
  }
}
