package dev.fovea.train;

import dev.fovea.nn.Model;
import dev.fovea.tensor.FoveaException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** The view of a running training that callbacks and listeners get. */
public interface Training {
  /** Returns the model that is trained. */
  Model model();

  /** Returns the number of the current epoch, from 1. */
  int epoch();

  /** Returns the number of epochs of the whole training. */
  int epochs();

  /** Returns how many batches of the current epoch are done. */
  int batch();

  /** Returns the number of batches of an epoch. */
  int batches();

  /** Returns how many samples of the current epoch are done. */
  long samples();

  /** Returns the number of steps done since the beginning. */
  long step();

  /**
   * Returns whether the last step, or the last local steps of a cluster, which count as one event,
   * reached a multiple of a number of steps.
   *
   * @param steps the number, 1 or more
   */
  boolean reachesMultipleOf(int steps);

  /** Returns the loss of the last batch; NaN before the first. */
  double loss();

  /** Returns the mean loss of the current epoch so far; 0 before its first batch. */
  double meanLoss();

  /** Returns the learning rate of the last step, or of the first before any. */
  double learningRate();

  /** Returns the epochs that are done. */
  History history();

  /** Returns whether there is a validation set. */
  boolean validates();

  /** Returns why the training stops early; empty if it does not. */
  Optional<String> stopReason();

  /** Stops the training after this event; it cannot be resumed. */
  void stop(String reason);

  /** Pauses the training after this event, to be resumed from a checkpoint later. */
  void pause();

  /** Returns whether the training pauses after this event. */
  boolean paused();

  /** Requests a checkpoint in a folder, written when all callbacks have seen this event. */
  void checkpoint(Path folder);

  /**
   * Requests a checkpoint in a folder that the training can do without: where it cannot be written,
   * as on a full disk, the training goes on.
   *
   * @param unwritten is told why it could not be written
   */
  void checkpoint(Path folder, Consumer<FoveaException> unwritten);

  /** Returns the seconds since the last checkpoint, or since the start. */
  double secondsSinceCheckpoint();

  /** Returns what computes the parameters of any step of this training anew. */
  Replay replay();

  /** Saves a copy of the current parameters under a name; checkpoints contain it too. */
  void keep(String name);

  /** Restores the parameters saved under a name; does nothing if there are none. */
  void restore(String name);
}
