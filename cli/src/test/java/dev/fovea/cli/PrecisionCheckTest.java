package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.FoveaException;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** What becomes of measurements of bfloat16, which are made up here. */
final class PrecisionCheckTest {
  @Test
  void whatIsFasterIsTakenAndTold() {
    assertThat(PrecisionCheck.told(OptionalDouble.of(1.934)))
        .isEqualTo(
            "--precision bf16: measured on this machine, products are 1.93 times as fast as in"
                + " floats");
    assertThat(PrecisionCheck.told(OptionalDouble.of(1.2))).contains("1.20 times as fast");
    assertThat(DoctorCommand.gain(1.934))
        .isEqualTo(
            "products 1.93 times as fast as in floats, measured: --precision bf16 is accepted");
  }

  /** As on the one processor of Intel that was measured. */
  @Test
  void whatIsNotFasterIsRefusedInOneLine() {
    for (double gain : new double[] {0.5, 1, 1.19, Double.NaN}) {
      assertThatThrownBy(() -> PrecisionCheck.told(OptionalDouble.of(gain)))
          .isInstanceOf(FoveaException.class)
          .hasMessageStartingWith(
              "--precision bf16: measured on this machine, products in bfloat16 are ")
          .hasMessageEndingWith("; leave it out, or add --force-precision")
          .hasMessageNotContaining("\n");
    }
    assertThatThrownBy(() -> PrecisionCheck.told(OptionalDouble.of(0.495)))
        .hasMessageContaining(
            "are 0.50 times as fast as in floats, and 1.2 are needed, for factors are rounded");
    assertThat(DoctorCommand.gain(0.5)).endsWith("bf16 is refused without --force-precision");
  }

  @Test
  void whatCannotBeMeasuredIsTaken() {
    assertThat(PrecisionCheck.told(OptionalDouble.empty()))
        .isEqualTo("--precision bf16: not measured here");
  }
}
