package dev.fovea.insight.draw;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Where the nodes of a directed graph without cycles are drawn: in layers, so that edges lead
 * forward, with few crossings (Sugiyama et al., 1981).
 *
 * <p>A node's layer is its longest way from a beginning. Edges over several layers get a place in
 * each of them, so that they go around nodes. The order within a layer follows the mean of the
 * neighbours', in some sweeps to and fro; then places move to the mean of their neighbours as far
 * as room allows. Edges that lead backward are drawn, but do not count.
 */
public final class LayeredLayout {
  private static final int SWEEPS = 12;

  private final double[] across;
  private final double[] along;
  private final double[] width;
  private final double[] height;
  private final List<List<Integer>> ways = new ArrayList<>();
  private final List<List<Integer>> layers = new ArrayList<>();
  private final List<List<Integer>> before = new ArrayList<>();
  private final List<List<Integer>> after = new ArrayList<>();
  private final double gap;

  private LayeredLayout(int places, double gap) {
    this.across = new double[places];
    this.along = new double[places];
    this.width = new double[places];
    this.height = new double[places];
    this.gap = gap;
    for (int i = 0; i < places; i++) {
      before.add(new ArrayList<>());
      after.add(new ArrayList<>());
    }
  }

  /**
   * Lays out a graph.
   *
   * @param edges by the numbers of nodes
   * @param widths of the nodes, across the layers
   * @param heights of the nodes, along the way from layer to layer
   * @param gap between neighbours in a layer
   * @param step from the end of a layer to the next
   */
  public static LayeredLayout of(
      List<NetworkGraph.Edge> edges, double[] widths, double[] heights, double gap, double step) {
    int n = widths.length;
    int[] rank = ranks(edges, n);
    int places = n;
    for (NetworkGraph.Edge e : edges) {
      places += Math.max(0, rank[e.to()] - rank[e.from()] - 1);
    }
    LayeredLayout l = new LayeredLayout(places, gap);
    System.arraycopy(widths, 0, l.width, 0, n);
    System.arraycopy(heights, 0, l.height, 0, n);
    int last = Arrays.stream(rank).max().orElse(0);
    for (int r = 0; r <= last; r++) {
      l.layers.add(new ArrayList<>());
    }
    for (int i = 0; i < n; i++) {
      l.layers.get(rank[i]).add(i);
    }
    l.connect(edges, rank, n);
    l.order();
    l.place();
    l.advance(step);
    return l;
  }

  private static int[] ranks(List<NetworkGraph.Edge> edges, int n) {
    int[] rank = new int[n];
    List<NetworkGraph.Edge> sorted =
        edges.stream()
            .filter(e -> e.from() < e.to())
            .sorted(Comparator.comparingInt(NetworkGraph.Edge::from))
            .toList();
    // Nodes are numbered in an order in which they compute, so one pass finds the longest ways.
    for (NetworkGraph.Edge e : sorted) {
      rank[e.to()] = Math.max(rank[e.to()], rank[e.from()] + 1);
    }
    return rank;
  }

  private void connect(List<NetworkGraph.Edge> edges, int[] rank, int firstBend) {
    int bend = firstBend;
    for (NetworkGraph.Edge e : edges) {
      List<Integer> way = new ArrayList<>(List.of(e.from()));
      for (int r = rank[e.from()] + 1; r < rank[e.to()]; r++) {
        layers.get(r).add(bend);
        way.add(bend++);
      }
      way.add(e.to());
      ways.add(way);
      for (int i = 1; i < way.size() && rank[e.from()] < rank[e.to()]; i++) {
        after.get(way.get(i - 1)).add(way.get(i));
        before.get(way.get(i)).add(way.get(i - 1));
      }
    }
  }

  private void order() {
    double[] position = new double[across.length];
    for (List<Integer> layer : layers) {
      number(layer, position);
    }
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      boolean down = sweep % 2 == 0;
      List<List<Integer>> from = down ? layers : layers.reversed();
      for (List<Integer> layer : from) {
        double[] wanted = position.clone();
        for (int place : layer) {
          wanted[place] = mean((down ? before : after).get(place), position, position[place]);
        }
        layer.sort(Comparator.comparingDouble(p -> wanted[p]));
        number(layer, position);
      }
    }
  }

  private static void number(List<Integer> layer, double[] position) {
    for (int i = 0; i < layer.size(); i++) {
      position[layer.get(i)] = i - (layer.size() - 1) / 2.0;
    }
  }

  private static double mean(List<Integer> places, double[] position, double otherwise) {
    return places.stream().mapToDouble(p -> position[p]).average().orElse(otherwise);
  }

  private void place() {
    for (List<Integer> layer : layers) {
      double at = 0;
      for (int p : layer) {
        across[p] = at + width[p] / 2;
        at += width[p] + gap;
      }
      double middle = (at - gap) / 2;
      layer.forEach(p -> across[p] -= middle);
    }
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      boolean down = sweep % 2 == 0;
      for (List<Integer> layer : down ? layers : layers.reversed()) {
        settle(layer, down ? before : after);
      }
    }
  }

  /** Moves the places of a layer to the mean of their neighbours, apart from each other. */
  private void settle(List<Integer> layer, List<List<Integer>> neighbours) {
    double[] wanted = new double[layer.size()];
    for (int i = 0; i < wanted.length; i++) {
      int p = layer.get(i);
      wanted[i] = mean(neighbours.get(p), across, across[p]);
    }
    // From the left each as far left as it may, from the right as far right: the middle of both.
    double[] left = wanted.clone();
    double[] right = wanted.clone();
    for (int i = 1; i < wanted.length; i++) {
      left[i] = Math.max(left[i], left[i - 1] + apart(layer, i));
    }
    for (int i = wanted.length - 2; i >= 0; i--) {
      right[i] = Math.min(right[i], right[i + 1] - apart(layer, i + 1));
    }
    for (int i = 0; i < wanted.length; i++) {
      across[layer.get(i)] = (left[i] + right[i]) / 2;
    }
  }

  private double apart(List<Integer> layer, int i) {
    return (width[layer.get(i - 1)] + width[layer.get(i)]) / 2 + gap;
  }

  private void advance(double step) {
    double at = 0;
    for (List<Integer> layer : layers) {
      double most = layer.stream().mapToDouble(p -> height[p]).max().orElse(0);
      for (int p : layer) {
        along[p] = at + most / 2;
      }
      at += most + step;
    }
  }

  /** Returns the middle of a node across the layers. */
  public double across(int node) {
    return across[node];
  }

  /** Returns the middle of a node along the way. */
  public double along(int node) {
    return along[node];
  }

  /** Returns the places that an edge goes through: its nodes at the ends, bends between. */
  public List<Integer> way(int edge) {
    return List.copyOf(ways.get(edge));
  }

  /** Returns how often edges between neighbouring layers cross. */
  public int crossings() {
    int count = 0;
    for (List<Integer> layer : layers) {
      List<double[]> lines = new ArrayList<>();
      for (int p : layer) {
        after.get(p).forEach(q -> lines.add(new double[] {across[p], across[q]}));
      }
      for (int i = 0; i < lines.size(); i++) {
        for (int j = 0; j < i; j++) {
          double a = lines.get(i)[0] - lines.get(j)[0];
          double b = lines.get(i)[1] - lines.get(j)[1];
          count += a * b < 0 ? 1 : 0;
        }
      }
    }
    return count;
  }
}
