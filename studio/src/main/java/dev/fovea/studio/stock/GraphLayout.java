package dev.fovea.studio.stock;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Where the nodes of a graph are drawn: in rows, each below all that it reads, and within a row in
 * the order of what they read, which leaves few crossings (Sugiyama, Tagawa, Toda, 1981).
 */
public final class GraphLayout {
  private GraphLayout() {}

  /**
   * A place.
   *
   * @param row from 0, the top
   * @param column from the middle, which is 0, in widths of a node
   */
  public record Place(int row, double column) {}

  /** Returns the place of each node of a graph without cycles; of one with, some edges lead up. */
  public static List<Place> of(LayerGraph graph) {
    int n = graph.nodes().size();
    int[] row = new int[n];
    for (int round = 0; round < 2; round++) { // folding may turn the order of edges
      for (LayerGraph.Edge e : byTarget(graph)) {
        row[e.to()] = e.from() < e.to() ? Math.max(row[e.to()], row[e.from()] + 1) : row[e.to()];
      }
    }
    double[] column = new double[n];
    int rows = Arrays.stream(row).max().orElse(-1) + 1;
    List<List<Integer>> all = new ArrayList<>();
    for (int r = 0; r < rows; r++) {
      all.add(new ArrayList<>());
    }
    for (int i = 0; i < n; i++) {
      all.get(row[i]).add(i);
    }
    for (List<Integer> one : all) {
      place(one, graph, column);
    }
    List<Place> places = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      places.add(new Place(row[i], column[i]));
    }
    return places;
  }

  private static List<LayerGraph.Edge> byTarget(LayerGraph graph) {
    return graph.edges().stream().sorted(Comparator.comparingInt(LayerGraph.Edge::to)).toList();
  }

  /** Orders the nodes of a row by the mean column of what they read, around the middle. */
  private static void place(List<Integer> row, LayerGraph graph, double[] column) {
    double[] wish = new double[column.length];
    for (int i : row) {
      wish[i] =
          graph.edges().stream()
              .filter(e -> e.to() == i)
              .mapToDouble(e -> column[e.from()])
              .average()
              .orElse(0);
    }
    row.sort(Comparator.comparingDouble(i -> wish[i]));
    double middle = row.stream().mapToDouble(i -> wish[i]).average().orElse(0);
    for (int k = 0; k < row.size(); k++) {
      column[row.get(k)] = middle + k - (row.size() - 1) / 2.0;
    }
  }
}
