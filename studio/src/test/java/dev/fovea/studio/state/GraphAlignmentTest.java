package dev.fovea.studio.state;

import static dev.fovea.studio.state.GraphAlignment.Likeness.ALONE;
import static dev.fovea.studio.state.GraphAlignment.Likeness.DIFFERS;
import static dev.fovea.studio.state.GraphAlignment.Likeness.SAME;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Layers beside the layers whose place they take. */
final class GraphAlignmentTest {
  private static LayerGraph graph(String... kinds) {
    List<LayerGraph.Node> nodes =
        IntStream.range(0, kinds.length)
            .mapToObj(i -> {
              String[] parts = kinds[i].split(":", -1);
              return new LayerGraph.Node(Integer.toString(i), parts[0], parts[1], 0, 0, 1);
            })
            .toList();
    return new LayerGraph(nodes, List.of());
  }

  @Test
  void pairsWhatIsMostAlikeInOrder() {
    LayerGraph a = graph("conv:8", "relu:8", "conv:16", "relu:16", "dense:10");
    LayerGraph b = graph("conv:8", "norm:8", "relu:8", "conv:32", "dense:10");
    assertThat(GraphAlignment.of(a, b).rows())
        .containsExactly(
            new GraphAlignment.Row(0, 0, SAME),
            new GraphAlignment.Row(-1, 1, ALONE),
            new GraphAlignment.Row(1, 2, SAME),
            new GraphAlignment.Row(2, 3, DIFFERS),
            new GraphAlignment.Row(3, -1, ALONE),
            new GraphAlignment.Row(4, 4, SAME));
  }

  @Test
  void aNetworkIsAlignedWithItselfRowByRow() {
    LayerGraph a = graph("conv:8", "conv:8", "conv:8", "dense:1");
    assertThat(GraphAlignment.of(a, a).rows())
        .hasSize(4)
        .allMatch(r -> r.first() == r.second() && r.likeness() == SAME);
    assertThat(GraphAlignment.of(a, graph()).rows()).hasSize(4).allMatch(r -> r.second() == -1);
  }
}
