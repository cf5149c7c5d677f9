package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class TilesTest {
  @Test
  void tilesCoverTheWholeWithTheOverlapAskedFor() {
    for (int extent = 1; extent < 400; extent++) {
      int[] begins = new Tiles(100, 0.2).begins(extent);
      assertThat(begins[0]).isZero();
      for (int i = 1; i < begins.length; i++) {
        assertThat(begins[i] - begins[i - 1]).isBetween(1, 80);
      }
      assertThat(begins[begins.length - 1]).isEqualTo(Math.max(0, extent - 100));
    }
  }
}
