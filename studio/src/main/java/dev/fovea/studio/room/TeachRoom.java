package dev.fovea.studio.room;

import dev.fovea.io.Text;
import dev.fovea.nn.Prediction;
import dev.fovea.studio.state.Features;
import dev.fovea.studio.state.OpenModel;
import dev.fovea.studio.state.StudioState;
import dev.fovea.studio.state.Teaching;
import dev.fovea.studio.web.Answer;
import dev.fovea.studio.web.Bundle;
import dev.fovea.studio.web.Fields;
import dev.fovea.studio.web.Refusal;
import dev.fovea.studio.web.Request;
import dev.fovea.studio.web.Room;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Teaches a trained network classes of one's own, by pictures from a camera or from files. */
public final class TeachRoom implements Room {
  private static final String NAME = "my classes";

  private final StudioState state;
  private @Nullable Teaching teaching;
  private @Nullable OpenModel taught;

  /** Creates the room. */
  public TeachRoom(StudioState state) {
    this.state = state;
  }

  @Override
  public String name() {
    return "teach";
  }

  @Override
  public Answer answer(Request request) throws IOException {
    return switch (request.action()) {
      case "models" -> models();
      case "begin" -> begin(request.json());
      case "example" -> example(request);
      case "label" -> label(request.json());
      case "learn" -> learn(request.json());
      case "say" -> say(request);
      case "save" -> Networks.save(taught().model(), request.json());
      default -> throw new Refusal(404, "teach: does not know " + request.action());
    };
  }

  private Answer models() {
    state.digits().begin();
    return Answer.json(Map.of("models", state.workspace().classifiers()));
  }

  private synchronized Teaching teaching() {
    return Optional.ofNullable(teaching)
        .orElseThrow(() -> new FoveaException("teach: choose a network first"));
  }

  private synchronized OpenModel taught() {
    return Optional.ofNullable(taught)
        .orElseThrow(() -> new FoveaException("teach: nothing has been learned yet"));
  }

  /** Begins anew, with the features of a network. */
  private Answer begin(Fields f) {
    Features features = new Features(state.workspace().model(f.text("model")));
    synchronized (this) {
      teaching = new Teaching(features);
      taught = null;
    }
    return Answer.done();
  }

  /** Takes a picture; its class is told afterwards. */
  private Answer example(Request request) throws IOException {
    return Answer.json(Map.of("id", teaching().add(Pictures.read(request))));
  }

  private Answer label(Fields f) {
    teaching()
        .label(
            f.integer("id", 0, Integer.MAX_VALUE),
            f.integer("class", -1, Teaching.MOST_CLASSES - 1));
    return Answer.done();
  }

  private Answer learn(Fields f) {
    List<String> classes =
        f.list("classes", Teaching.MOST_CLASSES).stream()
            .map(o -> Text.oneLine(Text.shown(o.toString())))
            .toList();
    Teaching by = teaching();
    Teaching.Taught learned = by.learn(classes);
    OpenModel open =
        OpenModel.of(
            state.workspace().nextId("m"), NAME, learned.model(), by.features().base().rule());
    state.workspace().put(open);
    synchronized (this) {
      taught = open;
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", open.id());
    fields.put("right", learned.right());
    fields.put("tested", learned.tested());
    fields.put("examples", learned.examples());
    fields.put("seconds", learned.seconds());
    return Answer.json(fields);
  }

  /** Says what a picture is. */
  private Answer say(Request request) throws IOException {
    OpenModel net = taught();
    Tensor picture = Pictures.read(request);
    Prediction said = net.model().predict(net.rule().input(net.place(picture)));
    return Answer.json(Map.of("shares", Bundle.list(said.probabilities())));
  }
}
