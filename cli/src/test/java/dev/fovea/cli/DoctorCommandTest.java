package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** What the doctor says of measured speeds. */
final class DoctorCommandTest {
  @Test
  void noConvolutionReachesMoreThanThePeak() {
    assertThat(DoctorCommand.share(new Speed(OptionalDouble.of(40), 30, 50)))
        .isEqualTo(", 75 % of the peak");
    assertThat(DoctorCommand.share(new Speed(OptionalDouble.of(0.1), 3.9, 5.8)))
        .startsWith(" (above the measured peak: other programs use the processor");
    assertThat(DoctorCommand.share(new Speed(OptionalDouble.empty(), 1, 2))).isEmpty();
  }
}
