package dev.fovea.studio.state;

import static dev.fovea.nn.Losses.crossEntropy;
import static dev.fovea.train.Metrics.accuracy;

import dev.fovea.data.DataSplit;
import dev.fovea.data.Dataset;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.optim.Schedule;
import dev.fovea.optim.Schedules;
import dev.fovea.studio.web.Events;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.train.Callback;
import dev.fovea.train.Epochs;
import dev.fovea.train.Replay;
import dev.fovea.train.Trainer;
import dev.fovea.train.Training;
import dev.fovea.vision.InputRule;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The training of a studio: one at a time, begun in the page or attached by a program. */
public final class TrainingManager {
  /** The schedules that the page offers. */
  public static final List<String> SCHEDULES = List.of("constant", "cosine", "one-cycle");

  private final Events events;
  private final Workspace workspace;
  private @Nullable ActiveRun active;
  private int begun;

  /**
   * What is trained, and how.
   *
   * @param name what people call it
   * @param net the network
   * @param set the name of the data set
   * @param data the samples of it
   * @param changes how samples are changed anew in each epoch
   * @param epochs how often each is seen
   * @param batch the samples of a step
   * @param optimizer what changes the weights
   * @param schedule one of {@link #SCHEDULES}
   * @param seed all randomness
   */
  public record Plan(
      String name,
      NetSpec net,
      String set,
      DataSplit data,
      Changes changes,
      int epochs,
      int batch,
      NamedOptimizer optimizer,
      String schedule,
      long seed) {
    /** Returns the untrained network. */
    public Model model() {
      Model model =
          Model.build(
              net.layer(),
              data.train().inputShape(),
              Seed.of(seed).split("model"),
              Engine.shared());
      Map<String, String> texts = new LinkedHashMap<>();
      texts.put("labels", String.join("\n", data.train().classes()));
      data.train().normalization().ifPresent(p -> new InputRule(p, false).put(texts));
      return model.withMetadata(texts);
    }

    private Schedule usual() {
      return switch (schedule) {
        case "constant" -> Schedules.constant();
        case "cosine" -> Schedules.cosine();
        default -> Schedules.oneCycle();
      };
    }
  }

  /**
   * The training that is shown.
   *
   * @param number how many were begun until then
   * @param live what pages see of it
   * @param test samples that are not trained on; none where they are not known
   * @param plan what it follows, where it was begun in the page
   * @param byHand what is changed while it runs, where it was begun in the page
   */
  public record ActiveRun(
      int number,
      LiveTraining live,
      Optional<Dataset> test,
      Optional<Plan> plan,
      Optional<ByHand> byHand,
      Stop stop) {}

  /** Ends a training for good when it is asked to. */
  public static final class Stop implements Callback {
    private volatile boolean asked;

    /** Creates what has not been asked yet. */
    Stop() {}

    /** Asks for the end, after the step that is being done. */
    void ask() {
      asked = true;
    }

    @Override
    public void onStep(Training training) {
      if (asked) {
        training.pause();
      }
    }
  }

  /** Creates an empty trainings. */
  public TrainingManager(Events events, Workspace workspace) {
    this.events = events;
    this.workspace = workspace;
  }

  /** Returns the training, if there is one. */
  public synchronized Optional<ActiveRun> active() {
    return Optional.ofNullable(active);
  }

  /** Returns a trainer that pages see when it trains. */
  public synchronized Trainer attach(Trainer trainer, Optional<Dataset> test) {
    close();
    LiveTraining live = new LiveTraining(events, TimeLine.create());
    begun++;
    active = new ActiveRun(begun, live, test, Optional.empty(), Optional.empty(), new Stop());
    return trainer.callbacks(live.timeLine()).listeners(live);
  }

  /** Begins a training; the one before ends. */
  public synchronized void begin(Plan plan) {
    Model model = plan.model();
    TimeLine line = TimeLine.create();
    try {
      ByHand byHand = new ByHand(new RateChanges(plan.usual()), FreezeChanges.of(model));
      begin(plan, model, byHand, line, Optional.empty());
    } catch (RuntimeException e) {
      line.close();
      throw e;
    }
  }

  /**
   * Begins a training again at one of its steps, from where it may go another way. The step is
   * computed on the thread that asks, while the training goes on.
   *
   * @param step the number of steps that are done
   * @param factor what the learning rate is multiplied with from then on
   */
  public void branch(long step, double factor) {
    ActiveRun old =
        active().orElseThrow(() -> new FoveaException("branch: nothing is trained yet"));
    Plan plan =
        old.plan()
            .orElseThrow(() -> new FoveaException("branch: only trainings of the page branch"));
    Replay replay =
        old.live()
            .replay()
            .orElseThrow(() -> new FoveaException("branch: the training has not begun yet"));
    ByHand byHand = old.byHand().orElseThrow().until(step);
    byHand.rates().add(step, factor);
    Model model = plan.model();
    TimeLine line = TimeLine.create();
    try {
      var _ = replay.at(old.live().timeLine().before(step), step, line.folder());
      branch(old, plan, model, byHand, line);
    } catch (RuntimeException e) {
      line.close();
      throw e;
    }
  }

  private synchronized void branch(
      ActiveRun old, Plan plan, Model model, ByHand byHand, TimeLine line) {
    if (!old.equals(active)) {
      throw new FoveaException("branch: another training has begun meanwhile");
    }
    begin(plan, model, byHand, line, Optional.of(line.folder()));
  }

  private void begin(Plan plan, Model model, ByHand byHand, TimeLine line, Optional<Path> from) {
    close();
    LiveTraining live = new LiveTraining(events, line);
    Stop stop = new Stop();
    Trainer trainer =
        Trainer.of(model, crossEntropy(), plan.optimizer().optimizer())
            .schedule(byHand.rates())
            .freezing(byHand.freezing())
            .seed(Seed.of(plan.seed()))
            .metrics(accuracy())
            .callbacks(live.timeLine(), stop)
            .listeners(live);
    Trainer resumed = from.map(trainer::resume).orElse(trainer);
    begun++;
    active =
        new ActiveRun(
            begun,
            live,
            Optional.of(plan.data().test()),
            Optional.of(plan),
            Optional.of(byHand),
            stop);
    var _ =
        Thread.ofPlatform()
            .daemon()
            .name("studio-training")
            .start(() -> run(resumed, plan, live, model));
  }

  private void run(Trainer trainer, Plan plan, LiveTraining live, Model model) {
    try {
      var _ =
          trainer.fit(
              plan.changes().applied(plan.data()).train().shuffled().batches(plan.batch()),
              Epochs.epochs(plan.epochs()),
              plan.data().test());
      workspace.put(OpenModel.of(workspace.nextId("m"), plan.name(), model, OpenModel.rule(model)));
    } catch (RuntimeException | OutOfMemoryError e) {
      live.failed(e);
    }
  }

  /** Ends the training, if there is one, and deletes its time line. */
  public synchronized void close() {
    end();
    active().ifPresent(a -> a.live().timeLine().close());
  }

  /** Ends the training, if there is one; its steps can still be gone back to. */
  public synchronized void end() {
    ActiveRun old = active;
    if (old != null) {
      old.stop().ask();
      old.live().goOn();
    }
  }
}
