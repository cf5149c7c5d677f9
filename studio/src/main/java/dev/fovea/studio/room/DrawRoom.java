package dev.fovea.studio.room;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Shows what every layer of a network that reads digits computes for what is drawn. */
public final class DrawRoom implements Room {
  private static final int SIZE = 28;

  /** The id of the last drawing that was kept. */
  private static final String KEPT = "drawing";

  private final Workspace workspace;
  private final DigitReader reader;

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
      case "see" -> see(drawing(request.bytes(SIZE * SIZE)));
      case "keep" -> keep(drawing(request.bytes(SIZE * SIZE)));
      default -> throw new Refusal(404, "draw: knows progress, see and keep");
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

  /** Shows a drawing to the network. */
  private Answer see(Tensor picture) {
    reader.begin();
    return Answer.bundle(see(workspace.model(DigitReader.ID), picture));
  }

  /** Opens a drawing as a picture, in place of the one before, so that other rooms have it. */
  private Answer keep(Tensor picture) {
    reader.begin();
    Workspace.Picture kept = workspace.put(KEPT, "the drawing", picture);
    return Answer.json(Map.of("picture", kept.id(), "model", DigitReader.ID));
  }

  private Bundle see(OpenModel net, Tensor picture) {
    Tensor input = net.rule().input(picture);
    Map<String, Tensor> seen = net.watch().of(input.reshape(input.shape().prepend(1)));
    List<Summary.Row> layers = net.model().summary().rows();
    Tensor last = seen.get(layers.getLast().path());
    Map<String, Object> head = new LinkedHashMap<>();
    head.put("net", net.name());
    head.put("progress", reader.progress().json("accuracy"));
    head.put("classes", classes(net, last == null ? new float[0] : last.data()));
    return LayerMaps.of(head, layers, seen);
  }

  /** Returns the classes with their probabilities. */
  private static List<Object> classes(OpenModel net, float[] values) {
    float[] shares = net.model().output(0).probabilities(values);
    List<Object> all = new ArrayList<>();
    for (int i = 0; i < shares.length; i++) {
      all.add(Map.of("name", net.label(i), "share", shares[i], "value", values[i]));
    }
    return all;
  }
}
