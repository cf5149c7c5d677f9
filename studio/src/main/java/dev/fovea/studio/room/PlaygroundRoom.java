package dev.fovea.studio.room;

import dev.fovea.studio.state.NamedOptimizer;
import dev.fovea.studio.state.NetSpec;
import dev.fovea.studio.state.PlaneFormula;
import dev.fovea.studio.state.PlanePoints;
import dev.fovea.studio.state.Play;
import dev.fovea.studio.web.Answer;
import dev.fovea.studio.web.Fields;
import dev.fovea.studio.web.Refusal;
import dev.fovea.studio.web.Request;
import dev.fovea.studio.web.Room;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Small networks learn points of the plane, and every unit shows what it sees of it. */
public final class PlaygroundRoom implements Room {
  /** Points that the user sets. */
  private static final String OWN = "own";

  /** Points whose classes a formula of the user's tells. */
  private static final String FORMULA = "formula";

  private static final List<String> KINDS =
      Stream.concat(PlanePoints.KINDS.stream(), Stream.of(FORMULA, OWN)).toList();

  private static final int MOST = 8;
  private static final int MOST_STEPS = 100;

  private final Map<String, Play> plays = new LinkedHashMap<>();
  private int given;

  /** Creates the room. */
  public PlaygroundRoom() {}

  @Override
  public String name() {
    return "playground";
  }

  @Override
  public Answer answer(Request request) throws IOException {
    Fields f = request.json();
    return switch (request.action()) {
      case "options" ->
          Answer.json(
              Map.of(
                  "kinds",
                  KINDS,
                  "most",
                  PlanePoints.MOST_OWN,
                  "optimizers",
                  NamedOptimizer.NAMES));
      case "begin" -> begin(f);
      case "go" -> Answer.bundle(play(f.text("id")).go(f.integer("count", 0, MOST_STEPS)));
      case "source" -> Answer.json(Map.of("java", play(f.text("id")).program()));
      case "save" -> Networks.save(play(f.text("id")).network(), f);
      default -> throw new Refusal(404, "playground: does not know " + request.action());
    };
  }

  private Answer begin(Fields f) {
    int classes = f.integer("classes", 2, 6);
    int seed = f.integer("seed", 0, Integer.MAX_VALUE);
    String kind = f.oneOf("kind", KINDS);
    PlanePoints points =
        switch (kind) {
          case OWN -> PlanePoints.own(f.numbers("points", 3 * PlanePoints.MOST_OWN), classes);
          case FORMULA ->
              PlanePoints.of(
                  new PlaneFormula(f.text("formula")),
                  classes,
                  f.number("noise", 0, 3),
                  Seed.of(seed));
          default -> PlanePoints.of(kind, classes, f.number("noise", 0, 3), Seed.of(seed));
        };
    NamedOptimizer optimizer =
        new NamedOptimizer(
            f.has("optimizer") ? f.oneOf("optimizer", NamedOptimizer.NAMES) : "adam",
            f.number("rate", 1e-6, 10));
    return Answer.json(
        Map.of("id", put(new Play(new Play.Settings(NetSpec.of(f), points, optimizer, seed)))));
  }

  /** Keeps a play; the oldest goes where there are too many. */
  private synchronized String put(Play play) {
    given++;
    String id = "play" + given;
    plays.put(id, play);
    if (plays.size() > MOST) {
      plays.remove(List.copyOf(plays.keySet()).getFirst());
    }
    return id;
  }

  private synchronized Play play(String id) {
    return Optional.ofNullable(plays.get(id))
        .orElseThrow(() -> new FoveaException("playground: " + id + " is over; begin again"));
  }
}
