package dev.fovea.engine.compile;

import dev.fovea.engine.graph.Graph;
import dev.fovea.op.Contraction;
import dev.fovea.op.Elementwise;
import dev.fovea.op.HostCall;
import dev.fovea.op.Movement;
import dev.fovea.op.Normalization;
import dev.fovea.op.Op;
import dev.fovea.op.Pooling;
import dev.fovea.op.Quantized;
import dev.fovea.op.Reduction;
import dev.fovea.op.Regions;
import dev.fovea.op.Sampling;
import dev.fovea.op.Scan;
import dev.fovea.op.Selection;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * How many samples of a batch an inference program should take at once: so few that what one step
 * writes is still in a cache when the next one reads it, so many that reading the weights again
 * does not cost more than that saves.
 *
 * <p>At most half of the batch, rounded up, so that two threads can each take samples of their own,
 * which share nothing but the weights. The estimate counts bytes per sample from and to memory, and
 * those from and to the caches that threads share at a fraction; it follows from the shapes alone,
 * so that every machine computes the same results. A graph in which samples may depend on each
 * other is not split.
 */
final class SampleSplit {
  /** What a step may read and write and the next one still find in a thread's own cache: bytes. */
  private static final double OWN = 512 << 10;

  /** The same for a thread's part of the cache that threads share. */
  private static final double SHARED = 8 << 20;

  /** What a byte from the shared cache costs, one from memory being 1. */
  private static final double NEAR = 0.25;

  private final Graph graph;
  private final Set<Value> fixed;
  private final int samples;

  private SampleSplit(Graph graph, Set<Value> fixed, int samples) {
    this.graph = graph;
    this.fixed = fixed;
    this.samples = samples;
  }

  /**
   * Returns a number of samples from 1 to all.
   *
   * @param graph the graph of all samples after the passes for inference
   * @param samples the extent of the batch axis, the outermost of every input and output
   */
  static int of(Graph graph, int samples) {
    SampleSplit split = new SampleSplit(graph, StaticValues.of(graph, true), samples);
    return samples > 1 && split.isSampleWise() ? split.cheapest() : samples;
  }

  private int cheapest() {
    int best = (samples + 1) / 2;
    double least = traffic(best);
    for (int n = Integer.highestOneBit(best); n >= 1; n /= 2) {
      double bytes = traffic(n);
      if (bytes < least) {
        least = bytes;
        best = n;
      }
    }
    return best;
  }

  /** Returns the cost of bytes per sample if so many are computed at once. */
  private double traffic(int at) {
    double bytes = 0;
    for (Value v : graph.values()) {
      if (fixed.contains(v) || v.op() instanceof Source) {
        continue;
      }
      double each = bytes(v) / samples;
      for (Value in : v.inputs()) {
        if (fixed.contains(in)) {
          bytes += bytes(in) / at;
        } else {
          each += bytes(in) / samples;
        }
      }
      bytes += each * (missing(each * at, SHARED) + NEAR * missing(each * at, OWN));
    }
    return bytes;
  }

  /** Returns which part of so many bytes a cache has lost before they are used again. */
  private static double missing(double bytes, double cache) {
    return Math.max(0, 1 - cache / bytes);
  }

  private static double bytes(Value v) {
    return (double) v.type().bytes() * v.shape().elements();
  }

  private boolean isSampleWise() {
    return graph.values().stream().allMatch(v -> fixed.contains(v) || isSampleWise(v))
        && graph.outputs().stream().noneMatch(fixed::contains);
  }

  private boolean isSampleWise(Value v) {
    if (v.op() instanceof Scan scan) {
      return stepsWithin(scan, v);
    }
    return isResult(v)
        || (batched(v)
            && v.inputs().stream().allMatch(in -> fixed.contains(in) || batched(in) || isResult(in))
            && keepsBatch(v));
  }

  /** Returns whether a value is a result of a scan, which has its axes once it is reshaped. */
  private static boolean isResult(Value v) {
    return v.op() instanceof Movement.Slice && v.input(0).op() instanceof Scan;
  }

