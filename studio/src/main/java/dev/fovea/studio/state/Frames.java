package dev.fovea.studio.state;

import dev.fovea.studio.web.Answer;
import dev.fovea.tensor.FoveaException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What pages are shown of a training, computed one at a time on a thread of low priority.
 *
 * <p>While the training runs, computing keeps to a {@link Pace} that all pages and topics share.
 * Until the next frame is due, the newest frame of the same question is answered; a question that
 * has none waits its turn. Of each topic only the newest frame is kept. While the training rests,
 * everything is computed when it is asked for.
 */
public final class Frames {
  private final Pace pace;
  private final BooleanSupplier running;
  private final Duration patience;
  private final Semaphore turn = new Semaphore(1, true);
  private final Map<String, Frame> newest = new ConcurrentHashMap<>();

  /**
   * What a page asks to see.
   *
   * @param topic what kind of frame
   * @param of which of this kind, such as the number of a sample
   */
  public record Question(String topic, List<Object> of) {
    /** Copies the list. */
    public Question {
      of = List.copyOf(of);
    }

    /** Returns a question. */
    public static Question of(String topic, Object... of) {
      return new Question(topic, List.of(of));
    }
  }

  private record Frame(Question question, Answer answer) {}

  /**
   * Creates what has no frames yet.
   *
   * @param running tells whether the training runs
   * @param patience how long a question waits
   */
  public Frames(Pace pace, BooleanSupplier running, Duration patience) {
    this.pace = pace;
    this.running = running;
    this.patience = patience;
  }

  /**
   * Answers a question.
   *
   * @param source gets what is shown; waiting for it costs nothing
   * @param show computes the answer, which is measured while the training runs
   * @return the answer; none if it was not due before the patience ended
   */
  public <T> Optional<Answer> answer(
      Question question, Supplier<T> source, Function<T, Answer> show) {
    Optional<Answer> older = older(question);
    try {
      if (!begin(older.isPresent() ? 0 : patience.toNanos())) {
        return older;
      }
      try {
        Answer answer = apart(() -> compute(source.get(), show));
        newest.put(question.topic(), new Frame(question, answer));
        return Optional.of(answer);
      } finally {
        turn.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FoveaException("studio: it closes", e);
    }
  }

  /** Returns the newest frame of a question, which is good enough while the training runs. */
  private Optional<Answer> older(Question question) {
    return Optional.ofNullable(newest.get(question.topic()))
        .filter(f -> f.question.equals(question) && running.getAsBoolean())
        .map(Frame::answer);
  }

  private <T> Answer compute(T seen, Function<T, Answer> show) {
    return running.getAsBoolean() ? pace.measure(() -> show.apply(seen)) : show.apply(seen);
  }

  /** Takes the turn when the next frame is due. */
  private boolean begin(long nanos) throws InterruptedException {
    long until = System.nanoTime() + nanos;
    if (!turn.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
      return false;
    }
    boolean due = false;
    try {
      due = awaitDue(until);
    } finally {
      if (!due) {
        turn.release();
      }
    }
    return due;
  }

  private synchronized boolean awaitDue(long until) throws InterruptedException {
    for (long wait = untilDue(); wait > 0; wait = untilDue()) {
      long left = until - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, Math.min(wait, left));
    }
    return true;
  }

  private long untilDue() {
    return running.getAsBoolean() ? pace.untilDue() : 0;
  }

  /** Lets a question that waits look whether the training rests. */
  synchronized void wake() {
    notifyAll();
  }

  /** Computes on a platform thread: those that ask are virtual, which have no priority. */
  @SuppressWarnings("ThreadPriorityCheck") // helps where the system heeds it; the pace needs it not
  private static Answer apart(Supplier<Answer> work) throws InterruptedException {
    FutureTask<Answer> task = new FutureTask<>(work::get);
    var _ =
        Thread.ofPlatform().daemon().priority(Thread.MIN_PRIORITY).name("studio-frame").start(task);
    try {
      return task.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException r -> throw r;
        case Error r -> throw r;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }
}
