package dev.fovea.studio.state;

import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.List;

/**
 * Two networks layer beside layer: which layer of one takes the place of which of the other.
 *
 * <p>Of all ways to pair layers without changing their order, the one whose pairs are the most
 * alike (Needleman and Wunsch, 1970): a pair is of one kind; one shape, one path and as many
 * parameters each speak for it. Layers that take no other's place stand alone.
 *
 * @param rows the pairs and those that stand alone, in order
 */
public record GraphAlignment(List<Row> rows) {
  private static final int MOST = 2_000;

  /** How a layer of one takes the place of a layer of the other. */
  public enum Likeness {
    /** Same kind, shape and number of parameters. */
    SAME,
    /** Same kind alone. */
    DIFFERS,
    /** It is in one of them only. */
    ALONE
  }

  /**
   * A pair, or one that stands alone.
   *
   * @param first the number of the layer in the first; −1 for none
   * @param second the number of the layer in the second; −1 for none
   * @param likeness how alike they are
   */
  public record Row(int first, int second, Likeness likeness) {}

  /** Copies the list. */
  public GraphAlignment {
    rows = List.copyOf(rows);
  }

  /**
   * Aligns two networks.
   *
   * @throws FoveaException if one has more than 2,000 layers, as they are folded
   */
  public static GraphAlignment of(LayerGraph first, LayerGraph second) {
    List<LayerGraph.Node> a = first.nodes();
    List<LayerGraph.Node> b = second.nodes();
    if (a.size() > MOST || b.size() > MOST) {
      throw new FoveaException(
          "compare: at most %s layers are aligned, there are %s and %s; fold them"
              .formatted(MOST, a.size(), b.size()));
    }
    // best[i][j]: the sum over the pairs of layers from i on and from j on
    int[][] best = new int[a.size() + 1][b.size() + 1];
    for (int i = a.size() - 1; i >= 0; i--) {
      for (int j = b.size() - 1; j >= 0; j--) {
        int alike = alike(a.get(i), b.get(j));
        int pair = alike > 0 ? alike + best[i + 1][j + 1] : 0;
        best[i][j] = Math.max(pair, Math.max(best[i + 1][j], best[i][j + 1]));
      }
    }
    List<Row> rows = new ArrayList<>();
    int i = 0;
    int j = 0;
    while (i < a.size() || j < b.size()) {
      boolean both = i < a.size() && j < b.size();
      int alike = both ? alike(a.get(i), b.get(j)) : 0;
      if (alike > 0 && best[i][j] == alike + best[i + 1][j + 1]) {
        rows.add(new Row(i, j, isSame(a.get(i++), b.get(j++))));
      } else if (j == b.size() || (i < a.size() && best[i][j] == best[i + 1][j])) {
        rows.add(new Row(i++, -1, Likeness.ALONE));
      } else {
        rows.add(new Row(-1, j++, Likeness.ALONE));
      }
    }
    return new GraphAlignment(rows);
  }

  private static int alike(LayerGraph.Node a, LayerGraph.Node b) {
    if (!a.kind().equals(b.kind())) {
      return 0;
    }
    return 3
        + (a.shape().equals(b.shape()) ? 1 : 0)
        + (a.path().equals(b.path()) ? 1 : 0)
        + (a.parameters() == b.parameters() ? 1 : 0);
  }

  private static Likeness isSame(LayerGraph.Node a, LayerGraph.Node b) {
    return a.shape().equals(b.shape()) && a.parameters() == b.parameters()
        ? Likeness.SAME
        : Likeness.DIFFERS;
  }
}
