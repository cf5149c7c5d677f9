package dev.fovea.studio.room;

import dev.fovea.insight.draw.ArchitectureDrawing;
import dev.fovea.insight.draw.LayeredLayout;
import dev.fovea.insight.draw.NetworkGraph;
import dev.fovea.insight.probe.InputWindow;
import dev.fovea.insight.probe.LayerTimes;
import dev.fovea.insight.probe.Layers;
import dev.fovea.nn.Model;
import dev.fovea.nn.Summary;
import dev.fovea.studio.state.EightBits;
import dev.fovea.studio.state.LayerGraph;
import dev.fovea.studio.state.LayerMaps;
import dev.fovea.studio.state.OpenModel;
import dev.fovea.studio.state.StudioState;
import dev.fovea.studio.state.Workspace;
import dev.fovea.studio.web.Answer;
import dev.fovea.studio.web.Fields;
import dev.fovea.studio.web.Refusal;
import dev.fovea.studio.web.Request;
import dev.fovea.studio.web.Room;
import dev.fovea.tensor.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.stream.Collectors;

/** Shows a network as a graph that folds by the paths of its layers, with the numbers of each. */
public final class GraphRoom implements Room {
  private static final int MOST_OPEN = 2_000;

  private static final int BINS = 32;

  /** So many numbers of layers are held at once, those of one layer at least. */
  private static final long MOST_NUMBERS = 1 << 25;

  /** The ways in which papers draw networks. */
  private static final List<String> STYLES =
      Arrays.stream(ArchitectureDrawing.values()).map(ArchitectureDrawing::text).toList();

  /** The sides of a node, the gap beside it and the way to the next layer, in pixels. */
  private static final double WIDTH = 190;

  private static final double HEIGHT = 54;
  private static final double GAP = 26;
  private static final double STEP = 34;

  private final StudioState state;

  /** The graphs of networks, as each unfolding needs them again. */
  private final Map<Model, LayerGraph> graphs = Collections.synchronizedMap(new WeakHashMap<>());

  /** What takes all threads for seconds is computed for one page at a time. */
  private final Object measuring = new Object();

  /** Creates the room. */
  public GraphRoom(StudioState state) {
    this.state = state;
  }

  @Override
  public String name() {
    return "graph";
  }

  @Override
  public Answer answer(Request request) throws IOException {
    Fields f = request.json();
    return switch (request.action()) {
      case "models" -> models();
      case "open" -> open(f);
      case "layer" -> layer(f);
      case "times" -> times(f);
      case "eight-bits" -> eightBits(f);
      case "spread" -> spread(f);
      case "drawing" -> drawing(f);
      default -> throw new Refusal(404, "graph: does not know " + request.action());
    };
  }

  private Answer models() {
    state.digits().begin();
    return Answer.json(
        Map.of(
            "models",
            state.workspace().models().stream()
                .map(m -> Map.of("id", m.id(), "name", m.name()))
                .toList(),
            "styles",
            STYLES));
  }

