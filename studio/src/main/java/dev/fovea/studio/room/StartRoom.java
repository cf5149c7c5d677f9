package dev.fovea.studio.room;

import dev.fovea.engine.Engine;
import dev.fovea.insight.colour.ColourMap;
import dev.fovea.io.Text;
import dev.fovea.studio.stock.OpenModel;
import dev.fovea.studio.stock.Shelf;
import dev.fovea.studio.stock.Stock;
import dev.fovea.studio.web.Answer;
import dev.fovea.studio.web.Door;
import dev.fovea.studio.web.Fields;
import dev.fovea.studio.web.Refusal;
import dev.fovea.studio.web.Request;
import dev.fovea.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Tells what is open. */
public final class StartRoom implements Door {
  private static final long MAX_MODEL = 2L << 30;

  private final Shelf shelf;
  private final Function<Path, OpenModel> opener;

  /** Creates the room. */
  public StartRoom(Stock stock) {
    this.shelf = stock.shelf();
    this.opener = stock.opener();
    Pictures.putUsual(shelf);
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
      case "picture" -> picture(request);
      case "model" -> model(request);
      case "name" -> rename(request.json());
      case "pixels" -> pixels(request.json());
      default -> throw new Refusal(404, "start: does not know " + request.action());
    };
  }

  private Answer open() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("models", shelf.models().stream().map(StartRoom::tell).toList());
    fields.put(
        "pictures",
        shelf.pictures().stream().map(p -> Map.of("id", p.id(), "name", p.name())).toList());
    fields.put("kernels", Engine.shared().kernels());
    fields.put("threads", Engine.shared().threads());
    fields.put("notice", Engine.shared().notice().map(List::of).orElse(List.of()));
    return Answer.json(fields);
  }

  private Answer picture(Request request) throws IOException {
    Shelf.Picture picture = shelf.put("a picture", Pictures.read(request));
    return Answer.json(Map.of("id", picture.id(), "size", picture.image().shape().times()));
  }

  /** Reads a network of any format; its bytes go to a file, block by block. */
  private Answer model(Request request) throws IOException {
    Path file = Files.createTempFile("fovea-network", "");
    try {
      request.to(file, MAX_MODEL);
      OpenModel read = opener.apply(file);
      String id = shelf.nextId("m");
      shelf.put(OpenModel.of(id, "a network", read.model(), read.rule()));
      return Answer.json(Map.of("id", id));
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private Answer rename(Fields asked) {
    shelf.rename(asked.text("id"), Text.oneLine(Text.shown(asked.text("name"))));
    return Answer.done();
  }

  private Answer pixels(Fields asked) {
    Shelf.Picture picture = shelf.picture(asked.text("id"));
    Tensor shown = Pictures.within(picture.image(), asked.integer("most", 16, 1024));
    return Answer.bundle(Pictures.bytes(Map.of("name", picture.name()), shown));
  }

  /** Tells the colours of numbers: one table for signed ones, one for others. */
  private static Answer colours() {
    Map<String, Object> tables = new LinkedHashMap<>();
    tables.put("signed", ColourMap.PUOR.table());
    tables.put("plain", ColourMap.CIVIDIS.table());
    return Answer.json(tables);
  }

  private static Map<String, Object> tell(OpenModel m) {
    return Map.of(
        "id", m.id(),
        "name", m.name(),
        "input", m.input().times(),
        "parameters", m.model().parameters().count(false),
        "digits", m.readsDigits());
  }
}
