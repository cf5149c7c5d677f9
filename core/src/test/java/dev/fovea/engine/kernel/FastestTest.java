package dev.fovea.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

final class FastestTest {
  /** The first five runs take 30 ms, the others next to nothing. */
  @Test
  void runsOnUntilTheCodeIsFast() {
    AtomicInteger runs = new AtomicInteger();
    double nanos =
        Fastest.nanos(
            Duration.ofMillis(200),
            () -> {
              long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(30);
              while (runs.get() < 5 && System.nanoTime() < end) {
                LockSupport.parkNanos(100_000);
              }
              runs.incrementAndGet();
            });
    assertThat(runs.get()).isGreaterThan(5);
    assertThat(nanos).isBetween(1.0, 30e6);
  }

  @Test
  void runsAtLeastOnce() {
    AtomicInteger runs = new AtomicInteger();
    assertThat(Fastest.nanos(Duration.ZERO, runs::incrementAndGet)).isPositive().isFinite();
    assertThat(runs.get()).isPositive();
  }
}