  /** Returns the nodes and edges of a network where some paths are unfolded, and their places. */
  private Answer open(Fields f) {
    OpenModel net = state.workspace().model(f.text("model"));
    var open = f.list("open", MOST_OPEN).stream().map(Object::toString).collect(Collectors.toSet());
    LayerGraph graph = graphs.computeIfAbsent(net.model(), LayerGraph::of).folded(open);
    int n = graph.nodes().size();
    double[] widths = new double[n];
    double[] heights = new double[n];
    Arrays.fill(widths, WIDTH);
    Arrays.fill(heights, HEIGHT);
    List<NetworkGraph.Edge> ways =
        graph.edges().stream().map(e -> new NetworkGraph.Edge(e.from(), e.to())).toList();
    LayeredLayout places = LayeredLayout.of(ways, widths, heights, GAP, STEP);
    List<Object> nodes = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      nodes.add(tell(graph.nodes().get(i), places.across(i), places.along(i)));
    }
    List<Object> edges = new ArrayList<>();
    for (int i = 0; i < ways.size(); i++) {
      LayerGraph.Edge e = graph.edges().get(i);
      List<List<Double>> way =
          places.way(i).stream().map(p -> List.of(places.across(p), places.along(p))).toList();
      edges.add(Map.of("from", e.from(), "to", e.to(), "bytes", e.bytes(), "way", way));
    }
    return Answer.json(Map.of("nodes", nodes, "edges", edges, "width", WIDTH, "height", HEIGHT));
  }

  private static Map<String, Object> tell(LayerGraph.Node n, double x, double y) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("path", n.path());
    fields.put("kind", n.kind());
    fields.put("shape", n.shape());
    fields.put("parameters", n.parameters());
    fields.put("flops", n.flops());
    fields.put("layers", n.layers());
    fields.put("x", x);
    fields.put("y", y);
    return fields;
  }

  /** Measures how long each layer takes, alone and for one picture. */
  private Answer times(Fields f) {
    OpenModel net = state.workspace().model(f.text("model"));
    synchronized (measuring) {
      return Answer.json(Map.of("millis", LayerTimes.of(net.model()).millis()));
    }
  }

  /** Tells how far each layer is in 8 bits from what it computes in floating point. */
  private Answer eightBits(Fields f) {
    Workspace workspace = state.workspace();
    OpenModel net = workspace.model(f.text("model"));
    return Answer.json(
        Map.of(
            "errors",
            new EightBits(net, workspace.pictures()).errors(workspace.picture(f.text("picture")))));
  }

  /** Tells how far what each layer computes of a picture spreads: the standard deviation. */
  private Answer spread(Fields f) {
    OpenModel net = state.workspace().model(f.text("model"));
    Tensor input = input(net, f);
    Map<String, Double> deviations = new LinkedHashMap<>();
    synchronized (measuring) {
      for (List<String> paths : pieces(net.layers(), MOST_NUMBERS)) {
        net.model()
            .observe(paths.toArray(String[]::new))
            .of(input)
            .forEach((path, values) -> deviations.put(path, deviation(values)));
      }
    }
    return Answer.json(Map.of("spreads", deviations));
  }

  /** Returns the paths of layers in pieces that compute at most so many numbers, or are one. */
  static List<List<String>> pieces(List<Summary.Row> layers, long most) {
    List<List<String>> pieces = new ArrayList<>();
    List<String> piece = new ArrayList<>();
    long numbers = 0;
    for (Summary.Row r : layers) {
      numbers += r.output().elements();
      if (numbers > most && !piece.isEmpty()) {
        pieces.add(piece);
        piece = new ArrayList<>();
        numbers = r.output().elements();
      }
      piece.add(r.path());
    }
    pieces.add(piece);
    return pieces;
  }

  private static double deviation(Tensor values) {
    return (double) Objects.requireNonNull(statistics(values).get("deviation"));
  }

  /** Returns the network drawn as papers draw it, as SVG. */
  private Answer drawing(Fields f) {
    OpenModel net = state.workspace().model(f.text("model"));
    String style = f.oneOf("style", STYLES);
    NetworkGraph graph = NetworkGraph.of(net.model());
    int depth = f.integer("depth", 0, 16, 0);
    return Answer.json(
        Map.of(
            "svg",
            ArchitectureDrawing.valueOf(style.toUpperCase(Locale.ROOT))
                .svg(depth == 0 ? graph : graph.folded(depth), net.name())));
  }

  /** Returns a picture as a network takes it, a batch of one. */
  private Tensor input(OpenModel net, Fields f) {
    Tensor input =
        net.rule().input(net.place(state.workspace().picture(f.text("picture")).image()));
    return input.reshape(input.shape().prepend(1));
  }

  /** Runs a picture through and shows what one layer computes, or some channels of it. */
  private Answer layer(Fields f) {
    OpenModel net = state.workspace().model(f.text("model"));
    String path = f.text("path");
    Map<String, Tensor> seen = net.model().observe(path).of(input(net, f));
    Tensor values = Objects.requireNonNull(seen.get(path));
    Summary.Row row =
        new Summary.Row(path, "", values.shape().dropFirst(), 0, false, 0, Optional.empty());
    Map<String, Object> head = new LinkedHashMap<>();
    Map<String, Object> told = statistics(values);
    addHistogram(values.data(), told);
    head.put("statistics", told);
    Layers.of(net.model()).all().stream()
        .filter(l -> l.path().equals(path))
        .findFirst()
        .flatMap(Layers.Layer::window)
        .ifPresent(w -> head.put("window", window(w)));
    Tensor placed = net.place(state.workspace().picture(f.text("picture")).image());
    LayerMaps.Part part =
        new LayerMaps.Part(f.integer("first", 0, 1 << 20, 0), f.integer("count", 1, 64, 64));
    return Answer.bundle(
        Pictures.all(LayerMaps.of(head, List.of(row), seen, part), List.of(placed)));
  }

  /** Tells what places read: where the first begins, how far it is to the next, how large it is. */
  private static List<Integer> window(InputWindow w) {
    return List.of(w.top(), w.left(), w.strideHeight(), w.strideWidth(), w.height(), w.width());
  }

  /** Counts values in bins of one width, which are told by their middles. */
  private static void addHistogram(float[] values, Map<String, Object> to) {
    double least = (float) Objects.requireNonNull(to.get("least"));
    double most = (float) Objects.requireNonNull(to.get("greatest"));
    double width = Math.max(Float.MIN_NORMAL, (most - least) / BINS);
    double[] middles = new double[BINS];
    Arrays.setAll(middles, i -> least + (i + 0.5) * width);
    int[] counts = new int[BINS];
    for (float v : values) {
      counts[(int) Math.min(BINS - 1, (v - least) / width)]++;
    }
    to.put("bins", Arrays.stream(middles).boxed().toList());
    to.put("counts", Arrays.stream(counts).boxed().toList());
  }

  private static Map<String, Object> statistics(Tensor t) {
    double sum = 0;
    double squares = 0;
    float least = Float.MAX_VALUE;
    float most = -Float.MAX_VALUE;
    int zeros = 0;
    for (float v : t.data()) {
      sum += v;
      squares += (double) v * v;
      least = Math.min(least, v);
      most = Math.max(most, v);
      zeros += v == 0 ? 1 : 0;
    }
    int n = t.data().length;
    double mean = sum / n;
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("numbers", n);
    fields.put("mean", mean);
    fields.put("deviation", Math.sqrt(Math.max(0, squares / n - mean * mean)));
    fields.put("least", least);
    fields.put("greatest", most);
    fields.put("zeros", (double) zeros / n);
    return fields;
  }
}
