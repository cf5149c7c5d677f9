package dev.fovea.studio.room;

import dev.fovea.studio.state.GraphAlignment;
import dev.fovea.studio.state.LayerGraph;
import dev.fovea.studio.state.OneAtATime;
import dev.fovea.studio.state.OpenModel;
import dev.fovea.tensor.ElementType;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The graphs of two networks, aligned, and how far apart what their layers compute is. */
final class GraphsView {
  /** So many numbers of layers are held at once, of both networks together. */
  private static final long MOST_NUMBERS = 1 << 25;

  private final OneAtATime turn =
      new OneAtATime("compare: two graphs are being aligned already; ask again");

  /**
   * Returns nodes, edges and rows.
   *
   * @param images the picture that each sees
   * @param folded whether layers of one block are one node
   */
  Map<String, Object> of(OpenModel first, OpenModel second, List<Tensor> images, boolean folded) {
    return turn.alone(() -> aligned(first, second, images, folded));
  }

  private static Map<String, Object> aligned(
      OpenModel first, OpenModel second, List<Tensor> images, boolean folded) {
    List<OpenModel> nets = List.of(first, second);
    List<LayerGraph> graphs =
        nets.stream()
            .map(n -> LayerGraph.of(n.model()))
            .map(g -> folded ? g.folded(Set.of()) : g)
            .toList();
    GraphAlignment alignment = GraphAlignment.of(graphs.get(0), graphs.get(1));
    Map<Integer, Double> apart = apart(nets, graphs, alignment, images);
    List<Object> rows = new ArrayList<>();
    for (int i = 0; i < alignment.rows().size(); i++) {
      GraphAlignment.Row r = alignment.rows().get(i);
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("first", r.first());
      fields.put("second", r.second());
      fields.put("likeness", r.likeness().name().toLowerCase(Locale.ROOT));
      if (apart.containsKey(i)) {
        fields.put("apart", apart.get(i));
      }
      rows.add(fields);
    }
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("rows", rows);
    all.put("nodes", graphs.stream().map(GraphsView::nodes).toList());
    all.put("edges", graphs.stream().map(GraphsView::edges).toList());
    return all;
  }

  private static List<Map<String, Object>> nodes(LayerGraph graph) {
    return graph.nodes().stream().map(GraphsView::tell).toList();
  }

  private static Map<String, Object> tell(LayerGraph.Node n) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("path", n.path());
    fields.put("kind", n.kind());
    fields.put("shape", n.shape());
    fields.put("parameters", n.parameters());
    fields.put("flops", n.flops());
    return fields;
  }

  private static List<List<Integer>> edges(LayerGraph graph) {
    return graph.edges().stream().map(e -> List.of(e.from(), e.to())).toList();
  }

  /** Returns ‖a − b‖ / ‖a‖ of what two layers of one shape compute, by the number of the row. */
  private static Map<Integer, Double> apart(
      List<OpenModel> nets,
      List<LayerGraph> graphs,
      GraphAlignment alignment,
      List<Tensor> images) {
    Map<String, Shape> first = floats(nets.get(0));
    Map<String, Shape> second = floats(nets.get(1));
    Map<Integer, List<String>> pairs = new LinkedHashMap<>();
    Map<Integer, Double> apart = new LinkedHashMap<>();
    long numbers = 0;
    for (int i = 0; i < alignment.rows().size(); i++) {
      GraphAlignment.Row r = alignment.rows().get(i);
      if (r.likeness() != GraphAlignment.Likeness.ALONE) {
        LayerGraph.Node a = graphs.get(0).nodes().get(r.first());
        LayerGraph.Node b = graphs.get(1).nodes().get(r.second());
        Shape own = first.get(a.path());
        Shape other = second.get(b.path());
        if (own != null && other != null && own.equals(other)) {
          numbers += 2L * own.elements();
          if (numbers > MOST_NUMBERS && !pairs.isEmpty()) {
            apart.putAll(apart(nets, pairs, images));
            pairs.clear();
            numbers = 2L * own.elements();
          }
          pairs.put(i, List.of(a.path(), b.path()));
        }
      }
    }
    apart.putAll(apart(nets, pairs, images));
    return apart;
  }

  /** Returns how far apart the layers of some rows are, all of which are held at once. */
  private static Map<Integer, Double> apart(
      List<OpenModel> nets, Map<Integer, List<String>> pairs, List<Tensor> images) {
    List<Map<String, Tensor>> seen = new ArrayList<>();
    for (int side = 0; side < 2; side++) {
      int own = side;
      Set<String> paths = new TreeSet<>();
      pairs.values().forEach(p -> paths.add(p.get(own)));
      seen.add(paths.isEmpty() ? Map.of() : observed(nets.get(side), paths, images.get(side)));
    }
    Map<Integer, Double> apart = new LinkedHashMap<>();
    pairs.forEach((i, p) -> {
      Tensor a = seen.get(0).get(p.get(0));
      Tensor b = seen.get(1).get(p.get(1));
      if (a != null && b != null && a.shape().equals(b.shape())) {
        apart.put(i, distance(a.data(), b.data()));
      }
    });
    return apart;
  }

  /** Returns the layers that compute floating-point numbers: bytes mean nothing beside them. */
  private static Map<String, Shape> floats(OpenModel net) {
    return net.model().trace(1, false).layers().entrySet().stream()
        .filter(e -> e.getValue().type() == ElementType.FLOAT32)
        .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().shape()));
  }

  private static Map<String, Tensor> observed(OpenModel net, Set<String> paths, Tensor image) {
    Tensor input = net.rule().input(net.place(image));
    return net.model()
        .observe(paths.toArray(String[]::new))
        .of(input.reshape(input.shape().prepend(1)));
  }

  private static double distance(float[] a, float[] b) {
    double difference = 0;
    double size = 0;
    for (int i = 0; i < a.length; i++) {
      difference += (double) (a[i] - b[i]) * (a[i] - b[i]);
      size += (double) a[i] * a[i];
    }
    return size == 0 ? (difference == 0 ? 0 : 1) : Math.sqrt(difference / size);
  }
}
