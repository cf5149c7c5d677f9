package dev.fovea.serve.batch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class CrowdTest {
  private static final int[] SIZES = {1, 2, 4};

  private static int samples(long... nanos) {
    return new Crowd(2, 4).sparing(SIZES, nanos).mostSamples();
  }

  @Test
  void batchesAreNoLargerThanPays() {
    assertThat(samples(1000, 2000, 4000)).isEqualTo(1);
    assertThat(samples(1040, 2010, 4000)).isEqualTo(1);
    assertThat(samples(1100, 2010, 4000)).isEqualTo(2);
    assertThat(samples(1100, 2300, 4000)).isEqualTo(4);
    assertThat(samples(1000, 2300, 4400)).isEqualTo(1);
  }

  @Test
  void whatWasNotMeasuredStays() {
    assertThat(new Crowd(3, 7).sparing(new int[0])).isEqualTo(new Crowd(3, 7));
  }
}
