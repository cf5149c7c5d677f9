package dev.fovea.optim;

import static dev.fovea.optim.Schedules.constant;
import static dev.fovea.optim.Schedules.cosine;
import static dev.fovea.optim.Schedules.oneCycle;
import static dev.fovea.optim.Schedules.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.tensor.FoveaException;
import org.junit.jupiter.api.Test;

final class ScheduleTest {
  @Test
  void constantIsOne() {
    assertThat(constant().factor(7, 10)).isEqualTo(1);
    assertThat(constant().dependsOnTotal()).isFalse();
  }

  @Test
  void stepDecaysAfterEveryFewSteps() {
    Schedule s = step(10, 0.5);
    assertThat(s.factor(9, 100)).isEqualTo(1);
    assertThat(s.factor(10, 100)).isEqualTo(0.5);
    assertThat(s.factor(39, 100)).isEqualTo(0.125);
  }

  @Test
  void cosineIsHalfAWave() {
    assertThat(cosine().factor(0, 8)).isEqualTo(1);
    assertThat(cosine().factor(2, 8)).isCloseTo((1 + Math.sqrt(0.5)) / 2, within(1e-12));
    assertThat(cosine().factor(4, 8)).isCloseTo(0.5, within(1e-12));
    assertThat(cosine().factor(8, 8)).isZero();
    assertThat(cosine(0.1).factor(8, 8)).isEqualTo(0.1);
    assertThat(cosine(0.1).factor(4, 8)).isCloseTo(0.55, within(1e-12));
  }

  @Test
  void oneCycleRisesAndFalls() {
    assertThat(oneCycle().factor(0, 101)).isCloseTo(1 / 25.0, within(1e-12));
    assertThat(oneCycle().factor(15, 101)).isCloseTo((1 + 1 / 25.0) / 2, within(1e-12));
    assertThat(oneCycle().factor(30, 101)).isCloseTo(1, within(1e-12));
    assertThat(oneCycle().factor(100, 101)).isCloseTo(4e-6, within(1e-12));
    assertThat(oneCycle().factor(0, 1)).isPositive();
  }

  @Test
  void warmupRisesInEqualPartsToWhereTheScheduleBegins() {
    Schedule s = cosine().warmup(4);
    assertThat(s.factor(0, 12)).isEqualTo(0.25);
    assertThat(s.factor(3, 12)).isEqualTo(1);
    assertThat(s.factor(4, 12)).isEqualTo(1);
    assertThat(s.factor(8, 12)).isCloseTo(0.5, within(1e-12));
    assertThat(constant().warmupFraction(0.5).factor(1, 8)).isEqualTo(0.5);
    assertThat(constant().warmup(4).dependsOnTotal()).isFalse();
    assertThat(constant().warmupFraction(0.5).dependsOnTotal()).isTrue();
    assertThat(s.name()).isEqualTo("cosine(0.0) after warm-up(4)");
  }

  @Test
  void polynomialFallsToZero() {
    assertThat(Schedules.polynomial(0.9).factor(0, 8)).isEqualTo(1);
    assertThat(Schedules.polynomial(2).factor(4, 8)).isEqualTo(0.25);
    assertThat(Schedules.polynomial(0.5).factor(8, 8)).isZero();
  }

  @Test
  void exponentialDecaysWithEveryStep() {
    assertThat(Schedules.exponential(0.5).factor(3, 100)).isEqualTo(0.125);
  }

  @Test
  void cyclicRisesAndFallsOverAndOver() {
    Schedule s = Schedules.cyclic(0.2, 4);
    assertThat(s.factor(0, 100)).isEqualTo(0.2);
    assertThat(s.factor(2, 100)).isCloseTo(0.6, within(1e-12));
    assertThat(s.factor(4, 100)).isEqualTo(1);
    assertThat(s.factor(6, 100)).isCloseTo(0.6, within(1e-12));
    assertThat(s.factor(8, 100)).isEqualTo(0.2);
    assertThat(s.factor(12, 100)).isEqualTo(1);
    assertThat(s.dependsOnTotal()).isFalse();
  }

  @Test
  void numbersThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> step(0, 0.5))
        .isInstanceOf(FoveaException.class)
        .hasMessage("step schedule: number of steps must be a positive number, got 0.0");
    assertThatThrownBy(() -> constant().warmup(-1)).isInstanceOf(FoveaException.class);
    assertThatThrownBy(() -> constant().warmupFraction(1)).isInstanceOf(FoveaException.class);
    assertThatThrownBy(() -> cosine(1)).isInstanceOf(FoveaException.class);
  }
}
