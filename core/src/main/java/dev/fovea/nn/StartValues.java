package dev.fovea.nn;

import dev.fovea.tensor.Seed;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The starting values of parameters while they are made: threads that want them take one parameter
 * after the other, each of which has a seed of its own.
 */
final class StartValues {
  private final List<Parameters.Spec> specs;
  private final Parameters layout;
  private final Seed seed;
  private final float[] values;
  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger made = new AtomicInteger();
  private final CompletableFuture<float[]> all = new CompletableFuture<>();

  /**
   * Creates them with nothing made.
   *
   * @param layout where each parameter lies
   * @param length the length of the array
   */
  StartValues(List<Parameters.Spec> specs, Parameters layout, Seed seed, int length) {
    this.specs = specs;
    this.layout = layout;
    this.seed = seed;
    this.values = new float[length];
    if (specs.isEmpty()) {
      all.complete(values);
    }
  }

  /** Makes what no thread has begun with, and returns the array when all is made. */
  float[] make() {
    for (int i = begun.getAndIncrement(); i < specs.size(); i = begun.getAndIncrement()) {
      try {
        fill(specs.get(i));
      } catch (RuntimeException | Error e) {
        all.completeExceptionally(e);
      }
      if (made.incrementAndGet() == specs.size()) {
        all.complete(values);
      }
    }
    try {
      return all.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private void fill(Parameters.Spec s) {
    s.initializer().fill(s.shape(), values, layout.offset(s.name()), seed.split(s.name()).rng());
  }
}
