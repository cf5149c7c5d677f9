package dev.fovea.studio.state;

import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.studio.web.Events;
import dev.fovea.tensor.FoveaException;
import dev.fovea.train.History;
import dev.fovea.train.ProgressListener;
import dev.fovea.train.Replay;
import dev.fovea.train.Training;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A training as pages see it.
 *
 * <p>On the training's thread it notes numbers and, where a {@linkplain Frames frame} is due that a
 * page has asked for, copies the parameters; it waits for nobody, except where the user has paused
 * the training. All that is shown is computed of the copy, on another thread, at a {@link Pace} to
 * which the copies count.
 */
public final class LiveTraining implements ProgressListener {
  /** The topic of its news. */
  public static final String TOPIC = "train";

  /** Pages hear of news at most so often, and, where nothing is due that they could see, rarely. */
  private static final long NEWS_NANOS = 100_000_000;

  private static final long RARE_NEWS_NANOS = 1_000_000_000;

  /**
   * How long a page waits for a frame that is not due before it asks again: a browser has six
   * connections, and that which pauses the training must get one.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** How long a frame waits for the step in progress; later it is of the last copy. */
  private static final long MOST_STEP_NANOS = 2_000_000_000;

  private final Events events;
  private final TimeLine timeLine;
  private final Curve loss = new Curve();
  private final Curve rate = new Curve();
  private final Engine oneThread = Engine.ofThreads(1);
  private final Pace pace = new Pace(System::nanoTime);
  private final Frames frames = new Frames(pace, this::isRunning, PATIENCE);
  private @Nullable View shown;
  private volatile boolean wanted;
  private volatile @Nullable Replay replay;
  private volatile State state = new State("waiting", 0, 0, List.of(), Optional.empty());
  private long told;
  private long epochTold;
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

  /** Returns whether steps are done. */
  private boolean isRunning() {
    return state.phase.equals("running");
  }

  /** Returns what pages are shown. */
  public Frames frames() {
    return frames;
  }

  /** Returns the pace at which it is computed, to which other costs of watching count too. */
  public Pace pace() {
    return pace;
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
    copy(t);
    tell();
  }

  @Override
  public void onBatch(Training t) {
    loss.add(t.step(), t.loss());
    rate.add(t.step(), t.learningRate());
    note(t, "running");
    if (wanted) {
      copy(t);
    }
    tellAtTimes();
    waitWhilePaused(t);
  }

  @Override
  public void onEpoch(Training t, History.Epoch epoch) {
    note(t, "running");
    long now = System.nanoTime();
    if (now - epochTold < RARE_NEWS_NANOS) {
      tellAtTimes();
      return;
    }
    // The next step may take long, and what the epoch came to should not wait for it.
    told = now;
    epochTold = now;
    tell();
  }

  @Override
  public void onEnd(Training t) {
    copy(t);
    note(t, "ended");
    tell();
  }

  @Override
  public void onRefusal(Throwable problem) {
    failed(problem);
  }

  @Override
  public void onFailure(Training t, Throwable problem) {
    failed(problem);
  }

  /** Says that the training has ended with an error, whether it had begun or not. */
  void failed(Throwable problem) {
    State s = state;
    state =
        new State("failed", s.step, s.steps, s.epochs, Optional.of(LearningProgress.why(problem)));
    tell();
  }

  private void tellAtTimes() {
    long now = System.nanoTime();
    if (now - told >= (pace.untilDue() == 0 ? NEWS_NANOS : RARE_NEWS_NANOS)) {
      told = now;
      tell();
    }
  }

  private void tell() {
    frames.wake();
    events.ready(TOPIC);
  }

  private void note(Training t, String phase) {
    long steps = (long) t.epochs() * Math.max(1, t.batches());
    state = new State(phase, t.step(), steps, t.history().epochs(), Optional.empty());
  }

  /** Copies the parameters; the copy before may still be read and stays as it is. */
  private void copy(Training t) {
    View copy = pace.measure(() -> new View(onOneThread(t.model().copy()), t.step()));
    synchronized (this) {
      shown = copy;
      wanted = false;
      notifyAll();
    }
  }

  /** Returns a model that computes beside the training without using all processors. */
  public Model onOneThread(Model model) {
    Engine asked = model.engine();
    return model.withEngine(oneThread.with(asked.convolutions()).with(asked.precision()));
  }

  private synchronized void waitWhilePaused(Training t) {
    if (!paused) {
      return;
    }
    copy(t);
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
   * Returns a copy that is made at the end of the step in progress; where that takes long, or the
   * training rests, the last one.
   *
   * @throws FoveaException if the training has not begun yet
   */
  public synchronized View newest() {
    wanted = isRunning();
    long until = System.nanoTime() + MOST_STEP_NANOS;
    try {
      for (long left = MOST_STEP_NANOS;
          wanted && isRunning() && left > 0;
          left = until - System.nanoTime()) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    View view = shown;
    if (view == null) {
      throw notBegun();
    }
    return view;
  }

  private static FoveaException notBegun() {
    return new FoveaException("train: the training has not begun yet");
  }

  /**
   * A model at a step.
   *
   * @param model the model, whose parameters do not change
   * @param step the steps that were done
   */
  public record View(Model model, long step) {}

  /** Returns what computes any step anew, once the training has begun. */
  public Optional<Replay> replay() {
    return Optional.ofNullable(replay);
  }

  /**
   * Computes a step anew from a checkpoint.
   *
   * @throws FoveaException if the training has not begun yet, or does not come to this step
   */
  public View again(Path from, long step) {
    return new View(onOneThread(replay().orElseThrow(LiveTraining::notBegun).at(from, step)), step);
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
