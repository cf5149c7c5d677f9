package dev.fovea.studio.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Costs put off what is due by c / 0.01. The clock is the test's. */
final class PaceTest {
  private final AtomicLong clock = new AtomicLong(-3); // clocks may begin anywhere
  private final Pace pace = new Pace(clock::get);

  private void spend(long cost) {
    assertThat(pace.<Long>measure(() -> clock.addAndGet(cost))).isEqualTo(clock.get());
  }

  @Test
  void isDueAtOnceAndThenAfterAHundredTimesTheCost() {
    assertThat(pace.untilDue()).isZero();
    spend(7);
    assertThat(pace.untilDue()).isEqualTo(700);
    clock.addAndGet(699);
    assertThat(pace.untilDue()).isEqualTo(1);
    clock.addAndGet(1);
    assertThat(pace.untilDue()).isZero();
    clock.addAndGet(1_000_000);
    assertThat(pace.untilDue()).isZero();
    spend(2);
    assertThat(pace.untilDue()).as("idle time is not saved up").isEqualTo(200);
  }

  @Test
  void costsThatAreNotDueAddUp() {
    spend(1);
    spend(4);
    assertThat(pace.untilDue()).isEqualTo(100 - 4 + 400);
  }

  @Test
  void whatFailsCostsTheSame() {
    assertThatThrownBy(() ->
            pace.measure(() -> {
              clock.addAndGet(10);
              throw new IllegalStateException("no");
            }))
        .hasMessage("no");
    assertThat(pace.untilDue()).isEqualTo(1000);
  }

  /** Whatever the costs, what waits until it is due takes at most 1 % of the time between. */
  @Test
  void takesAtMostOnePercent() {
    long spent = 0;
    for (int i = 0; i < 1000; i++) {
      long cost = 1 + i * 37L % 101;
      spend(cost);
      spent += cost;
      clock.addAndGet(pace.untilDue());
    }
    assertThat(spent * 100).isEqualTo(clock.get() + 3 - spent);
  }
}
