package dev.fovea.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class RehearsalTest {
  /** Each request of it is answered, as clients' are. */
  @Test
  void asksAndIsAnswered() {
    assertThat(Rehearsal.play(3, Duration.ofMinutes(1))).isEqualTo(3);
    assertThat(Rehearsal.play(3, Duration.ZERO)).isZero();
  }
}
