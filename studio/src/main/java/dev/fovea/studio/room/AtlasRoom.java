package dev.fovea.studio.room;

import dev.fovea.insight.probe.Target;
import dev.fovea.studio.state.ActivationAtlas;
import dev.fovea.studio.state.Imagined;
import dev.fovea.studio.state.OneAtATime;
import dev.fovea.studio.state.OpenModel;
import dev.fovea.studio.state.StudioState;
import dev.fovea.studio.state.Workspace;
import dev.fovea.studio.web.Answer;
import dev.fovea.studio.web.Bundle;
import dev.fovea.studio.web.Fields;
import dev.fovea.studio.web.Refusal;
import dev.fovea.studio.web.Request;
import dev.fovea.studio.web.Room;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import java.io.IOException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Answers about activation atlases: their cells, and what the mean of a cell likes best. */
public final class AtlasRoom implements Room {
  private static final int ICON = 32;
  private static final int STRONGEST = 3;
  private static final int MOST_SIDE = 16;

  private final Workspace workspace;
  private final OneAtATime turn = new OneAtATime("atlas: another is being laid out; ask again");

  /** What was laid out last, whose cells are asked about. */
  private final AtomicReference<@Nullable Laid> last = new AtomicReference<>();

  /** What an atlas is asked for by. */
  private record Question(
      OpenModel net, List<Workspace.Picture> pictures, String path, int side, String method) {
    ActivationAtlas answer() {
      return ActivationAtlas.of(net, pictures, path, side, method);
    }
  }

  private record Laid(int number, Question question, ActivationAtlas atlas) {}

  /** Creates the room. */
  public AtlasRoom(StudioState state) {
    this.workspace = state.workspace();
  }

  @Override
  public String name() {
    return "atlas";
  }

  @Override
  public Answer answer(Request request) throws IOException {
    Fields f = request.json();
    return switch (request.action()) {
      case "lay" -> Answer.bundle(turn.alone(() -> lay(f)));
      case "imagine" -> Answer.bundle(turn.alone(() -> imagine(f)));
      default -> throw new Refusal(404, "atlas: knows lay and imagine");
    };
  }

  /** Returns the atlas that is asked for: the last, or another that is laid out now. */
  private Laid laid(Fields f) {
    OpenModel net = workspace.model(f.text("model"));
    UnitRoom.requirePictures(net);
    Question question =
        new Question(
            net,
            workspace.pictures(),
            f.text("path"),
            f.integer("side", 2, MOST_SIDE),
            f.oneOf("method", ActivationAtlas.METHODS));
    Laid known = last.get();
    if (known == null || !known.question.equals(question)) {
      known = new Laid(known == null ? 1 : known.number + 1, question, question.answer());
      last.set(known);
    }
    return known;
  }

  private Bundle lay(Fields f) {
    Laid laid = laid(f);
    ActivationAtlas atlas = laid.atlas;
    Map<String, Object> head = new LinkedHashMap<>();
    head.put("atlas", laid.number);
    head.put("places", atlas.places());
    head.put("cells", atlas.cells().stream().map(AtlasRoom::tell).toList());
    List<Tensor> icons = atlas.cells().stream().map(c -> Images.within(c.patch(), ICON)).toList();
    return Pictures.all(new Bundle(head), icons);
  }

  private static Map<String, Object> tell(ActivationAtlas.Cell c) {
    float[] mean = c.mean().data();
    List<Integer> strongest =
        IntStream.range(0, mean.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> -mean[i]))
            .limit(STRONGEST)
            .toList();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("row", c.row());
    fields.put("column", c.column());
    fields.put("count", c.count());
    fields.put("channels", strongest);
    fields.put("values", strongest.stream().map(i -> mean[i]).toList());
    return fields;
  }

  /**
   * Searches for the picture that goes furthest along the mean of a cell, for the network as it was
   * when the atlas was laid out.
   */
  private Bundle imagine(Fields f) {
    int number = f.integer("atlas", 1, Integer.MAX_VALUE);
    Laid laid = last.get();
    if (laid == null || laid.number != number) {
      throw new FoveaException("atlas: this one is no longer there; lay it out again");
    }
    int row = f.integer("row", 0, MOST_SIDE - 1);
    int column = f.integer("column", 0, MOST_SIDE - 1);
    Tensor mean =
        laid.atlas.cells().stream()
            .filter(c -> c.row() == row && c.column() == column)
            .findFirst()
            .map(ActivationAtlas.Cell::mean)
            .orElseThrow(() -> new FoveaException("atlas: no place lies in this cell"));
    Question asked = laid.question;
    Imagined found = Imagined.usual(asked.net, Target.direction(asked.path, mean));
    return Pictures.bytes(Map.of("value", found.value()), found.picture());
  }
}
