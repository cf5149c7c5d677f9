package dev.fovea.studio.state;

import dev.fovea.data.Dataset;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.optim.Optimizers;
import dev.fovea.optim.Schedules;
import dev.fovea.studio.web.Events;
import dev.fovea.systems.label.LabelSplit;
import dev.fovea.systems.net.Plan;
import dev.fovea.systems.net.Setup;
import dev.fovea.systems.net.Systems;
import dev.fovea.systems.net.VisionSystem;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.train.Epochs;
import dev.fovea.train.History;
import dev.fovea.train.Measure;
import dev.fovea.train.ProgressListener;
import dev.fovea.train.Trainer;
import dev.fovea.train.Training;
import dev.fovea.vision.InputRule;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The detector that is always there: a small YOLO, which learns to find the forms and figures of
 * drawn scenes while its user watches. The same bits every time: seed, scenes and settings are
 * fixed.
 */
public final class SceneLearner {
  /** Its id in the workspace. */
  public static final String ID = "yolo-scenes";

  /** The topic of its progress. */
  public static final String TOPIC = "scenes";

  private static final String NAME = "YOLO on drawn scenes";
  private static final Shape INPUT = Shape.of(96, 96, 3);
  private static final double WIDTH = 0.5;
  private static final int SCENES = 600;
  private static final int EPOCHS = 8;
  private static final int BATCH = 8;
  private static final double RATE = 4e-3;
  private static final int STEPS_PER_VIEW = 25;
  private static final int SHOWN = 4;

  private final Workspace workspace;
  private final Events events;
  private final int scenes;
  private final TrainingManager.Stop stop = new TrainingManager.Stop();
  private @Nullable Thread thread;
  private String picture = "";
  private volatile LearningProgress progress;

  /** Creates the detector, which has learned nothing yet. */
  public SceneLearner(Workspace workspace, Events events) {
    this(workspace, events, SCENES);
  }

  /** Creates the detector, which is to learn from this many scenes. */
  SceneLearner(Workspace workspace, Events events, int scenes) {
    this.workspace = workspace;
    this.events = events;
    this.scenes = scenes;
    this.progress = new LearningProgress(-1, steps(), Double.NaN, Double.NaN);
  }

  /**
   * Begins to learn, unless that has begun; returns at once with a network and some scenes that it
   * does not learn from in the workspace.
   *
   * @return the id of a scene
   */
  public synchronized String begin() {
    if (thread != null) {
      return picture;
    }
    VisionSystem system = Systems.find("yolo-tiny");
    InputRule rule = new InputRule(system.preprocessing(INPUT), false);
    LabelSplit drawn = DrawnScenes.load(rule, scenes, system.markings());
    int most = drawn.train().targets().get(0).shape().dim(0);
    Plan plan = Plan.of(drawn.train().things(), rule.preprocessing()).objects(most).width(WIDTH);
    Setup setup = system.setUp(system.fitted(plan, drawn.train()));
    Map<String, String> texts = new LinkedHashMap<>();
    Model model = setup.model(Seed.of(2), Engine.shared());
    texts.putAll(model.metadata());
    texts.put("labels", String.join("\n", drawn.train().things()));
    rule.put(texts);
    Model learner = model.withMetadata(texts);
    for (int i = SHOWN - 1; i >= 0; i--) {
      picture = workspace.put("scene " + (i + 1), drawn.test().read(i, Seed.of(0)).picture()).id();
    }
    show(setup, learner, rule);
    thread =
        Thread.ofPlatform()
            .daemon()
            .name("scene-learner")
            .start(() -> learn(setup, drawn, rule, learner));
    return picture;
  }

  private void learn(Setup setup, LabelSplit drawn, InputRule rule, Model learner) {
    Dataset train = rule.over(setup.targets(drawn.train())).shuffled();
    Dataset test = rule.over(setup.targets(drawn.test()));
    try {
      Trainer.of(learner, setup.objective(), Optimizers.adamW(RATE).clipNorm(10))
          .schedule(Schedules.oneCycle())
          .measures(setup.measures(drawn.test()).toArray(Measure[]::new))
          .callbacks(stop)
          .listeners(new Follower(setup, rule))
          .fit(train.batches(BATCH), Epochs.epochs(EPOCHS), test);
    } catch (RuntimeException | OutOfMemoryError e) {
      progress = progress.failed(LearningProgress.why(e));
      events.ready(TOPIC);
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

  /** Puts a copy of what has been learned into the workspace: rooms read it while more is. */
  private void show(Setup setup, Model learner, InputRule rule) {
    Model copy = setup.used(learner).copy();
    workspace.put(OpenModel.of(ID, NAME, copy, rule));
    events.ready(TOPIC);
  }

  /** Lets the workspace follow the network that learns. */
  private final class Follower implements ProgressListener {
    private final Setup setup;
    private final InputRule rule;

    Follower(Setup setup, InputRule rule) {
      this.setup = setup;
      this.rule = rule;
    }

    @Override
    public void onBatch(Training t) {
      if (t.step() % STEPS_PER_VIEW == 0) {
        tell(t, progress.measure());
      }
    }

    @Override
    public void onEpoch(Training t, History.Epoch epoch) {
      tell(t, epoch.validation().map(v -> v.metric("ap50")).orElse(Double.NaN));
    }

    private void tell(Training t, double precision) {
      progress = new LearningProgress(t.step(), steps(), t.loss(), precision);
      show(setup, t.model(), rule);
    }
  }

  private long steps() {
    return (long) EPOCHS * Math.ceilDiv(scenes, BATCH);
  }

  /** Returns how far the training has come; of what it measures the AP at an IoU of ½. */
  public LearningProgress progress() {
    return progress;
  }
}
