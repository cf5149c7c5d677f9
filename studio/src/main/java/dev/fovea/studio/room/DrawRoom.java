package dev.fovea.studio.room;

import dev.fovea.nn.Observer;
import dev.fovea.nn.Summary;
import dev.fovea.studio.state.DigitReader;
import dev.fovea.studio.state.LayerMaps;
import dev.fovea.studio.state.OpenModel;
import dev.fovea.studio.state.StudioState;
import dev.fovea.studio.state.Workspace;
import dev.fovea.studio.web.Answer;
import dev.fovea.studio.web.Bundle;
import dev.fovea.studio.web.Refusal;
import dev.fovea.studio.web.Request;
import dev.fovea.studio.web.Room;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Shows what every layer of a network that reads digits computes for what is drawn. */
public final class DrawRoom implements Room {
  private static final int SIZE = 28;

  /** How the ids of drawings that were kept begin. */
  private static final String KEPT = "drawing";

  /** The most rows and columns of what a network reads here: it is asked with each stroke. */
  private static final int MOST_SIDE = 64;

  private static final int MOST_CLASSES = 20;

  private final Workspace workspace;
  private final DigitReader reader;
  private int drawings;
  private final AtomicReference<@Nullable Watched> last = new AtomicReference<>();

  /** A network and what looks at all its layers. */
  private record Watched(OpenModel net, Observer observer) {}

  /** Creates the room. */
  public DrawRoom(StudioState state) {
    this.workspace = state.workspace();
    this.reader = state.digits();
  }

  @Override
  public String name() {
    return "draw";
  }

  @Override
  public Answer answer(Request request) throws IOException {
    return switch (request.action()) {
      case "progress" -> progress();
      case "models" -> models();
      case "see" -> see(request.id(DigitReader.ID), drawing(request.bytes(SIZE * SIZE)));
      case "keep" -> keep(request.id(DigitReader.ID), drawing(request.bytes(SIZE * SIZE)));
      default -> throw new Refusal(404, "draw: knows progress, models, see and keep");
    };
  }

  /** Tells how far the network is that learns to read digits, and begins to teach it. */
  private Answer progress() {
    reader.begin();
    return Answer.json(reader.progress().json("accuracy"));
  }

  /** Returns a drawing of 28 × 28 bytes as a picture. */
  private static Tensor drawing(byte[] pixels) {
    if (pixels.length != SIZE * SIZE) {
      throw new FoveaException(
          "draw: a drawing has %s bytes, got %s".formatted(SIZE * SIZE, pixels.length));
    }
    Tensor picture = Tensor.zeros(Shape.of(SIZE, SIZE, 1));
    for (int i = 0; i < pixels.length; i++) {
      picture.data()[i] = pixels[i] & 0xFF;
    }
    return picture;
  }

  /** Tells the networks that drawings can be shown to: classifiers of small pictures. */
  private Answer models() {
    reader.begin();
    return Answer.json(Map.of("models", workspace.those(DrawRoom::reads)));
  }

  private static boolean reads(OpenModel net) {
    Shape s = net.classifiesPictures() ? net.input() : Shape.of(MOST_SIDE + 1, 1);
    return s.dim(0) <= MOST_SIDE && s.dim(1) <= MOST_SIDE;
  }

  /** Shows a drawing to a network. */
  private Answer see(String id, Tensor picture) {
    reader.begin();
    OpenModel net = workspace.model(id);
    if (net.id().equals(DigitReader.ID)) {
      return Answer.bundle(see(net, net.rule().input(picture), net.watch()));
    }
    if (!reads(net)) {
      throw new FoveaException(
          "draw: a classifier of pictures of at most %s × %s pixels expected, %s is none"
              .formatted(MOST_SIDE, MOST_SIDE, net.name()));
    }
    return Answer.bundle(see(net, net.rule().input(net.place(picture)), watch(net)));
  }

  /** Returns what looks at all layers of a network; that of the last network is kept. */
  private Observer watch(OpenModel net) {
    Watched known = last.get();
    if (known == null || !known.net.equals(net)) {
      String[] paths = net.layers().stream().map(Summary.Row::path).toArray(String[]::new);
      known = new Watched(net, net.model().observe(paths));
      last.set(known);
    }
    return known.observer;
  }

  /** Opens a drawing, and the network as it is shown here, so that other rooms have them. */
  private Answer keep(String id, Tensor picture) {
    reader.begin();
    OpenModel net = workspace.model(id);
    if (id.equals(DigitReader.ID)) {
      reader.open();
    }
    return Answer.json(Map.of("picture", kept(picture).id(), "model", net.id()));
  }

  /** Opens a drawing as a picture of its own; one that is open already becomes the newest. */
  private synchronized Workspace.Picture kept(Tensor picture) {
    return workspace.pictures().stream()
        .filter(p -> p.id().startsWith(KEPT) && Arrays.equals(p.image().data(), picture.data()))
        .findFirst()
        .map(p -> workspace.put(p.id(), p.name(), picture))
        .orElseGet(() -> {
          drawings++;
          return workspace.put(workspace.nextId(KEPT), "drawing " + drawings, picture);
        });
  }

  private Bundle see(OpenModel net, Tensor input, Observer watch) {
    Tensor batch = input.reshape(input.shape().prepend(1));
    Map<String, Tensor> seen = watch.of(batch);
    List<Summary.Row> layers = net.layers();
    Tensor last = net.id().equals(DigitReader.ID) ? seen.get(layers.getLast().path()) : null;
    Map<String, Object> head = new LinkedHashMap<>();
    head.put("net", net.name());
    head.put("input", net.input().times());
    head.put("progress", reader.progress().json("accuracy"));
    head.put("classes", classes(net, (last == null ? net.model().run(batch) : last).data()));
    return LayerMaps.of(head, layers, seen);
  }

  /** Returns the classes with their probabilities: all in order, or of many the likeliest. */
  private static List<Object> classes(OpenModel net, float[] values) {
    float[] shares = net.model().output(0).probabilities(values);
    List<Integer> order = IntStream.range(0, shares.length).boxed().toList();
    if (shares.length > MOST_CLASSES) {
      order =
          order.stream()
              .sorted(Comparator.comparingDouble((Integer i) -> -shares[i]))
              .limit(MOST_CLASSES)
              .toList();
    }
    List<Object> all = new ArrayList<>();
    for (int i : order) {
      all.add(Map.of("name", net.label(i), "share", shares[i], "value", values[i]));
    }
    return all;
  }
}
