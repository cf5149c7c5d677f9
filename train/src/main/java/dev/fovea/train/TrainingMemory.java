package dev.fovea.train;

import dev.fovea.data.Batches;
import dev.fovea.data.Dataset;
import dev.fovea.nn.Parameters;
import dev.fovea.tensor.FoveaException;
import java.lang.ref.WeakReference;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a training is going to take of the heap, in bytes; checked before its first step. */
final class TrainingMemory {
  private static final int MEBIBYTE = 1 << 20;

  /** One in so many bytes of the heap is left to the collector and to what is small. */
  private static final int LEFT = 8;

  private final Map<String, Long> parts = new LinkedHashMap<>();
  private long total;

  private TrainingMemory() {}

  /** Returns what parameters and all that is laid out like them take from the beginning. */
  static TrainingMemory ofState(Trainer.Settings s) {
    Parameters p = s.model.parameters();
    long each = 4 * p.count(false);
    int arrays = 1 + s.optimizer.slots().size() + (s.accumulate > 1 ? 1 : 0);
    return new TrainingMemory()
        .and("parameters", p.hasValues() ? 0 : each)
        .and("gradients and optimizer", arrays * each);
  }

  /**
   * Returns what is taken when it is first needed, from the first step to the end of the first
   * epoch.
   *
   * @param step bytes of a step; 0 where a cluster computes it
   * @param ahead bytes of the batches that are loaded ahead for steps
   * @param batches the training samples
   */
  static TrainingMemory ofSteps(
      Trainer.Settings s,
      long step,
      long ahead,
      Batches batches,
      Evaluator evaluator,
      Optional<Dataset> validation) {
    long kept = s.averaging > 0 ? 1 : 0;
    kept +=
        s.callbacks.stream().filter(c -> c instanceof EarlyStopping e && e.restoresBest()).count();
    boolean writes = s.callbacks.stream().anyMatch(Checkpoints.class::isInstance);
    long copies = kept + (writes ? 1 + s.optimizer.slots().size() + kept : 0);
    long loaded = validation.map(v -> v.batches(evaluator.samples(v)).bytes()).orElse(0L);
    return new TrainingMemory()
        .and("a step of %s samples".formatted(batches.sizeOf(0)), step)
        .and("evaluation", validation.map(evaluator::bytes).orElse(0L))
        .and("batches loaded ahead", Math.max(ahead, loaded))
        .and("copies of parameters", copies * 4 * s.model.parameters().count(false));
  }

  private TrainingMemory and(String what, long bytes) {
    if (bytes > 0) {
      parts.put(what, bytes);
      total += bytes;
    }
    return this;
  }

  /**
   * Requires that there is room for all parts.
   *
   * @throws FoveaException if there is not
   */
  void require() {
    if (total > room() && isCollected() && total > room()) {
      long max = Runtime.getRuntime().maxMemory();
      long wanted = (max - room() + total) * LEFT / (LEFT - 1);
      throw new FoveaException(
          ("training: needs %s MiB of memory (%s), Java's heap of %s MiB has room for %s; use a"
                  + " smaller batch, or more heap: java -Xmx%sm")
              .formatted(
                  mebibytes(total),
                  parts.entrySet().stream()
                      .map(e -> e.getKey() + " " + mebibytes(e.getValue()))
                      .collect(Collectors.joining(", ")),
                  max / MEBIBYTE,
                  Math.max(0, room()) / MEBIBYTE,
                  mebibytes(wanted)));
    }
  }

  private static long mebibytes(long bytes) {
    return Math.ceilDiv(bytes, (long) MEBIBYTE);
  }

  private static long room() {
    Runtime r = Runtime.getRuntime();
    return r.maxMemory() - r.maxMemory() / LEFT - (r.totalMemory() - r.freeMemory());
  }

  /** Lets go of what nobody holds any more; returns whether the JVM did so when asked. */
  private static boolean isCollected() {
    WeakReference<Object> probe = new WeakReference<>(new Object());
    System.gc();
    return probe.get() == null;
  }
}
