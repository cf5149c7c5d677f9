package dev.fovea.insight.draw;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.residual;
import static dev.fovea.nn.Layers.sequence;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.engine.Engine;
import dev.fovea.insight.draw.NetworkGraph.Edge;
import dev.fovea.insight.draw.NetworkGraph.Node;
import dev.fovea.insight.draw.NetworkGraph.Role;
import dev.fovea.nn.Model;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.zoo.Scale;
import dev.fovea.zoo.Zoo;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Drawings of architectures. */
final class DrawingTest {
  private static NetworkGraph zoo(String name) {
    var a = Zoo.find(name);
    return NetworkGraph.of(a.model(Scale.full(a.classes()), a.input(), Seed.of(0), Engine.idle()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"lenet5", "alexnet", "resnet20", "googlenet", "unet", "densenet40-k12"})
  void everyStyleDrawsEveryLayerOfAnyGraph(String name) throws Exception {
    NetworkGraph graph = zoo(name);
    assertThat(graph.edges()).allMatch(e -> e.from() < e.to());
    // All but the inputs come from somewhere, all but the outputs lead somewhere.
    for (int i = 1; i < graph.nodes().size(); i++) {
      int own = i;
      assertThat(graph.edges()).anyMatch(e -> e.to() == own);
    }
    for (ArchitectureDrawing style : ArchitectureDrawing.values()) {
      String svg = style.svg(graph, name);
      DocumentBuilderFactory.newDefaultInstance()
          .newDocumentBuilder()
          .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
      assertThat(svg).doesNotContain("NaN").doesNotContain("Infinity");
    }
  }

  @Test
  void lenetIsTheChainOfThePaper() {
    List<Node> nodes = zoo("lenet5").merged().nodes();
    assertThat(nodes).extracting(Node::role).startsWith(Role.INPUT, Role.CONVOLUTION, Role.POOLING);
    assertThat(nodes.get(1).labels().getFirst()).isEqualTo("5×5 conv, 6");
    assertThat(nodes.get(1).shape()).isEqualTo(Shape.of(28, 28, 6));
    assertThat(nodes.getLast().labels().getFirst()).isEqualTo("dense, 10");
  }

  @Test
  void aSkipConnectionIsAnEdgeAroundTheBranch() {
    Model net =
        Model.build(
            sequence(conv2d(2, 3).same(), residual(sequence(conv2d(2, 3).same(), relu()))),
            Shape.of(5, 5, 1),
            Seed.of(1),
            Engine.idle());
    NetworkGraph graph = NetworkGraph.of(net);
    assertThat(graph.nodes())
        .extracting(Node::role)
        .containsExactly(
            Role.INPUT, Role.CONVOLUTION, Role.CONVOLUTION, Role.ACTIVATION, Role.MERGE);
    assertThat(graph.edges())
        .containsExactlyInAnyOrder(
            new Edge(0, 1), new Edge(1, 2), new Edge(2, 3), new Edge(3, 4), new Edge(1, 4));
    assertThat(graph.merged().nodes()).hasSize(4);
    assertThat(graph.folded(1).nodes()).hasSizeLessThan(5);
  }

  /** Two chains that were told in crossed order: the layout uncrosses them. */
  @Test
  void crossingsAreUndone() {
    List<Edge> edges =
        List.of(
            new Edge(0, 1),
            new Edge(0, 2),
            new Edge(1, 4),
            new Edge(2, 3),
            new Edge(3, 5),
            new Edge(4, 5));
    double[] size = {10, 10, 10, 10, 10, 10};
    LayeredLayout layout = LayeredLayout.of(edges, size, size, 5, 5);
    assertThat(layout.crossings()).isZero();
    assertThat(layout.along(5)).isGreaterThan(layout.along(3));
    assertThat(Math.abs(layout.across(1) - layout.across(2))).isGreaterThanOrEqualTo(15);
  }

  /** The edge over a layer bends around the node there. */
  @Test
  void longEdgesGoAround() {
    List<Edge> edges = List.of(new Edge(0, 1), new Edge(1, 2), new Edge(0, 2));
    double[] size = {10, 10, 10};
    LayeredLayout layout = LayeredLayout.of(edges, size, size, 5, 5);
    assertThat(layout.way(2)).hasSize(3);
    int bend = layout.way(2).get(1);
    assertThat(Math.abs(layout.across(bend) - layout.across(1))).isGreaterThanOrEqualTo(9.9);
  }

  @Test
  void namesOfFilesStayText() {
    Node evil = new Node("a", Role.OTHER, List.of("<img onerror=\"x\">&"), Shape.of(1));
    String svg = ArchitectureDrawing.BLOCKS.svg(new NetworkGraph(List.of(evil), List.of()), "<b>");
    assertThat(svg)
        .contains("&lt;img onerror=&quot;x&quot;&gt;&amp;", "<title>&lt;b&gt;</title>")
        .doesNotContain("<img");
    NetworkGraph many = new NetworkGraph(Collections.nCopies(3001, evil), List.of());
    assertThatThrownBy(() -> ArchitectureDrawing.GRAPH.svg(many, "many"))
        .isInstanceOf(FoveaException.class)
        .hasMessage("draw: 1 to 3000 layers expected, got 3001; fold them by their paths");
  }
}
