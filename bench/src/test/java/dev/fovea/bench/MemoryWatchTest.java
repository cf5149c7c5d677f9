package dev.fovea.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class MemoryWatchTest {
  private static final long MEBIBYTE = 1 << 20;

  private static MemoryWatch watch(long... heaps) {
    MemoryWatch watch = new MemoryWatch();
    for (long heap : heaps) {
      watch.addCollected(heap * MEBIBYTE);
    }
    return watch;
  }

  /** The first third may leave less than the others: what is made once is made in it. */
  @Test
  void judgesTheLastThird() {
    assertThat(watch(10, 30, 38).grown()).isEmpty();
    assertThat(watch(10, 30, 39).grown())
        .contains("the heap grew from 30 to 39 MiB in the last third, by at most 8 expected");
    assertThat(watch(10, 30).grown()).as("it ended early").isEmpty();
    assertThat(watch(10, 30, 38).report())
        .contains("after collections towards its end: 10, 30, 38 MiB");
  }

  /** The last collections must not begin when all clients have ended. */
  @Test
  void allCollectionsBeginEquallyLongBeforeTheEndOfAThird() {
    for (int third = 1; third <= MemoryWatch.THIRDS; third++) {
      assertThat(MemoryWatch.collectionNanos(3600_000_000_000L, third))
          .isEqualTo(third * 1200_000_000_000L - 15_000_000_000L);
      assertThat(MemoryWatch.collectionNanos(6_000_000_000L, third))
          .isEqualTo(third * 2_000_000_000L - 1_000_000_000L);
    }
  }
}
