package dev.fovea.train;

import dev.fovea.nn.Model;
import java.nio.file.Path;
import java.util.Optional;

/** A training in progress, as callbacks and listeners see it. */
public interface Training {
  /** Returns the model that is trained. */
  Model model();

  /** Returns the number of the epoch in progress, from 1. */
  int epoch();

  /** Returns the number of epochs of the whole training. */
  int epochs();

  /** Returns how many batches of the epoch in progress are done. */
  int batch();

  /** Returns the number of batches of an epoch. */
  int batches();

  /** Returns how many samples of the epoch in progress are done. */
  long samples();

  /** Returns the number of steps done since the beginning. */
  long step();

  /** Returns the loss of the last batch; NaN before the first. */
  double loss();

  /** Returns the mean loss of the epoch in progress so far; NaN before its first batch. */
  double meanLoss();

  /** Returns the learning rate of the last step; before the first, that of the first. */
  double learningRate();

  /** Returns the epochs that are done. */
  History history();

  /** Returns whether there is a validation set. */
  boolean validates();

  /** Returns why the training stops before its time; empty if it does not. */
  Optional<String> stopReason();

  /** Ends the training for good after this event. */
  void stop(String reason);

  /** Ends the training after this event, to be resumed from a checkpoint later. */
  void pause();

  /** Returns whether the training ends after this event, to be resumed later. */
  boolean paused();

  /** Writes a checkpoint to a folder when all callbacks have seen this event. */
  void checkpoint(Path folder);

  /** Returns the seconds since the last checkpoint, or since the start. */
  double secondsSinceCheckpoint();

  /** Saves a copy of the current parameters under a name; checkpoints contain it too. */
  void keep(String name);

  /** Restores the parameters saved under a name; does nothing if there are none. */
  void restore(String name);
}
