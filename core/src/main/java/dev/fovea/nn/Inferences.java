package dev.fovea.nn;

import dev.fovea.engine.Engine;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.runtime.Device;
import dev.fovea.engine.runtime.SharedMemory;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The inference of a network by each engine, for as long as a model uses it. Engines of the same
 * kernels, whatever their threads, share folded and packed weights and working memory.
 */
final class Inferences {
  private final Map<Engine, WeakReference<Inference>> known = new WeakHashMap<>();

  /**
   * Returns the inference by an engine.
   *
   * @param graphs the network as a graph of a number of samples
   */
  synchronized Inference of(Engine engine, IntFunction<Graph> graphs) {
    WeakReference<Inference> reference = known.get(engine);
    @Nullable Inference inference = reference == null ? null : reference.get();
    if (inference == null) {
      inference = new Inference(engine, graphs, memory(engine));
      known.put(engine, new WeakReference<>(inference));
    }
    return inference;
  }

  private SharedMemory memory(Engine engine) {
    return known.values().stream()
        .map(WeakReference::get)
        .filter(Objects::nonNull)
        .filter(i -> providers(i.engine()).equals(providers(engine)))
        .map(Inference::memory)
        .findFirst()
        .orElseGet(SharedMemory::new);
  }

  private static Object providers(Engine engine) {
    return engine.unwrap(Device.class).providers();
  }
}
