package dev.fovea.engine.compile;

import dev.fovea.engine.graph.Graph;

/** A step of compilation that makes a graph with the same results, to rounding, out of a graph. */
@FunctionalInterface
public interface Pass {
  /** Returns the graph that takes the place of {@code graph}. */
  Graph apply(Graph graph);
}
