package dev.fovea.studio.room;

import dev.fovea.engine.Engine;
import dev.fovea.insight.colour.ColourMap;
import dev.fovea.io.Text;
import dev.fovea.nn.Summary;
import dev.fovea.studio.state.ModelFolder;
import dev.fovea.studio.state.OpenModel;
import dev.fovea.studio.state.RunFolders;
import dev.fovea.studio.state.StudioState;
import dev.fovea.studio.state.TrainingManager;
import dev.fovea.studio.state.Workspace;
import dev.fovea.studio.web.Answer;
import dev.fovea.studio.web.Fields;
import dev.fovea.studio.web.Refusal;
import dev.fovea.studio.web.Request;
import dev.fovea.studio.web.Room;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Tells what is open. */
public final class StartRoom implements Room {
  private static final long MAX_MODEL = 2L << 30;
  private static final int MOST_LAYERS = 2_000;

  private final Workspace workspace;
  private final Function<Path, OpenModel> opener;
  private final RunFolders runs;
  private final ModelFolder files;
  private final TrainingManager trainings;

  /** Creates the room. */
  public StartRoom(StudioState state) {
    this.workspace = state.workspace();
    this.opener = state.opener();
    this.runs = state.runs();
    this.files = state.files();
    this.trainings = state.trainings();
    Pictures.putUsual(workspace);
  }

  @Override
  public String name() {
    return "start";
  }

  @Override
  public Answer answer(Request request) throws IOException {
    return switch (request.action()) {
      case "open" -> open();
      case "colours" -> colours();
      case "files" -> Answer.json(Map.of("files", files.ids()));
      case "layers" -> layers();
      case "picture" -> picture(request);
      case "model" -> model(request);
      case "run" -> run(request.json());
      case "file" -> file(request.json());
      case "name" -> rename(request.json());
      case "pixels" -> pixels(request.json());
      default -> throw new Refusal(404, "start: does not know " + request.action());
    };
  }

  private Answer open() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("models", workspace.models().stream().map(StartRoom::tell).toList());
    fields.put("pictures", workspace.pictures().stream().map(StartRoom::tell).toList());
    fields.put("training", trainings.active().map(a -> a.live().state().phase()).orElse("none"));
    fields.put("kernels", Engine.shared().kernels());
    fields.put("threads", Engine.shared().threads());
    fields.put("notice", Engine.shared().notice().map(List::of).orElse(List.of()));
    return Answer.json(fields);
  }

  /** Tells the paths of the layers of all open networks, for the search over them. */
  private Answer layers() {
    return Answer.json(
        Map.of("models", workspace.models().stream().map(StartRoom::layers).toList()));
  }

  private static Map<String, Object> layers(OpenModel m) {
    return Map.of(
        "id",
        m.id(),
        "name",
        m.name(),
        "layers",
        m.layers().stream().map(Summary.Row::path).limit(MOST_LAYERS).toList());
  }

  private Answer picture(Request request) throws IOException {
    Workspace.Picture picture = workspace.put("a picture", Pictures.read(request));
    return Answer.json(Map.of("id", picture.id(), "size", picture.image().shape().times()));
  }

  /** Reads a network of any format; its bytes go to a file, block by block. */
  private Answer model(Request request) throws IOException {
    Path file = Files.createTempFile("fovea-network", "");
    try {
      request.to(file, MAX_MODEL);
      return opened(file, "a network");
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /** Opens the network that a training of the past came to. */
  private Answer run(Fields asked) {
    String name = asked.text("name");
    return opened(runs.model(name), Text.oneLine(Text.shown(name)));
  }

  /** Opens a network of the folder of networks. */
  private Answer file(Fields asked) {
    String id = asked.text("id");
    return opened(files.file(id), Text.oneLine(Text.shown(id)));
  }

  private Answer opened(Path file, String name) {
    OpenModel read = opener.apply(file);
    String id = workspace.nextId("m");
    workspace.put(OpenModel.of(id, name, read.model(), read.rule()));
    return Answer.json(Map.of("id", id));
  }

  private Answer rename(Fields asked) {
    workspace.rename(asked.text("id"), Text.oneLine(Text.shown(asked.text("name"))));
    return Answer.done();
  }

  private Answer pixels(Fields asked) {
    Workspace.Picture picture = workspace.picture(asked.text("id"));
    Tensor shown = Images.within(picture.image(), asked.integer("most", 16, 1024));
    return Answer.bundle(
        Pictures.bytes(
            Map.of(
                "name",
                picture.name(),
                "size",
                List.of(picture.image().shape().dim(0), picture.image().shape().dim(1))),
            shown));
  }

  /** Tells the colours of numbers: one table for signed ones, one for others. */
  private static Answer colours() {
    Map<String, Object> tables = new LinkedHashMap<>();
    tables.put("signed", ColourMap.PUOR.table());
    tables.put("plain", ColourMap.CIVIDIS.table());
    return Answer.json(tables);
  }

  private static Map<String, Object> tell(Workspace.Picture p) {
    Shape s = p.image().shape();
    return Map.of("id", p.id(), "name", p.name(), "size", List.of(s.dim(0), s.dim(1), s.dim(2)));
  }

  private static Map<String, Object> tell(OpenModel m) {
    return Map.of(
        "id", m.id(),
        "name", m.name(),
        "input", m.input().times(),
        "parameters", m.model().parameters().count(false));
  }
}
