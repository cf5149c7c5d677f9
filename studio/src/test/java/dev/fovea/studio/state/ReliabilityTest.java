package dev.fovea.studio.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Confidence beside how often it is right. */
final class ReliabilityTest {
  /** Parts 0.6 … 0.7 with |0.64 − 1/2| and 0.9 … 1 with |0.97 − 1|: (2 · 0.14 + 2 · 0.03) / 4. */
  @Test
  void theErrorIsTheMeanDistanceOverTheParts() {
    Reliability r =
        Reliability.of(List.of(0.62, 0.66, 0.94, 1.0), List.of(true, false, true, true));
    assertThat(r.bins().get(6).count()).isEqualTo(2);
    assertThat(r.bins().get(6).confidence()).isCloseTo(0.64, within(1e-12));
    assertThat(r.bins().get(6).accuracy()).isEqualTo(0.5);
    assertThat(r.bins().get(9)).isEqualTo(new Reliability.Bin(2, 0.97, 1));
    assertThat(r.error()).isCloseTo(0.085, within(1e-12));
  }

  @Test
  void nothingHasNoError() {
    assertThat(Reliability.of(List.of(), List.of()).error()).isZero();
  }
}
