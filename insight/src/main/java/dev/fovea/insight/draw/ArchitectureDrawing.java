package dev.fovea.insight.draw;

import dev.fovea.insight.draw.NetworkGraph.Edge;
import dev.fovea.insight.draw.NetworkGraph.Node;
import dev.fovea.insight.draw.NetworkGraph.Role;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.util.List;
import java.util.Locale;

/**
 * A network drawn as papers draw it, in SVG. Any graph can be drawn in any style, branches and skip
 * connections included.
 */
public enum ArchitectureDrawing {
  /**
   * Boxes with words from top to bottom, norms and activations within what they follow (ResNet).
   */
  BLOCKS {
    @Override
    String draw(NetworkGraph graph, String title) {
      return boxes(graph.merged(), title, false);
    }
  },
  /** Maps as sheets behind each other from left to right (LeNet-5). */
  LENET {
    @Override
    String draw(NetworkGraph graph, String title) {
      return volumes(graph.merged(), title, new Sheets());
    }
  },
  /** Maps as solid boxes whose depth is the number of channels (AlexNet). */
  ALEXNET {
    @Override
    String draw(NetworkGraph graph, String title) {
      return volumes(graph.merged(), title, new Solids());
    }
  },
  /** Every layer a box of its own with its path and the shape of its result. */
  GRAPH {
    @Override
    String draw(NetworkGraph graph, String title) {
      return boxes(graph, title, true);
    }
  };

  /** The most nodes of a drawing. */
  public static final int MOST_NODES = 3000;

  private static final double BOX_WIDTH = 168;
  private static final double LINE = 16;
  private static final double GAP = 22;
  private static final double STEP = 26;
  private static final String WORDS = "font-size=\"12\" fill=\"#222\"";
  private static final String SMALL = "font-size=\"10\" fill=\"#666\"";
  static final String WAY =
      "fill=\"none\" stroke=\"#555\" stroke-width=\"1.2\" marker-end=\"url(#arrow)\"";

  abstract String draw(NetworkGraph graph, String title);

  /** Returns the name in lower case. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns a graph as SVG.
   *
   * @param title what it shows
   * @throws FoveaException if it has more than 3000 nodes
   */
  public String svg(NetworkGraph graph, String title) {
    if (graph.nodes().isEmpty() || graph.nodes().size() > MOST_NODES) {
      throw new FoveaException(
          "draw: 1 to %s layers expected, got %s; fold them by their paths"
              .formatted(MOST_NODES, graph.nodes().size()));
    }
    return draw(graph, title);
  }

  private static String boxes(NetworkGraph graph, String title, boolean shapes) {
    List<Node> nodes = graph.nodes();
    double[] widths = new double[nodes.size()];
    double[] heights = new double[nodes.size()];
    for (int i = 0; i < widths.length; i++) {
      int longest = lines(nodes.get(i), shapes).stream().mapToInt(String::length).max().orElse(0);
      boolean sign = !shapes && isSign(nodes.get(i));
      widths[i] = sign ? 26 : Math.max(shapes ? 120 : BOX_WIDTH, longest * 6.6 + 16);
      heights[i] = sign ? 26 : lines(nodes.get(i), shapes).size() * LINE + 10;
    }
    LayeredLayout at = LayeredLayout.of(graph.edges(), widths, heights, GAP, STEP);
    Svg svg = new Svg();
    for (int e = 0; e < graph.edges().size(); e++) {
      way(svg, graph.edges().get(e), at, at.way(e), heights);
    }
    for (int i = 0; i < widths.length; i++) {
      box(svg, nodes.get(i), at.across(i), at.along(i), widths[i], heights[i], shapes);
    }
    return svg.drawing(title);
  }

  private static void way(Svg svg, Edge e, LayeredLayout at, List<Integer> way, double[] heights) {
    double[] xs = new double[way.size()];
    double[] ys = new double[way.size()];
    for (int i = 0; i < xs.length; i++) {
      xs[i] = at.across(way.get(i));
      ys[i] = at.along(way.get(i));
    }
    ys[0] += heights[e.from()] / 2;
    ys[ys.length - 1] -= heights[e.to()] / 2 + 1;
    svg.curve(xs, ys, true, WAY);
  }

  /** Whether a node is a sum or product alone, drawn as a small circle. */
  private static boolean isSign(Node n) {
    return n.role() == Role.MERGE && sign(n).length() == 1 && n.labels().size() <= 2;
  }

  private static String sign(Node n) {
    return switch (n.labels().getFirst()) {
      case "add" -> "+";
      case "multiply" -> "×";
      default -> n.labels().getFirst();
    };
  }

