package dev.fovea.op;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.engine.autodiff.Autodiff;
import dev.fovea.engine.compile.testing.ScanCase;
import dev.fovea.engine.kernel.testing.Fill;
import dev.fovea.engine.kernel.testing.OpCase;
import dev.fovea.engine.kernel.testing.OpCases;
import dev.fovea.engine.kernel.testing.Reference;
import dev.fovea.tensor.ElementType;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Gradient rules against central differences in double precision, for each small case of every op:
 * the gradient of Σ c·y, and the gradient of Σ v·(that gradient), by all inputs and by c.
 */
@Execution(ExecutionMode.CONCURRENT)
final class GradientTest {
  private static final int MOST_ELEMENTS = 700;
  private static final long MOST_FLOPS = 30_000;
  private static final double STEP = 1e-5;

  /** Pooling is linear until another element becomes the largest, which must not happen. */
  private static final double POOLING_STEP = 1e-7;

  private static final double TOLERANCE = 2e-6;

  /** Ops through which no gradient flows, or that come after differentiation. */
  private static final Set<Class<?>> WITHOUT_GRADIENT =
      Set.of(
          Source.Input.class,
          Source.Parameter.class,
          Source.Constant.class,
          Source.Bytes.class,
          Source.RandomMask.class,
          Elementwise.Convert.class,
          Movement.OneHot.class,
          HostCall.class,
          Selection.Largest.class,
          Selection.Suppress.class,
          Movement.Pack.class,
          Quantized.Quantize.class,
          Quantized.Dequantize.class,
          Quantized.Conv2d.class,
          Quantized.Sum.class,
          Quantized.Mean.class);

  /** Ops that take numbers of rows, of which there are no differences; composites have them. */
  private static final Set<Class<?>> OF_NUMBERS =
      Set.of(Sampling.Gather.class, Sampling.ScatterAdd.class, Selection.Take.class);

  /** How inputs are filled that no gradient flows to, as places of regions. */
  private static final Set<Fill> WITHOUT = Set.of(Fill.REGIONS, Fill.LEVELS);

  /** A function of some inputs. */
  private record Case(
      String name, List<Shape> shapes, List<Fill> fills, Function<List<Value>, Value> function) {

    double step() {
      return name.contains("pool") ? POOLING_STEP : STEP;
    }

    static Case of(OpCase c) {
      return new Case(c.toString(), c.shapes(), c.fills(), in -> Value.of(c.op(), in));
    }
  }

  private static Stream<OpCase> smallCases() {
    return OpCases.all().stream()
        .filter(c -> !WITHOUT_GRADIENT.contains(c.op().getClass()))
        .filter(c -> isDifferentiable(c.op()) && !OF_NUMBERS.contains(c.op().getClass()))
        .filter(c -> c.types().stream().allMatch(t -> t == ElementType.FLOAT32))
        .filter(c -> !c.fills().contains(Fill.TIES) && !c.fills().contains(Fill.WIDE))
        .filter(c -> !c.fills().contains(Fill.SHIFTED))
        .filter(c -> c.types().stream().allMatch(ElementType.FLOAT32::equals))
        .filter(c -> c.op().flops(c.shapes(), c.output()) <= MOST_FLOPS)
        .filter(c ->
            c.output().elements() <= MOST_ELEMENTS
                && c.shapes().stream().allMatch(s -> s.elements() <= MOST_ELEMENTS))
        .filter(c -> Double.isFinite(Arrays.stream(value(c)).sum()));
  }

  /** A maximum over padding alone is −∞, of which there are no differences. */
  private static double[] value(OpCase c) {
    return Reference.apply(
        c.op(), c.shapes(), c.inputs().stream().map(GradientTest::wide).toList());
  }

  /** Passes add epilogues after differentiation. */
  private static boolean isDifferentiable(Op op) {
    return switch (op) {
      case Quantized _ -> false;
      case Contraction.Conv2d c -> c.epilogue().isNone();
      case Contraction.MatMul m -> m.epilogue().isNone();
      case Normalization.BatchNorm n -> n.epilogue().isNone();
      case Normalization.BatchNormSums n -> !n.rectified();
      case Normalization.BatchNormInputGradient n -> !n.rectified();
      default -> true;
    };
  }

