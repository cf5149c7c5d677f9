package dev.fovea.serve.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.SelectStrategy;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** An event loop looks for the next request for a moment, then it sleeps. */
final class PollingTest {
  private static int next(Polling polling) throws Exception {
    return polling.calculateStrategy(() -> 0, false);
  }

  @Test
  void sleepsBeforeTheFirstAnswer() throws Exception {
    assertThat(next(new Polling(2, new AtomicInteger(1)))).isEqualTo(SelectStrategy.SELECT);
  }

  @Test
  void looksAgainAfterAnAnswerAndSleepsAtLast() throws Exception {
    Polling polling = new Polling(2, new AtomicInteger(1));
    int looks = 0;
    for (int turn = 0; looks == 0 && turn < 1_000; turn++) { // a busy machine may take the moment
      polling.answered();
      looks += next(polling) == 0 ? 1 : 0;
    }
    assertThat(looks).isPositive();
    while (next(polling) != SelectStrategy.SELECT) {
      looks++;
    }
    assertThat(next(polling)).isEqualTo(SelectStrategy.SELECT);
  }

  @Test
  void sleepsWhereConnectionsMayWantTheProcessors() throws Exception {
    for (int[] few : new int[][] {{1, 1}, {2, 2}, {3, 2}, {4, 3}}) {
      Polling polling = new Polling(few[0], new AtomicInteger(few[1]));
      polling.answered();
      assertThat(next(polling)).isEqualTo(SelectStrategy.SELECT);
    }
  }

  @Test
  void doesWhatIsToBeDoneWithoutSleeping() throws Exception {
    assertThat(new Polling(2, new AtomicInteger(1)).calculateStrategy(() -> 3, true)).isEqualTo(3);
  }
}