  private static List<String> lines(Node n, boolean shapes) {
    if (shapes) {
      return List.of(n.path(), n.labels().getFirst() + "  →  " + n.shape().times());
    }
    int half = (n.labels().size() + 1) / 2;
    return n.labels().size() <= 2
        ? n.labels()
        : List.of(
                n.labels().getFirst(), String.join(", ", n.labels().subList(1, n.labels().size())))
            .subList(0, Math.min(2, half + 1));
  }

  private static void box(
      Svg svg, Node n, double x, double y, double width, double height, boolean shapes) {
    boolean sign = !shapes && isSign(n);
    String style = "fill=\"%s\" stroke=\"#555\" stroke-width=\"1\"".formatted(colour(n.role()));
    svg.rectangle(x - width / 2, y - height / 2, width, height, sign ? width / 2 : 4, style);
    if (sign) {
      svg.text(x, y + 5, sign(n), "font-size=\"16\" fill=\"#222\"");
      n.labels().stream()
          .skip(1)
          .forEach(l -> svg.text(x + width / 2 + 6 + l.length() * 3.2, y + 4, l, SMALL));
      return;
    }
    List<String> lines = lines(n, shapes);
    double from = y - (lines.size() - 1) * LINE / 2 + 4;
    for (int i = 0; i < lines.size(); i++) {
      svg.text(x, from + i * LINE, lines.get(i), i == 0 ? WORDS : SMALL);
    }
  }

  /** Returns the colour of a role, light tints of colours that all people tell apart. */
  static String colour(Role role) {
    return switch (role) {
      case INPUT -> "#ffffff";
      case CONVOLUTION -> "#cfe3f5";
      case DENSE -> "#fbe0c3";
      case POOLING -> "#f6cfc4";
      case MERGE -> "#e7e7e7";
      case NORM -> "#d3efe4";
      case ACTIVATION -> "#f7f3c0";
      case OTHER -> "#f2f2f2";
    };
  }

  /** How the maps of a layer are drawn. */
  interface Volume {
    /** Returns width and height that the maps take. */
    double[] size(Shape shape);

    /** Draws them with their middle at a place. */
    void draw(Svg svg, Shape shape, double x, double y, String colour);
  }

  private static String volumes(NetworkGraph graph, String title, Volume volume) {
    List<Node> nodes = graph.nodes();
    double[] across = new double[nodes.size()];
    double[] along = new double[nodes.size()];
    for (int i = 0; i < across.length; i++) {
      double[] size = volume.size(nodes.get(i).shape());
      int longest = nodes.get(i).labels().stream().mapToInt(String::length).max().orElse(0);
      along[i] = Math.max(size[0], Math.min(longest, 18) * 5.2);
      across[i] = size[1] + 2 * LINE + 8;
    }
    LayeredLayout at = LayeredLayout.of(graph.edges(), across, along, GAP, 20);
    Svg svg = new Svg();
    for (int e = 0; e < graph.edges().size(); e++) {
      across(svg, graph, e, at, volume);
    }
    for (int i = 0; i < across.length; i++) {
      Node n = nodes.get(i);
      double half = volume.size(n.shape())[1] / 2;
      volume.draw(svg, n.shape(), at.along(i), at.across(i), colour(n.role()));
      svg.text(at.along(i), at.across(i) - half - 6, n.shape().times(), SMALL);
      svg.text(at.along(i), at.across(i) + half + LINE, n.labels().getFirst(), SMALL);
      if (n.labels().size() > 1) {
        String rest = String.join(", ", n.labels().subList(1, Math.min(3, n.labels().size())));
        svg.text(
            at.along(i), at.across(i) + half + 2 * LINE - 3, rest, "font-size=\"9\" fill=\"#999\"");
      }
    }
    return svg.drawing(title);
  }

  private static void across(Svg svg, NetworkGraph graph, int e, LayeredLayout at, Volume volume) {
    List<Integer> way = at.way(e);
    double[] xs = new double[way.size()];
    double[] ys = new double[way.size()];
    for (int i = 0; i < xs.length; i++) {
      xs[i] = at.along(way.get(i));
      ys[i] = at.across(way.get(i));
    }
    Edge edge = graph.edges().get(e);
    xs[0] += volume.size(graph.nodes().get(edge.from()).shape())[0] / 2;
    xs[xs.length - 1] -= volume.size(graph.nodes().get(edge.to()).shape())[0] / 2 + 1;
    svg.curve(xs, ys, false, WAY);
  }
}
