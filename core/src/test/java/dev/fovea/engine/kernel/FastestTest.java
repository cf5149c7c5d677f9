package dev.fovea.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class FastestTest {
  /** Five runs take 30 ms by a clock of their own, the others 1 ms: 200 of them in silence. */
  @Test
  void runsOnUntilTheCodeIsFast() {
    AtomicInteger runs = new AtomicInteger();
    AtomicLong clock = new AtomicLong();
    double nanos =
        Fastest.nanos(
            Duration.ofMillis(200),
            () -> clock.addAndGet(runs.getAndIncrement() < 5 ? 30_000_000 : 1_000_000),
            clock::get);
    assertThat(runs.get()).isEqualTo(5 + 1 + 200);
    assertThat(nanos).isEqualTo(1e6);
  }

  /** Whatever is asked for, a measurement ends after three seconds. */
  @Test
  void losesPatienceAfterThreeSeconds() {
    AtomicLong clock = new AtomicLong();
    double nanos =
        Fastest.nanos(Duration.ofDays(1), () -> clock.addAndGet(1_000_000_000), clock::get);
    assertThat(clock.get()).isEqualTo(3_000_000_000L);
    assertThat(nanos).isEqualTo(1e9);
  }

  @Test
  void runsAtLeastOnce() {
    AtomicInteger runs = new AtomicInteger();
    assertThat(Fastest.nanos(Duration.ZERO, runs::incrementAndGet)).isPositive().isFinite();
    assertThat(runs.get()).isPositive();
  }
}
