package dev.fovea.engine.compile;

import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Rewriter;
import dev.fovea.op.Scan;
import dev.fovea.op.ScanBuilder;
import dev.fovea.op.Topology;
import dev.fovea.op.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Leaves out of scans the results that nobody reads, and the carries that serve those alone. */
final class TrimScans implements Pass {
  @Override
  public Graph apply(Graph graph) {
    Map<Value, Set<Integer>> read = read(graph);
    if (read.isEmpty()) {
      return graph;
    }
    Map<Value, List<Integer>> kept = new IdentityHashMap<>();
    read.forEach((v, results) -> kept.put(v, needed((Scan) v.op(), results)));
    return Rewriter.rewriteOnInputs(
        graph,
        (original, inputs) -> {
          List<Integer> own = kept.get(original);
          if (own != null && original.op() instanceof Scan scan) {
            return own.size() == scan.body().results().size()
                ? Rewriter.onInputs(original, inputs)
                : trimmed(scan, inputs, own);
          }
          int result = Scan.resultOf(original);
          return result < 0
              ? Rewriter.onInputs(original, inputs)
              : slice(
                  original,
                  inputs.get(0),
                  kept.getOrDefault(original.input(0), List.of()).indexOf(result));
        });
  }

  /** Returns which results of each scan are read. */
  private static Map<Value, Set<Integer>> read(Graph graph) {
    Map<Value, Set<Integer>> read = new IdentityHashMap<>();
    for (Value v : graph.values()) {
      if (v.op() instanceof Scan) {
        read.put(v, new TreeSet<>());
      }
      int result = Scan.resultOf(v);
      for (Value in : v.inputs()) {
        if (in.op() instanceof Scan scan && result < 0) {
          addAll(read, in, scan);
        } else if (result >= 0) {
          read.getOrDefault(in, Set.of()).add(result);
        }
      }
    }
    for (Value v : graph.outputs()) {
      if (v.op() instanceof Scan scan) {
        addAll(read, v, scan);
      }
    }
    return read;
  }

  private static void addAll(Map<Value, Set<Integer>> read, Value v, Scan scan) {
    for (int i = 0; i < scan.body().results().size(); i++) {
      read.getOrDefault(v, new TreeSet<>()).add(i);
    }
  }

  /** Returns the results that have to be computed: those that are read and what carries need. */
  private static List<Integer> needed(Scan scan, Set<Integer> read) {
    List<Value> results = scan.body().results();
    Set<Integer> needed = new TreeSet<>(read);
    int before = -1;
    while (before != needed.size()) {
      before = needed.size();
      Set<Value> reached = Collections.newSetFromMap(new IdentityHashMap<>());
      reached.addAll(Topology.order(needed.stream().map(results::get).toList()));
      for (int i = 0; i < scan.carries(); i++) {
        if (reached.contains(scan.body().inputs().get(i))) {
          needed.add(i);
        }
      }
    }
    return List.copyOf(needed);
  }

  private static Value trimmed(Scan scan, List<Value> operands, List<Integer> kept) {
    ScanBuilder builder = ScanBuilder.like(scan, operands, false);
    List<Value> next = new ArrayList<>();
    List<Value> outputs = new ArrayList<>();
    for (int i : kept) {
      if (i < scan.carries()) {
        builder.carry(scan.body().inputs().get(i), operands.get(i));
        next.add(scan.body().results().get(i));
      } else {
        outputs.add(scan.body().results().get(i));
      }
    }
    return builder.build(next, outputs);
  }

  private static Value slice(Value original, Value scan, int result) {
    int begin = ((Scan) scan.op()).begin(result);
    return scan.slice(0, begin, original.shape().elements());
  }
}
