package dev.fovea.train;

import dev.fovea.data.Batches;
import dev.fovea.data.Dataset;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.tensor.FoveaException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Computes the parameters of any step of a training anew, from a checkpoint of it, bit for bit.
 *
 * <p>It trains a model of its own and uses one thread of its own, so it may be used while the
 * training goes on. Of the training's callbacks only those are called that {@linkplain
 * Callback#isReplayed say so}, such as early stopping, so that a new checkpoint has all that one of
 * the training has; its listeners are not called.
 */
public final class Replay {
  private final Trainer.Settings settings;
  private final Batches batches;
  private final int epochs;
  private final Optional<Dataset> validation;

  Replay(Trainer.Settings settings, Batches batches, int epochs, Optional<Dataset> validation) {
    this.settings = settings;
    this.batches = batches;
    this.epochs = epochs;
    this.validation = validation;
  }

  /**
   * Returns a model with the parameters after a step.
   *
   * @param folder the folder of a checkpoint of the same training, of this step or an earlier one
   * @param step the number of steps that are done, from 0
   * @throws FoveaException if the checkpoint is of another training or of a later step, or the
   *     training ends before
   */
  public Model at(Path folder, long step) {
    return at(folder, step, Optional.empty());
  }

  /**
   * Returns a model with the parameters after a step, and writes a checkpoint of that step.
   *
   * @param into the folder of the new checkpoint
   * @throws FoveaException as {@link #at(Path, long)}, or if the checkpoint cannot be written
   */
  public Model at(Path folder, long step, Path into) {
    return at(folder, step, Optional.of(into));
  }

  private Model at(Path folder, long step, Optional<Path> into) {
    try (Engine one = Engine.ofThreads(1)) {
      Engine asked = settings.model.engine();
      Engine engine = one.with(asked.convolutions()).with(asked.precision());
      Trainer.Settings own = settings.on(settings.model.copy().withEngine(engine));
      Pause pause = new Pause(step, into);
      own.callbacks =
          Stream.concat(settings.callbacks.stream().filter(Callback::isReplayed), Stream.of(pause))
              .toList();
      own.listeners = List.of();
      own.resume = Optional.of(folder);
      var _ = new TrainingRun(own, batches, epochs, validation).finish();
      if (pause.reached != step) {
        throw new FoveaException(
            "replay: step %s cannot be reached from %s; it came to %s"
                .formatted(step, folder, pause.reached));
      }
      return own.model.withEngine(settings.model.engine());
    }
  }

  /** Returns whether the training has a validation set. */
  boolean validates() {
    return validation.isPresent();
  }

  /** Ends the training at a step. */
  private static final class Pause implements Callback {
    private final long step;
    private final Optional<Path> into;
    private long reached;

    Pause(long step, Optional<Path> into) {
      this.step = step;
      this.into = into;
    }

    @Override
    public void onStart(Training training) {
      onStep(training);
    }

    @Override
    public void onStep(Training training) {
      reached = training.step();
      if (reached >= step) {
        training.pause();
        if (reached == step) {
          into.ifPresent(training::checkpoint);
        }
      }
    }
  }
}
