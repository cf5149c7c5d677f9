package dev.fovea.studio.state;

import dev.fovea.tensor.FoveaException;
import dev.fovea.train.Callback;
import dev.fovea.train.Checkpoint;
import dev.fovea.train.Training;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Checkpoints of a training at some steps, from which any step between is computed anew.
 *
 * <p>Writing one takes at most half a percent of the training's time: the next waits until two
 * hundred times as long has passed. Where they are too many, every second is left out. When the
 * disk has no room, no more are written, and the training goes on. They go with the training.
 */
public final class TimeLine implements Callback, AutoCloseable {
  private static final int MOST = 48;
  private static final int SHARE = 200;
  private static final int ROOM = 16;
  private static final long BYTES_PER_NUMBER = 4;

  private final Path folder;
  private final LongSupplier room;
  private final Thread hook;
  private final NavigableMap<Long, Path> kept = new TreeMap<>();
  private long asked;
  private long next;
  private boolean full;
  private boolean closed;

  /**
   * Creates an empty time line.
   *
   * @param folder a folder of its own
   * @param room tells how many bytes the disk has left
   */
  public TimeLine(Path folder, LongSupplier room) {
    this.folder = folder;
    this.room = room;
    this.hook = new Thread(() -> delete(folder));
  }

  /** Returns an empty time line in a folder that goes when the program ends. */
  public static TimeLine create() {
    try {
      Path folder = Files.createTempDirectory("fovea-time-line");
      TimeLine line = new TimeLine(folder, () -> usable(folder));
      Runtime.getRuntime().addShutdownHook(line.hook);
      return line;
    } catch (IOException e) {
      throw new FoveaException("time line: " + e.getMessage(), e);
    }
  }

  private static long usable(Path folder) {
    try {
      return Files.getFileStore(folder).getUsableSpace();
    } catch (IOException e) {
      return 0;
    }
  }

  private static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(p);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes the checkpoints; no more are written. */
  @Override
  public synchronized void close() {
    closed = true;
    full = true;
    kept.clear();
    delete(folder);
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) { // the program is ending, and the hook deletes once more
      full = true;
    }
  }

  /** Returns the folder in which checkpoints are. */
  public Path folder() {
    return folder;
  }

  @Override
  public void onStart(Training training) {
    keep(training);
  }

  @Override
  public void onStep(Training training) {
    if (isClosed()) {
      delete(folder); // one may have been written while it was closed
      return;
    }
    long now = System.nanoTime();
    if (asked != 0) { // since then the checkpoint was written and a step was done
      next = now + SHARE * (now - asked);
      asked = 0;
    }
    if (now - next >= 0 || training.paused()) {
      keep(training);
    }
  }

  private synchronized void keep(Training training) {
    long bytes = BYTES_PER_NUMBER * training.model().parameters().count(false);
    if (full || room.getAsLong() < ROOM * bytes) {
      full = true;
      return;
    }
    Path place = folder.resolve("step-" + training.step());
    long step = training.step();
    kept.put(step, place);
    training.checkpoint(place, e -> unwritten(step));
    asked = System.nanoTime();
    if (kept.size() > MOST) {
      thin();
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /** The disk has no room, whatever it told, or the folder is gone. */
  private synchronized void unwritten(long step) {
    kept.remove(step);
    full = true;
  }

  /** Leaves out every second, but for the first. */
  private void thin() {
    boolean out = false;
    for (long step : kept.keySet().toArray(Long[]::new)) {
      if (out) {
        delete(Objects.requireNonNull(kept.remove(step)));
      }
      out = !out;
    }
  }

  /**
   * Returns the last checkpoint that is not after a step.
   *
   * @throws FoveaException if there is none
   */
  public synchronized Path before(long step) {
    return kept.headMap(step, true).descendingMap().values().stream()
        .filter(Checkpoint::exists) // the last may be about to be written
        .findFirst()
        .orElseThrow(() -> new FoveaException("time line: nothing was kept before step " + step));
  }

  /** Returns the number of checkpoints. */
  public synchronized int size() {
    return kept.size();
  }

  /** Returns whether the disk has no more room. */
  public synchronized boolean isFull() {
    return full;
  }
}