  /**
   * Returns whether samples stay apart in a scan: it goes along a later axis, and they do so in a
   * step.
   */
  private boolean stepsWithin(Scan scan, Value v) {
    List<Value> inputs = scan.body().inputs();
    Set<Value> standing = Collections.newSetFromMap(new IdentityHashMap<>());
    for (int i = 0; i < inputs.size(); i++) {
      if (i >= scan.carries() + scan.sequences()) {
        if (fixed.contains(v.input(i))) {
          standing.add(inputs.get(i));
        }
      } else if (!isSequence(v.input(i))) {
        return false;
      }
    }
    Graph step = Graph.of(inputs, scan.body().results());
    return scan.axis() > 0 && new SampleSplit(step, standing, samples).isSampleWise();
  }

  /** Returns whether samples of an operand come from the batch, or are all alike. */
  private boolean isSequence(Value in) {
    return fixed.contains(in)
        ? in.op() instanceof Movement.Broadcast && alongBatch(in.input(0), in.shape())
        : batched(in);
  }

  private boolean batched(Value v) {
    return v.shape().rank() >= 1 && v.shape().dim(0) == samples;
  }

  /** Returns whether sample i of the result depends on samples i of the inputs alone. */
  private boolean keepsBatch(Value v) {
    if (v.op() instanceof Source) {
      return v.op() instanceof Source.Input;
    }
    if (v.op() instanceof Elementwise) {
      return v.inputs().stream().allMatch(in -> alongBatch(in, v.shape()));
    }
    return !fixed.contains(v.input(0)) && within(v);
  }

  private boolean within(Value v) {
    return switch (v.op()) {
      case Source s -> false;
      case Elementwise e -> true;
      case Reduction r -> !r.axes().contains(0);
      case Movement m -> movesWithin(m, v.inputs());
      case Selection c -> v.shape().rank() > 1 && v.inputs().stream().noneMatch(fixed::contains);
      case Regions r -> !fixed.contains(v.input(1));
      case Sampling a -> a instanceof Sampling.Resample r && r.axis() != 0;
      case Contraction c -> contractsWithin(c, v.inputs());
      case Pooling p -> p instanceof Pooling.MaxPool || p instanceof Pooling.AveragePool;
      case Normalization n -> normalisesWithin(n, v.inputs());
      case Quantized q -> !(q instanceof Quantized.Conv2d) || fixed.contains(v.input(1));
      case HostCall h -> false;
      case Scan s -> false;
    };
  }

  /** Returns whether an operand has the batch axis of the result, or repeats along it. */
  private boolean alongBatch(Value in, Shape result) {
    int rank = in.shape().rank();
    return fixed.contains(in)
        ? rank < result.rank() || in.shape().dim(0) == 1
        : rank == result.rank();
  }

  private boolean movesWithin(Movement m, List<Value> in) {
    return switch (m) {
      case Movement.Reshape r -> true;
      case Movement.Transpose t -> t.order().get(0) == 0;
      case Movement.Slice s -> s.begin().get(0) == 0;
      case Movement.Pad p -> p.before().get(0) == 0 && p.after().get(0) == 0;
      case Movement.Concat c -> c.axis() > 0 && in.stream().noneMatch(fixed::contains);
      case Movement.Broadcast b -> in.get(0).shape().rank() == b.to().rank();
      case Movement.OneHot o -> true;
      case Movement.Pack p -> false;
    };
  }

  private boolean contractsWithin(Contraction c, List<Value> in) {
    boolean weights = fixed.contains(in.get(1));
    return switch (c) {
      case Contraction.Conv2d v -> weights;
      case Contraction.ConvTranspose2d t -> weights;
      case Contraction.MatMul m ->
          weights
              && !m.transposeA()
              && in.get(0).shape().rank() >= 2
              && m.weights(in.stream().map(Value::shape).toList()).rank() == 2;
      case Contraction.ConvWeightGradient g -> false;
    };
  }

  private boolean normalisesWithin(Op n, List<Value> in) {
    boolean perRow = in.get(0).shape().rank() >= 2;
    return switch (n) {
      case Normalization.BatchNorm b -> perRow && fixed.contains(in.get(1));
      case Normalization.Softmax s -> perRow;
      case Normalization.LogSoftmax s -> perRow;
      case Normalization.LocalResponseNorm l -> perRow;
      default -> false;
    };
  }
}
