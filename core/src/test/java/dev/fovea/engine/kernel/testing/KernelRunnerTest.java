package dev.fovea.engine.kernel.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The runner of the kernels' contract finds what it is there to find. */
final class KernelRunnerTest {
  private static final int LENGTH = 6;

  /** Task t writes 2·t + 1 and 2·t + 2 to their places, and perhaps what comes behind. */
  private record Pairs(int more) implements TaskKernel {
    @Override
    public Footprint footprint() {
      return Footprint.NONE;
    }

    @Override
    public int tasks(int phase) {
      return LENGTH / 2;
    }

    @Override
    public void compute(int phase, int task, Operands operands, Span scratch) {
      Span y = operands.output();
      for (int i = 2 * task; i < 2 * task + 2 + more; i++) {
        y.array()[y.offset() + i] = i + 1;
      }
    }
  }

  private static KernelRunner runner(int more) {
    return new KernelRunner(new Pairs(more), List.of(), LENGTH);
  }

  @Test
  void resultsComeBackInAnyOrder() {
    for (KernelRunner.Order order : KernelRunner.Order.values()) {
      assertThat(runner(0).run(order)).containsExactly(1, 2, 3, 4, 5, 6);
    }
  }

  @Test
  void twoTasksThatWriteToOnePlaceAreFound() {
    assertThatThrownBy(() -> runner(1).run(KernelRunner.Order.FORWARD))
        .isInstanceOf(AssertionError.class)
        .hasMessage("tasks 0 and 1 both write to the output at 2");
  }

  @Test
  void writingBesideTheOutputIsFound() {
    assertThatThrownBy(() -> runner(1).run(KernelRunner.Order.REVERSE))
        .isInstanceOf(AssertionError.class)
        .hasMessage("wrote beside the output of 6 at 6");
  }
}
