package dev.fovea.train;

import static dev.fovea.nn.Losses.crossEntropy;
import static dev.fovea.optim.Optimizers.adam;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.fovea.data.Batch;
import dev.fovea.data.Batches;
import dev.fovea.engine.Engines;
import dev.fovea.engine.kernel.Providers;
import dev.fovea.engine.runtime.Workers;
import dev.fovea.nn.Model;
import dev.fovea.tensor.Seed;
import dev.fovea.train.testing.TrainFixtures;
import dev.fovea.train.testing.TrainFixtures.Quarters;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A step of training allocates nothing once it has run a few times. */
final class AllocationTest {
  private static final int STEPS = 50;
  private static final int ROUNDS = 6;

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void stepAllocatesNothing(int threads) {
    try (Workers workers = new Workers(threads)) {
      Model model = TrainFixtures.convnet(Engines.of(Providers.choose().chain(), workers));
      Batches batches = new Quarters(96, 1).batches(32);
      TrainingStep step = TrainingStep.of(model, crossEntropy(), adam(1e-3).clipNorm(1), 32);
      try (var stream = batches.open(Seed.of(1))) {
        Batch batch = stream.next();
        assertThat(batch).isNotNull();
        if (batch != null) {
          assertThat(measure(step, batch)).isEqualTo(empty());
        }
      }
    }
  }

  /**
   * Returns what a round of steps allocates, the least of some rounds: waking a helper for the
   * first time, say, links a method once, but what a step allocates shows in every round.
   */
  private static long measure(TrainingStep step, Batch batch) {
    List<Seed> seeds = List.of(Seed.of(1), Seed.of(2));
    long least = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      long before = allocated();
      for (int i = 0; i < STEPS; i++) {
        step.gradients(batch, seeds.get(i % 2));
        step.apply(1e-3);
      }
      least = Math.min(least, allocated() - before);
    }
    return least;
  }

  /** What measuring itself allocates. */
  private static long empty() {
    allocated();
    long before = allocated();
    return allocated() - before;
  }

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }
}
