package dev.fovea.train;

import dev.fovea.io.AtomicFiles;
import dev.fovea.io.TextFile;
import dev.fovea.tensor.FoveaException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The results of each epoch of a training.
 *
 * @param epochs the epochs in order
 */
public record History(List<Epoch> epochs) {
  private static final long MAX_BYTES = 1 << 28;

  /** Copies the list. */
  public History {
    epochs = List.copyOf(epochs);
  }

  /**
   * One epoch.
   *
   * @param number its number, from 1
   * @param train loss and metrics of the training samples, computed while they were trained on
   * @param validation loss and metrics of the validation set at the end of the epoch; empty if it
   *     was not evaluated
   * @param learningRate the learning rate of the last step
   * @param seconds its duration in seconds, including evaluation
   */
  public record Epoch(
      int number, Scores train, Optional<Scores> validation, double learningRate, double seconds) {}

  /** Returns the last epoch; empty before the end of the first. */
  public Optional<Epoch> last() {
    return epochs.isEmpty() ? Optional.empty() : Optional.of(epochs.getLast());
  }

  /** Returns this history with one more epoch. */
  History with(Epoch epoch) {
    List<Epoch> more = new ArrayList<>(epochs);
    more.add(epoch);
    return new History(more);
  }

  /** Returns the table as comma-separated values, one line per epoch after a line of names. */
  public String toCsv() {
    return HistoryCsv.write(this);
  }

  /**
   * Returns the history that a text of {@link #toCsv} holds.
   *
   * @param source where the text comes from, for messages
   * @throws FoveaException if it is not such a text
   */
  public static History ofCsv(String text, String source) {
    return HistoryCsv.read(text, source);
  }

  /**
   * Writes the table to a file atomically.
   *
   * @throws FoveaException if the file cannot be written
   */
  public void write(Path file) {
    AtomicFiles.write(file, toCsv());
  }

  /**
   * Reads a file that {@link #write} wrote.
   *
   * @throws FoveaException if it cannot be read or holds something else
   */
  public static History read(Path file) {
    return ofCsv(TextFile.read(file, MAX_BYTES), file.toString());
  }
}
