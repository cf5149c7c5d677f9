package dev.fovea.serve.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class MemoryBudgetTest {
  private static void refuses(MemoryBudget.Share share, long bytes, int status) {
    assertThatThrownBy(() -> share.take(bytes))
        .isInstanceOfSatisfying(HttpException.class, e -> assertThat(e.status()).isEqualTo(status));
  }

  /** To come again helps only who can be answered once the others are. */
  @Test
  void whatNeverFitsIsTooLarge() {
    MemoryBudget budget = new MemoryBudget(10 << 10);
    try (MemoryBudget.Share other = budget.share()) {
      try (MemoryBudget.Share one = budget.share()) {
        one.take(6 << 10);
        refuses(other, 5 << 10, 503);
        refuses(other, 11 << 10, 413);
        refuses(one, 5 << 10, 413);
        refuses(one, Long.MAX_VALUE, 413);
      }
      other.take(10 << 10);
    }
  }
}
