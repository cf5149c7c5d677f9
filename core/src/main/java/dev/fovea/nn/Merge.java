package dev.fovea.nn;

import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Branches that all get the same signal, and what joins their results; named by position. */
record Merge(String kind, List<Layer> branches, Function<List<Signal>, Signal> join)
    implements Layer {
  Merge {
    branches = List.copyOf(branches);
    if (branches.isEmpty()) {
      throw new FoveaException(kind + ": needs at least one branch");
    }
  }

  @Override
  public Signal forward(Signal x) {
    List<Signal> results = new ArrayList<>();
    for (int i = 0; i < branches.size(); i++) {
      results.add(x.trace().call(branches.get(i), x, Integer.toString(i)));
    }
    return join.apply(results);
  }
}
