package dev.fovea.train;

import dev.fovea.nn.Model;
import dev.fovea.tensor.FoveaException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** How far a training has come, and what callbacks want it to do next. */
final class TrainingState implements Training {
  private final Model model;
  private final int epochs;
  private final int batches;
  private final LearningRates rates;
  private final Progress progress;
  private final Replay replay;
  private final Map<String, float[]> kept = new LinkedHashMap<>();
  private final Set<Path> wanted = new LinkedHashSet<>();
  private final Map<Path, Consumer<FoveaException>> dispensable = new LinkedHashMap<>();
  private double lastLoss = Double.NaN;
  private int taken;
  private boolean paused;
  private boolean interrupted;
  private long checkpointed = System.nanoTime();

  /**
   * Creates the state before the first step.
   *
   * @param batches the number of batches of an epoch
   */
  TrainingState(
      Model model, int epochs, int batches, LearningRates rates, Progress progress, Replay replay) {
    this.model = model;
    this.epochs = epochs;
    this.batches = batches;
    this.rates = rates;
    this.progress = progress;
    this.replay = replay;
  }

  /** Returns copies of the parameters by name, which checkpoints contain. */
  Map<String, float[]> kept() {
    return kept;
  }

  /** Notes the loss of a batch, the mean over what it weighs. */
  void addLoss(float loss, double weight) {
    lastLoss = loss;
    progress.losses[0] += loss * weight;
    progress.losses[1] += weight;
  }

  /** Notes that steps have been done, of which callbacks see the last. */
  void stepped(int count) {
    progress.step += count;
    taken = count;
  }

  /** Returns the folders that wait for a checkpoint. */
  Set<Path> wanted() {
    return wanted;
  }

  /**
   * Returns the folders that wait for a checkpoint that may fail, and who is told where one does.
   */
  Map<Path, Consumer<FoveaException>> dispensable() {
    return dispensable;
  }

  /** Notes that all checkpoints that were wanted have been written. */
  void checkpointed() {
    dispensable.clear();
    if (!wanted.isEmpty()) {
      checkpointed = System.nanoTime();
      wanted.clear();
    }
  }

  /**
   * Returns whether the training ends after this event. An interruption of the thread is taken for
   * a pause; until {@link #restoreInterruption} the thread counts as not interrupted, since Java
   * closes the files of one that is.
   */
  boolean isLeaving() {
    if (Thread.interrupted()) {
      interrupted = true;
      paused = true;
    }
    return paused || progress.stopReason.isPresent();
  }

  void restoreInterruption() {
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns the seconds since a time of {@link System#nanoTime}. */
  static double seconds(long since) {
    return (System.nanoTime() - since) * 1e-9;
  }

  @Override
  public Model model() {
    return model;
  }

  @Override
  public int epoch() {
    return progress.epochsDone + 1;
  }

  @Override
  public int epochs() {
    return epochs;
  }

  @Override
  public int batch() {
    return progress.batch;
  }

  @Override
  public int batches() {
    return batches;
  }

  @Override
  public long samples() {
    return progress.samples;
  }

  @Override
  public long step() {
    return progress.step;
  }

  @Override
  public boolean reachesMultipleOf(int steps) {
    return progress.step / steps > (progress.step - taken) / steps;
  }

  @Override
  public double loss() {
    return lastLoss;
  }

  @Override
  public double meanLoss() {
    return progress.mean(progress.losses[0]);
  }

  @Override
  public double learningRate() {
    return progress.step == 0 ? rates.at(0) : progress.learningRate;
  }

  @Override
  public History history() {
    return progress.history;
  }

  @Override
  public boolean validates() {
    return replay.validates();
  }

  @Override
  public Optional<String> stopReason() {
    return progress.stopReason;
  }

  @Override
  public void stop(String reason) {
    progress.stopReason = Optional.of(reason);
  }

  @Override
  public void pause() {
    paused = true;
  }

  @Override
  public boolean paused() {
    return paused;
  }

  @Override
  public void checkpoint(Path folder) {
    wanted.add(folder);
  }

  @Override
  public void checkpoint(Path folder, Consumer<FoveaException> unwritten) {
    dispensable.put(folder, unwritten);
  }

  @Override
  public double secondsSinceCheckpoint() {
    return seconds(checkpointed);
  }

  @Override
  public Replay replay() {
    return replay;
  }

  @Override
  public void keep(String name) {
    kept.put(name, model.parameters().values().clone());
  }

  @Override
  public void restore(String name) {
    float[] values = kept.get(name);
    if (values != null) {
      System.arraycopy(values, 0, model.parameters().values(), 0, values.length);
      model.parameters().changed();
    }
  }
}