  @Test
  void everyDifferentiableOpHasASmallCase() {
    Set<Class<?>> missing = new HashSet<>(OpCases.ops());
    missing.removeAll(WITHOUT_GRADIENT);
    missing.removeAll(OF_NUMBERS);
    missing.remove(Scan.class); // among the composites
    missing.removeIf(Quantized.class::isAssignableFrom);
    smallCases().forEach(c -> missing.remove(c.op().getClass()));
    assertThat(missing).isEmpty();
  }

  @TestFactory
  Stream<DynamicTest> gradientsAreThoseOfCentralDifferences() {
    return Stream.concat(smallCases().map(Case::of), composites())
        .map(c -> DynamicTest.dynamicTest(c.name, () -> check(c)));
  }

  private static Stream<Case> composites() {
    List<Case> cases = new ArrayList<>();
    for (Shape x : List.of(Shape.of(3, 2, 3, 3), Shape.of(7, 5), Shape.of(2, 3, 1, 1))) {
      Shape row = Shape.of(x.dim(-1));
      cases.add(
          new Case(
              "batch norm in training " + x,
              List.of(x, row, row),
              List.of(Fill.SYMMETRIC, Fill.SYMMETRIC, Fill.SYMMETRIC),
              in -> batchNorm(in.get(0), in.get(0), in.get(1), in.get(2))));
      cases.add(
          new Case(
              "batch norm with the moments of something else " + x,
              List.of(x, x, row, row),
              List.of(Fill.SYMMETRIC, Fill.SYMMETRIC, Fill.SYMMETRIC, Fill.SYMMETRIC),
              in -> batchNorm(in.get(0), in.get(1), in.get(2), in.get(3))));
    }
    Shape x = Shape.of(5, 7);
    for (Activation a : List.of(Activation.elu(0.7f), Activation.leakyRelu(0.1f))) {
      cases.add(
          new Case(
              "gradient of " + a.name() + " on both sides of 0",
              List.of(x, x),
              List.of(Fill.SYMMETRIC, Fill.SYMMETRIC),
              in -> Value.of(new Elementwise.ActivateGradient(a), in)));
    }
    cases.add(
        new Case(
            "cross-entropy of a dense layer",
            List.of(Shape.of(4, 6), Shape.of(6, 5), Shape.of(5), Shape.of(4, 5)),
            List.of(Fill.SYMMETRIC, Fill.SYMMETRIC, Fill.SYMMETRIC, Fill.POSITIVE),
            in ->
                Value.of(
                        new Normalization.LogSoftmax(), in.get(0).matmul(in.get(1)).plus(in.get(2)))
                    .times(in.get(3))
                    .mean()));
    cases.add(
        new Case(
            "a value used twice",
            List.of(x),
            List.of(Fill.SYMMETRIC),
            in -> in.get(0).times(in.get(0)).plus(in.get(0).activate(Activation.TANH))));
    Value numbers = Value.constant(Tensor.of(Shape.of(2, 3), new float[] {4, 0, -1, 4, 2, 7}));
    cases.add(
        new Case(
            "rows of a table",
            List.of(Shape.of(5, 3)),
            List.of(Fill.SYMMETRIC),
            in -> Value.of(new Sampling.Gather(), in.get(0), numbers)));
    Value places = Value.constant(Tensor.of(Shape.of(2, 3), new float[] {3, 0, 3, -1, 2, 4}));
    cases.add(
        new Case(
            "rows of each sample, some outside",
            List.of(Shape.of(2, 4, 3)),
            List.of(Fill.SYMMETRIC),
            in -> Value.of(new Selection.Take(), in.get(0), places)));
    cases.add(
        new Case(
            "rows added up",
            List.of(Shape.of(2, 3, 4)),
            List.of(Fill.SYMMETRIC),
            in -> Value.of(new Sampling.ScatterAdd(5), numbers, in.get(0))));
    return Stream.concat(cases.stream(), scans());
  }

