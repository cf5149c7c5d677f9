package dev.fovea.studio.state;

import dev.fovea.nn.Model;
import dev.fovea.studio.web.Events;
import dev.fovea.train.History;
import dev.fovea.train.ProgressListener;
import dev.fovea.train.Replay;
import dev.fovea.train.Training;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A training as pages see it.
 *
 * <p>On the training's thread it notes numbers and, where a page has asked, copies the parameters;
 * it waits for nobody, except where the user has paused the training. All that is shown is computed
 * of the copy, on the threads of those who ask.
 */
public final class LiveTraining implements ProgressListener {
  /** The topic of its news. */
  public static final String TOPIC = "train";

  private static final long NEWS_NANOS = 100_000_000;

  private final Events events;
  private final TimeLine timeLine;
  private final Curve loss = new Curve();
  private final Curve rate = new Curve();
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Model shown;
  private long shownStep;
  private volatile boolean wanted = true;
  private volatile @Nullable Replay replay;
  private volatile State state = new State("waiting", 0, 0, List.of(), Optional.empty());
  private long told;
  private boolean paused;
  private int permits;

  /**
   * How far a training is.
   *
   * @param phase waiting, running, paused, ended or failed
   * @param step the steps that are done
   * @param steps all steps
   * @param epochs the epochs that are done
   * @param problem why it failed
   */
  public record State(
      String phase, long step, long steps, List<History.Epoch> epochs, Optional<String> problem) {
    State with(String other) {
      return new State(other, step, steps, epochs, problem);
    }
  }

  /** Creates the view of a training that is about to begin. */
  public LiveTraining(Events events, TimeLine timeLine) {
    this.events = events;
    this.timeLine = timeLine;
  }

  /** Returns the checkpoints, which are written as a callback. */
  public TimeLine timeLine() {
    return timeLine;
  }

  /** Returns how far the training is. */
  public State state() {
    return state;
  }

  /** Returns the loss of each step. */
  public Curve loss() {
    return loss;
  }

  /** Returns the learning rate of each step. */
  public Curve rate() {
    return rate;
  }

  @Override
  public void onStart(Training t) {
    replay = t.replay();
    loss.cut(t.step());
    rate.cut(t.step());
    note(t, "running");
    copy(t, true);
    tell();
  }

  @Override
  public void onBatch(Training t) {
    loss.add(t.step(), t.loss());
    rate.add(t.step(), t.learningRate());
    note(t, "running");
    if (wanted) {
      copy(t, false);
    }
    long now = System.nanoTime();
    if (now - told >= NEWS_NANOS) {
      told = now;
      tell();
    }
    waitWhilePaused(t);
  }

  @Override
  public void onEpoch(Training t, History.Epoch epoch) {
    note(t, "running");
    tell();
  }

  @Override
  public void onEnd(Training t) {
    note(t, "ended");
    copy(t, true);
    tell();
  }

  /** Says that the training has ended with an error. */
  public void failed(String why) {
    State s = state;
    state = new State("failed", s.step, s.steps, s.epochs, Optional.of(why));
    tell();
  }

  private void tell() {
    events.ready(TOPIC);
  }

  private void note(Training t, String phase) {
    long steps = (long) t.epochs() * Math.max(1, t.batches());
    state = new State(phase, t.step(), steps, t.history().epochs(), Optional.empty());
  }

  /** Copies the parameters, unless somebody just looks at the last copy and nothing is urgent. */
  private void copy(Training t, boolean urgent) {
    if (urgent) {
      lock.lock();
    } else if (!lock.tryLock()) {
      return;
    }
    try {
      Model copy = shown;
      if (copy == null) {
        shown = t.model().copy();
      } else {
        t.model().copyTo(copy, 1);
      }
      shownStep = t.step();
      wanted = false;
    } finally {
      lock.unlock();
    }
  }

  private synchronized void waitWhilePaused(Training t) {
    if (!paused) {
      return;
    }
    copy(t, true);
    state = state.with("paused");
    tell();
    try {
      while (paused && permits == 0) {
        wait();
      }
      permits = Math.max(0, permits - 1);
      state = state.with("running");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Lets the training wait after the step in progress. */
  public synchronized void pause() {
    paused = true;
  }

  /** Lets the training go on. */
  public synchronized void goOn() {
    paused = false;
    permits = 0;
    notifyAll();
  }

  /** Lets a training that waits do one step. */
  public synchronized void step() {
    paused = true;
    permits++;
    notifyAll();
  }

  /**
   * Returns what is computed of the last copy, with the step that it is of, and asks for a newer
   * one.
   */
  public <T> Optional<T> look(Function<View, T> then) {
    wanted = true;
    lock.lock();
    try {
      Model model = shown;
      return model == null ? Optional.empty() : Optional.of(then.apply(new View(model, shownStep)));
    } finally {
      lock.unlock();
    }
  }

  /**
   * A model at a step.
   *
   * @param model the model
   * @param step the steps that were done
   */
  public record View(Model model, long step) {}

  /** Returns what computes any step anew, once the training has begun. */
  public Optional<Replay> replay() {
    return Optional.ofNullable(replay);
  }

  /** Returns how far the training is as JSON. */
  public Map<String, Object> json() {
    State s = state;
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("phase", s.phase);
    fields.put("step", s.step);
    fields.put("steps", s.steps);
    fields.put("kept", timeLine.size());
    fields.put("full", timeLine.isFull());
    fields.put("problem", s.problem.orElse(""));
    fields.put("epochs", s.epochs.stream().map(LiveTraining::json).toList());
    return fields;
  }

  private static Map<String, Object> json(History.Epoch e) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("number", e.number());
    fields.put("loss", e.train().loss());
    fields.put("train", e.train().metrics());
    e.validation()
        .ifPresent(v -> {
          fields.put("validationLoss", v.loss());
          fields.put("validation", v.metrics());
        });
    fields.put("rate", e.learningRate());
    fields.put("seconds", e.seconds());
    return fields;
  }
}
