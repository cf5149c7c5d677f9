package dev.fovea.simd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import org.junit.jupiter.api.Test;

/** What is said of micro-kernels is said of those that compute. */
final class MicroChoiceTest {
  @Test
  void errorsOfLoadingAreRemarks() {
    MicroChoice choice =
        MicroChoice.loaded(() -> {
          throw new ServiceConfigurationError("Provider a.B not found");
        });
    assertThat(choice.micros()).isSameAs(Micros.VECTORS);
    assertThat(choice.remarks())
        .containsExactly(
            "other micro-kernels are not used: they cannot be loaded:"
                + " java.util.ServiceConfigurationError: Provider a.B not found");
    assertThat(choice.advice()).isEmpty();
  }

  @Test
  void sourcesThatCannotRunAreRemarksAndAdvice() {
    MicroSource none = (vectors, bits) -> MicroSource.Offer.none("none here");
    MicroSource trouble = (vectors, bits) -> MicroSource.Offer.trouble("start java with x");
    MicroChoice choice = MicroChoice.loaded(() -> List.of(none, trouble));
    assertThat(choice.remarks()).containsExactly("none here", "start java with x");
    assertThat(choice.advice()).isEqualTo(Optional.of("start java with x"));
  }

  /** The choice of the process says nothing of kernels that were given. */
  @Test
  void ofGivenKernelsNothingIsSaid() {
    SimdProvider given = new SimdProvider().with(Micros.VECTORS);
    assertThat(given.remarks()).isEmpty();
    assertThat(given.advice()).isEmpty();
  }
}
