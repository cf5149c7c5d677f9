package dev.fovea.nn;

import dev.fovea.engine.Engine;
import dev.fovea.engine.compile.Compiler;
import dev.fovea.engine.compile.Program;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.runtime.CompiledFunction;
import dev.fovea.engine.runtime.Device;
import dev.fovea.engine.runtime.Execution;
import dev.fovea.engine.runtime.LastUsed;
import dev.fovea.engine.runtime.SharedMemory;
import dev.fovea.engine.runtime.Workers;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;

/**
 * The inference of a model: batches are computed in parts of a few samples, by a compiled function
 * per part size.
 *
 * <p>As many parts as there are threads run at once, each on one thread with working memory of its
 * own: threads then neither wait for each other nor fetch what another has written. Parts left over
 * (both of a batch of 2 on 4 threads) run one after the other on all threads.
 *
 * <p>All functions share folded and packed weights and working memory, so that further batch sizes
 * cost little; those used last are kept. {@link Model#run} and evaluation use it.
 */
public final class Inference {
  private final Engine engine;
  private final IntFunction<Graph> graphs;
  private final LastUsed<Integer, CompiledFunction> functions = new LastUsed<>();
  private final SharedMemory memory;
  private final Map<Integer, Integer> samplesAtOnce = new ConcurrentHashMap<>();

  /**
   * Creates the inference of a model.
   *
   * @param graphs the model as a graph of a number of samples
   * @param memory what is shared with engines of the same kernels
   */
  Inference(Engine engine, IntFunction<Graph> graphs, SharedMemory memory) {
    this.engine = engine;
    this.graphs = graphs;
    this.memory = memory;
  }

  Engine engine() {
    return engine;
  }

  SharedMemory memory() {
    return memory;
  }

  /**
   * Returns how many samples of a batch are computed together: few enough for intermediate results
   * to stay in the caches, at most half of the batch, or all of it where samples depend on each
   * other.
   */
  public int samplesAtOnce(int batch) {
    // A single sample needs no look at the graph: a first prediction should not wait for one.
    return batch == 1 ? 1 : samplesAtOnce.computeIfAbsent(batch, this::split);
  }

  /** Looks at as many samples as a plan can hold: a larger batch is split as that many are. */
  private int split(int batch) {
    int largest =
        graphs.apply(1).values().stream().mapToInt(v -> v.shape().elements()).max().orElse(1);
    int looked = Math.min(batch, Math.max(1, Integer.MAX_VALUE / largest));
    int atOnce = engine.unwrap(Device.class).compiler().samplesAtOnce(graphs.apply(looked), looked);
    return atOnce == looked ? batch : atOnce;
  }

  /** Returns the function of a batch size. */
  private synchronized CompiledFunction function(int batch) {
    CompiledFunction function = functions.get(batch);
    if (function == null) {
      Graph graph = graphs.apply(batch);
      function =
          CompiledFunction.of(
              engine.unwrap(Device.class), graph, Compiler.Mode.INFER, Map.of(), memory);
      functions.put(batch, function);
    }
    return function;
  }

  /**
   * Returns the memory that a batch takes in addition to the parameters and the outputs, in bytes:
   * packed weights and the working memory of all threads.
   */
  public long bytes(int batch) {
    int atOnce = samplesAtOnce(batch);
    CompiledFunction f = function(atOnce);
    Program.Sizes sizes = f.program().sizes();
    int others = Math.min(batch / atOnce, engine.threads()) - 1;
    return f.bytes() + others * sizes.arena().total() + sizes.prologueArena().total();
  }

  /** Returns the outputs for a batch of samples; its shapes have been checked. */
  List<Tensor> run(List<Tensor> batch, int samples) {
    int atOnce = samplesAtOnce(samples);
    Batch b = new Batch(function(atOnce), atOnce, samples, batch, new ArrayList<>());
    return b.run(engine);
  }

  /** A batch while it is computed, {@code atOnce} samples by {@code atOnce}. */
  private record Batch(
      CompiledFunction function,
      int atOnce,
      int samples,
      List<Tensor> inputs,
      List<Tensor> results) {

    List<Tensor> run(Engine engine) {
      for (Shape s : function.results()) {
        results.add(Tensor.zeros(atOnce == samples ? s : s.withDim(0, samples)));
      }
      function.prepare(); // by all threads, which a part would not have
      int parts = Math.ceilDiv(samples, atOnce);
      int alone = parts - parts % engine.threads();
      engine.unwrap(Workers.class).forEach(alone, this::run);
      for (int part = alone; part < parts; part++) {
        run(part);
      }
      return results;
    }

    private void run(int part) {
      Execution e = function.acquire();
      try {
        // The last part computes some samples again, so that one function does for all; those are
        // not stored: their other results may differ in the last bit and be stored at this moment.
        int first = Math.min(part * atOnce, samples - atOnce);
        run(e, first, part * atOnce - first);
      } finally {
        function.release(e);
      }
    }

    /** Computes a part that begins with sample {@code first}; stores it but for some in front. */
    private void run(Execution e, int first, int skip) {
      for (int i = 0; i < inputs.size(); i++) {
        float[] data = inputs.get(i).data();
        e.set(i, data, first * (data.length / samples));
      }
      e.run();
      for (int i = 0; i < results.size(); i++) {
        float[] data = results.get(i).data();
        int sample = atOnce == samples ? 0 : data.length / samples;
        e.get(i, skip * sample, data, (first + skip) * sample);
      }
    }
  }
}
