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

  /** What a request has taken already is part of what it needs. */
  @Test
  void takesWhatIsMissing() {
    MemoryBudget budget = new MemoryBudget(10 << 10);
    try (MemoryBudget.Share one = budget.share();
        MemoryBudget.Share other = budget.share()) {
      one.take(6 << 10);
      one.takeUpTo(4 << 10);
      one.requirePossible(10 << 10);
      refuses(other, 5 << 10, 503);
      other.take(2 << 10);
      one.takeUpTo(8 << 10);
      refuses(other, 1, 503);
    }
  }

  /** An answer takes the place of what it was made of. */
  @Test
  void keepsWhatIsStillNeeded() {
    MemoryBudget budget = new MemoryBudget(10 << 10);
    try (MemoryBudget.Share one = budget.share();
        MemoryBudget.Share other = budget.share()) {
      one.take(6 << 10);
      one.keep(1 << 10);
      other.take(9 << 10);
      refuses(one, 1, 503);
      assertThatThrownBy(() -> one.keep(2 << 10)).isInstanceOf(HttpException.class);
      other.keep(0);
      one.keep(10 << 10);
      refuses(other, 1, 503);
    }
    budget.share().take(10 << 10);
  }

  /** Many small pieces take what one of their length does, for which there is a unit at least. */
  @Test
  void piecesTakeNoMoreThanTheWhole() {
    MemoryBudget budget = new MemoryBudget(2 << 10);
    try (MemoryBudget.Share one = budget.share();
        MemoryBudget.Share other = budget.share()) {
      for (int i = 0; i < 1 << 10; i++) {
        one.take(1);
      }
      other.take(1 << 10);
      refuses(one, 1, 503);
    }
    budget.share().take(2 << 10);
  }
}
