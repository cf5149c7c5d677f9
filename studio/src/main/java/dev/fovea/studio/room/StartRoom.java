package dev.fovea.studio.room;

import dev.fovea.engine.Engine;
import dev.fovea.insight.colour.ColourMap;
import dev.fovea.studio.stock.OpenModel;
import dev.fovea.studio.stock.Shelf;
import dev.fovea.studio.stock.Stock;
import dev.fovea.studio.web.Answer;
import dev.fovea.studio.web.Door;
import dev.fovea.studio.web.Refusal;
import dev.fovea.studio.web.Request;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tells what is open. */
public final class StartRoom implements Door {
  private final Shelf shelf;

  /** Creates the room. */
  public StartRoom(Stock stock) {
    this.shelf = stock.shelf();
  }

  @Override
  public String name() {
    return "start";
  }

  @Override
  public Answer answer(Request request) {
    return switch (request.action()) {
      case "open" -> open();
      case "colours" -> colours();
      default -> throw new Refusal(404, "start: knows open and colours");
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
