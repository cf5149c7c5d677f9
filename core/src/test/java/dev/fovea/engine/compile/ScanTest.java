package dev.fovea.engine.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.engine.compile.testing.ScanCase;
import dev.fovea.engine.compile.testing.ScanContract;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.kernel.KernelProvider;
import dev.fovea.engine.kernel.Providers;
import dev.fovea.op.Scan;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.ShapeException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Scans with the kernels that are the specification, and what becomes of them in a program. */
final class ScanTest extends ScanContract {
  private static final Compiler COMPILER = new Compiler(Providers.choose("scalar").chain());

  @Override
  protected List<KernelProvider> providers() {
    return Providers.choose("scalar").chain();
  }

  /** No kernels have a part in this: it is the same for every provider. */
  @ParameterizedTest
  @MethodSource("shortCases")
  void meansWhatItsStepsMean(ScanCase c) {
    Numbers scan = Numbers.of(c, Scan::over);
    Numbers unrolled = Numbers.of(c, ScanCase::unrolled);
    List<double[]> ofScan = scan.expected();
    List<double[]> ofSteps = unrolled.expected();
    for (int i = 0; i < ofScan.size(); i++) {
      double[] a = ofScan.get(i);
      double[] b = ofSteps.get(i);
      assertThat(scan.results().get(i).shape()).isEqualTo(unrolled.results().get(i).shape());
      for (int k = 0; k < a.length; k++) {
        assertThat(Math.abs(a[k] - b[k]))
            .as("result %s at %s: %s, unrolled %s", i, k, a[k], b[k])
            .isLessThanOrEqualTo(1e-10 * (1 + Math.abs(b[k])));
      }
    }
  }

  private static Program program(ScanCase c, int results) {
    List<Value> inputs = new ArrayList<>();
    c.shapes().forEach(s -> inputs.add(Source.Input.sample(inputs.size(), s)));
    List<Value> all = c.formula().of(inputs, Scan::over).subList(0, results);
    return COMPILER.compile(Graph.of(inputs, all), Compiler.Mode.TRAIN);
  }

  @Test
  void programIsAsLongForEveryLength() {
    List<ScanCase> few = ScanCase.of(2);
    List<ScanCase> many = ScanCase.of(100);
    for (int i = 0; i < few.size(); i++) {
      int steps = program(few.get(i), 1).steps().size();
      assertThat(program(many.get(i), 1).steps()).as(few.get(i).name()).hasSize(steps);
    }
  }

  @Test
  void whatNobodyReadsIsNotComputed() {
    ScanCase lstm = ScanCase.of(100).get(1);
    Scan all = scan(program(lstm, 3));
    assertThat(all.body().results()).hasSize(3);
    Scan last = scan(program(lstm, 1));
    assertThat(last.outputs()).isZero();
    assertThat(last.carries()).isEqualTo(2);
    ScanCase sum = ScanCase.of(100).get(7);
    assertThat(scan(program(sum, 1)).outputs()).isZero();
  }

  private static Scan scan(Program program) {
    return program.steps().stream()
        .filter(s -> s.kernel() instanceof ScanKernel)
        .map(s -> ((ScanKernel) s.kernel()).scan())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void wrongShapesAreRefused() {
    Value x = Source.Input.sample(0, Shape.of(2, 5, 3));
    Value other = Source.Input.sample(1, Shape.of(2, 4, 3));
    Value h = Source.Input.sample(2, Shape.of(2, 3));
    Scan.Step sum = (c, p) -> new Scan.Next(List.of(c.get(0).plus(p.get(0))), List.of());
    assertThatThrownBy(() -> Scan.over(1, false, List.of(h), List.of(x, other), sum))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("scan: sequences must be as long as each other along axis 1");
    assertThatThrownBy(() -> Scan.over(3, false, List.of(h), List.of(x), sum))
        .hasMessageContaining("scan: a sequence has no axis 3");
    assertThatThrownBy(() -> Scan.over(1, false, List.of(h), List.of(), sum))
        .hasMessageContaining("scan: needs at least one sequence");
    assertThatThrownBy(() ->
            Scan.over(
                1,
                false,
                List.of(h),
                List.of(x),
                (c, p) -> new Scan.Next(List.of(c.get(0).sum(1)), List.of())))
        .hasMessageContaining("must hand on what it got")
        .hasMessageContaining("got [[2,3]] and gave [[2,1]]");
    assertThatThrownBy(() ->
            Scan.over(
                1,
                false,
                List.of(h),
                List.of(x),
                (c, p) -> new Scan.Next(c, List.of(Value.constant(1)))))
        .hasMessageContaining("an output of a step has no place for axis 1");
  }
}
