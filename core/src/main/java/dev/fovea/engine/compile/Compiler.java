package dev.fovea.engine.compile;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Verifier;
import dev.fovea.engine.kernel.Kernel;
import dev.fovea.engine.kernel.KernelProvider;
import dev.fovea.engine.kernel.Signature;
import dev.fovea.op.Scan;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Turns graphs into programs: passes over the graph, then kernels, then memory. */
public final class Compiler {
  private final List<KernelProvider> providers;

  /** Creates a compiler that takes each kernel from the first provider that has it. */
  public Compiler(List<KernelProvider> providers) {
    this.providers = List.copyOf(providers);
  }

  /** Whether the parameters may change between runs of a program. */
  public enum Mode {
    /** They change with every step; nothing that depends on them is kept. */
    TRAIN,
    /** They stand still; what depends on them alone is computed once. */
    INFER
  }

  /** Returns the program of a graph. */
  public Program compile(Graph graph, Mode mode) {
    Graph optimized = optimize(graph, mode);
    Set<Value> fixed = StaticValues.of(optimized, mode == Mode.INFER);
    return new Scheduler(optimized, fixed, this::kernel).schedule();
  }

  /**
   * Returns how many samples of a batch a program for inference should take at once so that what
   * one step hands to the next stays in caches; all of them if samples may depend on each other.
   *
   * @param graph the graph of all samples, before any pass
   * @param samples the extent of the outermost axis of all inputs and outputs
   */
  public int samplesAtOnce(Graph graph, int samples) {
    return SampleSplit.of(optimize(graph, Mode.INFER), samples);
  }

  /** Returns the graph after all passes; each result is verified where assertions are on. */
  public Graph optimize(Graph graph, Mode mode) {
    Graph g = graph;
    assert verified(g);
    for (Pass pass : passes(mode)) {
      g = pass.apply(g);
      assert verified(g);
    }
    return g;
  }

  /**
   * Returns the graph with batch norms of fixed statistics moved into the weights before them, as
   * in inference; nothing else is fused, so that its ops are those of the layers, whatever the size
   * of the batch.
   */
  public Graph folded(Graph graph) {
    return new FoldBatchNorm().apply(new Simplify(true).apply(graph));
  }

  /** Returns the graph with scans that give nothing but what is read. */
  public static Graph trimmed(Graph graph) {
    return new TrimScans().apply(graph);
  }

  private List<Pass> passes(Mode mode) {
    List<Pass> passes = new ArrayList<>();
    passes.add(new TrimScans());
    if (mode == Mode.INFER) {
      passes.add(new FuseRounding());
    }
    passes.add(new Simplify());
    if (mode == Mode.INFER) {
      passes.add(new FoldBatchNorm());
      passes.add(new FoldSpaceToDepth());
    }
    passes.add(new FuseEpilogue());
    passes.add(new FuseRectifier());
    passes.add(new PackWeights(providers.get(0), mode == Mode.INFER));
    // Weights stand still during a scan.
    passes.add(new OptimizeBodies(step -> optimize(step, Mode.INFER)));
    passes.add(new Simplify());
    return passes;
  }

  private Kernel kernel(Value v) {
    if (v.op() instanceof Scan scan) {
      return new ScanKernel(scan, Scheduler.ofStep(scan, this::kernel).schedule());
    }
    Signature signature = Signature.of(v);
    return providers.stream()
        .flatMap(p -> p.kernel(signature).stream())
        .findFirst()
        .orElseThrow(() -> new FoveaException("no provider has a kernel for " + signature));
  }

  private static boolean verified(Graph g) {
    Verifier.verify(g);
    return true;
  }
}
