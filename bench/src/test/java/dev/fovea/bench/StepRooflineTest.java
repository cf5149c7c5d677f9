package dev.fovea.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.engine.Engine;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class StepRooflineTest {
  @ParameterizedTest
  @EnumSource(Mode.class)
  void everyStepHasALine(Mode mode) {
    try (Engine engine = Engine.ofThreads(1)) {
      StepRoofline layers = new StepRoofline(new Case("lenet5", mode, 2, 1), engine);
      LayerReport report = layers.measure(0.01, 0.01);
      List<String> kinds = report.rows().stream().map(LayerRow::kind).toList();
      assertThat(kinds).contains("conv2d", "matmul", mode == Mode.TRAIN ? "update" : "copies");
      double flops = report.rows().stream().mapToDouble(LayerRow::flops).sum();
      assertThat(flops * 1e-9)
          .isCloseTo(
              new Case("lenet5", mode, report.atOnce(), 1).gflop(), within(0.15 * flops * 1e-9));
      assertThat(report.atOnce()).isEqualTo(mode == Mode.TRAIN ? 2 : 1);
      assertThat(report.text())
          .contains("conv2d 5×5 +bias +tanh", report.atOnce() + "×28×28×6", "total ", "algorithm ");
      assertThat(report.json()).hasSize(kinds.size() + 1);
      assertThat(report.json().getLast()).containsKeys("whole_ms", "memory_gb_per_s", "ms");
    }
  }
}