  private static Stream<Case> scans() {
    return Stream.of(1, 3)
        .flatMap(length -> ScanCase.of(length).stream())
        .map(c ->
            new Case(
                "scan: " + c,
                c.shapes(),
                Collections.nCopies(c.shapes().size(), Fill.SYMMETRIC),
                in -> c.scalar(in, Scan::over)));
  }

  private static Value batchNorm(Value x, Value of, Value scale, Value shift) {
    Value moments = Value.of(new Normalization.BatchMoments(), of);
    return Value.of(new Normalization.BatchNorm(0.01f), x, moments, scale, shift);
  }

  private static void check(Case c) {
    Seed seed = Seed.of(3).split(c.name);
    Map<Value, double[]> given = new HashMap<>();
    List<Value> inputs = new ArrayList<>();
    for (int i = 0; i < c.shapes.size(); i++) {
      inputs.add(parameter(c.shapes.get(i), c.fills.get(i), seed.split(i).rng(), given));
    }
    Value y = c.function.apply(inputs);
    Value weights = parameter(y.shape(), Fill.SYMMETRIC, seed.split("c").rng(), given);
    Value first = y.times(weights).sum();
    List<Value> all = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      if (!WITHOUT.contains(c.fills.get(i))) {
        all.add(inputs.get(i));
      }
    }
    all.add(weights);
    List<Value> gradients = compare(c, "first", first, all, given);
    Value second = Value.constant(0);
    for (int i = 0; i < gradients.size(); i++) {
      Value g = gradients.get(i);
      Value v = parameter(g.shape(), Fill.SYMMETRIC, seed.split("v").split(i).rng(), given);
      second = second.plus(g.times(v).sum().reshape(Shape.scalar()));
    }
    compare(c, "second", second, all, given);
  }

  private static Value parameter(Shape shape, Fill fill, Rng rng, Map<Value, double[]> given) {
    Value v = Value.of(new Source.Parameter(ParameterStore.NONE, "p" + given.size(), shape));
    given.put(v, wide(fill.values(rng, shape.elements())));
    return v;
  }

  private static double[] wide(float[] values) {
    double[] wide = new double[values.length];
    Arrays.setAll(wide, i -> values[i]);
    return wide;
  }

  /** Compares the slope along a random direction per input, and returns the gradients. */
  private static List<Value> compare(
      Case c, String order, Value scalar, List<Value> wrt, Map<Value, double[]> given) {
    Seed seed = Seed.of(4).split(c.name).split(order);
    List<Value> gradients = Autodiff.gradients(scalar, wrt, new Paths());
    for (int i = 0; i < wrt.size(); i++) {
      Value x = wrt.get(i);
      assertThat(gradients.get(i).shape()).isEqualTo(x.shape());
      double[] gradient = Reference.evaluate(gradients.get(i), given);
      double[] direction = direction(gradient.length, seed.split(i).rng());
      double slope = 0;
      double size = 1e-3;
      for (int k = 0; k < gradient.length; k++) {
        slope += gradient[k] * direction[k];
        size += Math.abs(gradient[k] * direction[k]);
      }
      double expected =
          (along(scalar, x, direction, c.step(), given)
                  - along(scalar, x, direction, -c.step(), given))
              / (2 * c.step());
      assertThat(Math.abs(slope - expected))
          .as(
              c.name
                  + ": "
                  + order
                  + " gradient to input "
                  + i
                  + ": "
                  + slope
                  + ", differences give "
                  + expected)
          .isLessThanOrEqualTo(TOLERANCE * size);
    }
    return gradients;
  }

  private static double[] direction(int n, Rng rng) {
    double[] d = new double[n];
    for (int i = 0; i < n; i++) {
      d[i] = 2 * rng.nextDouble() - 1;
    }
    return d;
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
}
