package dev.fovea.studio.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.studio.state.Frames.Question;
import dev.fovea.studio.web.Answer;
import dev.fovea.tensor.FoveaException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What pages are shown of a training, and when it is computed. The clock is the test's. */
final class FramesTest {
  private static final Question FIRST = Question.of("view", 0);
  private static final Question SECOND = Question.of("view", 1);
  private static final int COST = 10;

  private final AtomicLong clock = new AtomicLong();
  private final AtomicBoolean running = new AtomicBoolean(true);
  private final AtomicInteger computed = new AtomicInteger();
  private final Frames frames = new Frames(new Pace(clock::get), running::get, Duration.ZERO);

  private Optional<Answer> ask(Question question) {
    return frames.answer(
        question,
        () -> clock.addAndGet(1_000), // getting what is shown is not measured
        _ -> {
          clock.addAndGet(COST);
          computed.incrementAndGet();
          return Answer.done();
        });
  }

  @Test
  void answersTheLastFrameUntilTheNextIsDue() {
    Answer first = ask(FIRST).orElseThrow();
    clock.addAndGet(100 * COST - 1);
    assertThat(ask(FIRST)).containsSame(first);
    assertThat(computed).hasValue(1);
    clock.addAndGet(1);
    assertThat(ask(FIRST).orElseThrow()).isNotSameAs(first);
    assertThat(computed).hasValue(2);
  }

  /** Pages that look at different things share the pace. */
  @Test
  void hasNoAnswerToAnotherQuestionBeforeItIsDue() {
    Answer first = ask(FIRST).orElseThrow();
    assertThat(ask(SECOND)).isEmpty();
    assertThat(ask(Question.of("mistakes"))).isEmpty();
    assertThat(ask(FIRST)).containsSame(first);
    clock.addAndGet(100 * COST);
    assertThat(ask(SECOND)).isPresent();
    assertThat(ask(FIRST)).as("of a topic the newest frame is kept").isEmpty();
    assertThat(computed).hasValue(2);
  }

  @Test
  void computesAtOnceWhileTheTrainingRests() {
    assertThat(ask(FIRST)).isPresent();
    running.set(false);
    assertThat(ask(FIRST)).isPresent();
    assertThat(ask(SECOND)).isPresent();
    assertThat(ask(Question.of("mistakes"))).isPresent();
    assertThat(computed).hasValue(4);
    running.set(true);
    clock.addAndGet(100 * COST);
    assertThat(ask(FIRST)).as("rest has cost nothing").isPresent();
    assertThat(computed).hasValue(5);
  }

  /** What cannot be computed says why and gives the turn to the next. */
  @Test
  void passesErrorsOn() {
    running.set(false);
    assertThatThrownBy(() ->
            frames.answer(
                FIRST,
                () -> {
                  throw new FoveaException("train: the training has not begun yet");
                },
                _ -> Answer.done()))
        .isInstanceOf(FoveaException.class)
        .hasMessage("train: the training has not begun yet");
    assertThat(ask(FIRST)).isPresent();
  }
}
