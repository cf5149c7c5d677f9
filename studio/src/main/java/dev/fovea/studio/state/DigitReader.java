package dev.fovea.studio.state;

import static dev.fovea.nn.Losses.crossEntropy;
import static dev.fovea.train.Metrics.accuracy;

import dev.fovea.data.DataSplit;
import dev.fovea.data.Digits;
import dev.fovea.data.Preprocessing;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.optim.Optimizers;
import dev.fovea.optim.Schedules;
import dev.fovea.studio.web.Events;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.train.Callback;
import dev.fovea.train.Epochs;
import dev.fovea.train.History;
import dev.fovea.train.ProgressListener;
import dev.fovea.train.Trainer;
import dev.fovea.train.Training;
import dev.fovea.vision.InputRule;
import dev.fovea.zoo.Scale;
import dev.fovea.zoo.Zoo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The network of the first minute: LeNet-5, which learns to read the embedded digits while its user
 * draws the first one.
 *
 * <p>Nothing is downloaded and no weights come with the program: after some seconds it reads 19 of
 * 20 digits that it has never seen. The same bits every time: seed, data and settings are fixed.
 */
public final class DigitReader {
  /** Its id in the workspace. */
  public static final String ID = "lenet5-digits";

  /** The topic of its progress. */
  public static final String TOPIC = "digits";

  private static final String NAME = "LeNet-5 on digits";
  private static final int SAMPLES = 6_000;
  private static final int TEST = 1_000;
  private static final int EPOCHS = 3;
  private static final int BATCH = 32;
  private static final int STEPS_PER_VIEW = 10;

  /** What brings the digits to mean 0 and deviation 1; known before they are drawn. */
  static final Preprocessing RULE =
      Preprocessing.scaled(Shape.of(Digits.SIZE, Digits.SIZE, 1))
          .withMeanAndStd(List.of(0.1135f), List.of(0.2243f));

  private final Workspace workspace;
  private final Events events;
  private final TrainingManager.Stop stop = new TrainingManager.Stop();
  private final Callback after;
  private @Nullable Thread thread;

  /** The learner as it was shown last; none before the first step, and once it has learned. */
  private @Nullable OpenModel shown;

  private volatile LearningProgress progress =
      new LearningProgress(0, steps(), Double.NaN, Double.NaN);

  /** Creates the reader, which has learned nothing yet. */
  public DigitReader(Workspace workspace, Events events) {
    this(workspace, events, new Callback() {});
  }

  /** Creates the reader, with what is called after each step too. */
  DigitReader(Workspace workspace, Events events, Callback after) {
    this.workspace = workspace;
    this.events = events;
    this.after = after;
  }

  /** Returns what it learns, which takes a second to draw in a process that has just begun. */
  static DataSplit digits() {
    return Digits.load(Seed.of(1), SAMPLES, TEST);
  }

  /** Begins to learn, unless that has begun; returns at once with a network in the workspace. */
  public synchronized void begin() {
    if (thread != null) {
      return;
    }
    InputRule rule = new InputRule(RULE, false);
    Model model =
        Zoo.find("lenet5").model(Scale.full(10), RULE.shape(), Seed.of(2), Engine.shared());
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("labels", "0\n1\n2\n3\n4\n5\n6\n7\n8\n9");
    rule.put(texts);
    Model learner = model.withMetadata(texts);
    // Rooms read a copy: the parameters of the one that learns change while they would compute.
    OpenModel reader = new OpenModel(ID, NAME, learner.copy(), rule, OpenModel.watch(learner));
    workspace.put(reader);
    thread = Thread.ofPlatform().daemon().name("digit-reader").start(() -> learn(reader, learner));
  }

  private void learn(OpenModel reader, Model model) {
    try {
      DataSplit digits = digits();
      Trainer.of(model, crossEntropy(), Optimizers.adam(3e-3))
          .schedule(Schedules.oneCycle())
          .metrics(accuracy())
          .callbacks(stop, after)
          .listeners(new Follower(reader, model))
          .fit(digits.train().shuffled().batches(BATCH), Epochs.epochs(EPOCHS), digits.test());
      learned(OpenModel.of(ID, NAME, model, reader.rule()));
    } catch (RuntimeException | OutOfMemoryError e) {
      open();
      progress = progress.failed(LearningProgress.why(e));
    }
    events.ready(TOPIC);
  }

  private synchronized void learned(OpenModel net) {
    shown = null;
    workspace.put(net);
  }

  private synchronized void show(OpenModel net) {
    shown = net;
  }

  /**
   * Lets other rooms compute with the learner as it was shown last. They keep it as it is then,
   * until this is called again or it has learned.
   */
  public synchronized void open() {
    if (shown != null) {
      workspace.put(shown);
    }
  }

  /** Ends learning after the step that is being done. */
  public void stop() {
    stop.ask();
  }

  /** Waits until learning has ended. */
  void await() throws InterruptedException {
    Thread begun;
    synchronized (this) {
      begun = thread;
    }
    if (begun != null) {
      begun.join();
    }
  }

  /** Lets the view follow the network that learns. */
  private final class Follower implements ProgressListener {
    private final OpenModel reader;
    private final Model learner;

    Follower(OpenModel reader, Model learner) {
      this.reader = reader;
      this.learner = learner;
    }

    @Override
    public void onBatch(Training t) {
      if (t.step() % STEPS_PER_VIEW == 0) {
        tell(t, progress.measure());
      }
    }

    @Override
    public void onEpoch(Training t, History.Epoch epoch) {
      tell(t, epoch.validation().orElseThrow().metric("accuracy"));
    }

    private void tell(Training t, double accuracy) {
      reader.watch().follow();
      show(new OpenModel(ID, NAME, learner.copy(), reader.rule(), reader.watch()));
      progress = new LearningProgress(t.step(), steps(), t.loss(), accuracy);
      events.ready(TOPIC);
    }
  }

  private static long steps() {
    return (long) EPOCHS * Math.ceilDiv(SAMPLES, BATCH);
  }

  /** Returns how far the training has come. */
  public LearningProgress progress() {
    return progress;
  }
}
