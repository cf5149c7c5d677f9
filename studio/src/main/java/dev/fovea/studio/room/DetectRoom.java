package dev.fovea.studio.room;

import dev.fovea.data.Task;
import dev.fovea.nn.Model;
import dev.fovea.studio.lesson.RingsAndBars;
import dev.fovea.studio.state.DigitReader;
import dev.fovea.studio.state.OneAtATime;
import dev.fovea.studio.state.OpenModel;
import dev.fovea.studio.state.SceneLearner;
import dev.fovea.studio.state.SkipSwitches;
import dev.fovea.studio.state.StudioState;
import dev.fovea.studio.state.Workspace;
import dev.fovea.studio.web.Answer;
import dev.fovea.studio.web.Bundle;
import dev.fovea.studio.web.Fields;
import dev.fovea.studio.web.Refusal;
import dev.fovea.studio.web.Request;
import dev.fovea.studio.web.Room;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.systems.box.Overlap;
import dev.fovea.systems.detect.Detector;
import dev.fovea.systems.detect.GridAnchors;
import dev.fovea.systems.panoptic.PanopticSegmenter;
import dev.fovea.systems.pose.PoseEstimator;
import dev.fovea.systems.published.ModelCard;
import dev.fovea.systems.published.ModelCards;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.InputRule;
import dev.fovea.vision.Placed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Shows what networks find in pictures: boxes with the grid and the anchors that they come from and
 * each step of their suppression, classes of pixels, segments, joints.
 */
public final class DetectRoom implements Room {
  /** What a network answers with. */
  enum Kind {
    /** Boxes of objects, perhaps with masks and key points. */
    BOXES,
    /** The class of each pixel. */
    PIXELS,
    /** Segments: objects, and what cannot be counted. */
    SEGMENTS,
    /** The joints of persons or the landmarks of faces. */
    POINTS;

    /** Returns what a network answers with, if it finds anything in pictures. */
    static Optional<Kind> of(Model model) {
      if (PoseEstimator.isPoseEstimator(model)) {
        return Optional.of(POINTS);
      }
      if (PanopticSegmenter.isPanoptic(model)) {
        return Optional.of(SEGMENTS);
      }
      if (Detector.isDetector(model)) {
        return Optional.of(BOXES);
      }
      boolean mask = model.output(0).task() == Task.MASK && model.outputs().get(0).rank() == 3;
      return mask ? Optional.of(PIXELS) : Optional.empty();
    }

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A picture that went through a network.
   *
   * @param net the network
   * @param picture the picture
   * @param placed the picture in the network's input
   * @param outputs what the network said
   * @param millis how long it took
   */
  record Seen(
      OpenModel net,
      Workspace.Picture picture,
      Placed placed,
      List<Tensor> outputs,
      double millis) {}

  private static final String PAGE = "a page with digits";

  /** So many steps teach the small U-Net in some seconds. */
  private static final int UNET_STEPS = 150;

  private final Workspace workspace;
  private final SceneLearner scenes;
  private final DigitReader digits;
  private final WindowsView windows = new WindowsView();
  private final SkipsView skips = new SkipsView();
  private final PrecisionView precision;
  private final LabelsView labels;
  private final OneAtATime learning =
      new OneAtATime("detect: a small U-Net is learning already; ask again");

  /** What was looked at last: thresholds change without running the network anew. */
  private final AtomicReference<@Nullable Seen> last = new AtomicReference<>();

  /** Creates the room. */
  public DetectRoom(StudioState state) {
    this.workspace = state.workspace();
    this.scenes = state.scenes();
    this.digits = state.digits();
    this.precision = new PrecisionView(workspace);
    this.labels = new LabelsView(workspace);
  }

  @Override
  public String name() {
    return "detect";
  }

  @Override
  public Answer answer(Request request) throws IOException {
    Fields f = request.json();
    return switch (request.action()) {
      case "models" -> models();
      case "learn" -> learn();
      case "read-as" -> readAs(f);
      case "look" -> look(f);
      case "anchors" -> anchors(f);
      case "overlap" -> overlap(f);
      case "skips" -> Answer.bundle(skips.of(seen(net(f), picture(f)), f));
      case "windows" -> Answer.bundle(windows.of(net(f), picture(f), f));
      case "digits" -> digits();
      case "precision" -> Answer.bundle(precision(f));
      case "labels" -> labels.keep(f);
      case "save-labels" -> labels.save(f);
      case "unet" -> unet();
      default -> throw new Refusal(404, "detect: does not know " + request.action());
    };
  }

  private Answer models() {
    List<Object> finders = new ArrayList<>();
    List<Object> others = new ArrayList<>();
    for (OpenModel m : workspace.models()) {
      Optional<Kind> kind = Kind.of(m.model());
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("id", m.id());
      fields.put("name", m.name());
      kind.ifPresent(k -> fields.put("kind", k.text()));
      (kind.isPresent() ? finders : others).add(fields);
    }
    List<Map<String, String>> cards =
        ModelCards.all().stream().map(c -> Map.of("name", c.name(), "about", c.about())).toList();
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("models", finders);
    all.put("classifiers", workspace.classifiers());
    all.put("others", others);
    all.put("cards", cards);
    all.put("scenes", scenes.progress().json("ap50"));
    return Answer.json(all);
  }

  /** Measures a detector on what a user has labelled, else on drawn scenes. */
  private Bundle precision(Fields f) {
    return f.has("boxes")
        ? precision.ofLabelled(net(f), PrecisionView.boxes(f))
        : precision.ofScenes(net(f));
  }

  /** Begins to teach a small detector drawn scenes, and puts a scene into the workspace. */
  private Answer learn() {
    return Answer.json(Map.of("model", SceneLearner.ID, "picture", scenes.begin()));
  }

  /**
   * Begins to teach the network that reads digits, and puts a page with some into the workspace.
   */
  private Answer digits() {
    digits.begin();
    String page =
        workspace.pictures().stream()
            .filter(p -> p.name().equals(PAGE))
            .findFirst()
            .orElseGet(() -> workspace.put(PAGE, WindowsView.digits()))
            .id();
    return Answer.json(Map.of("model", DigitReader.ID, "picture", page));
  }

  /** Teaches a small U-Net, and puts it and a scene into the workspace. */
  private Answer unet() {
    Model model = learning.alone(() -> RingsAndBars.taught(UNET_STEPS));
    OpenModel net =
        OpenModel.of(
            workspace.nextId("m"), "U-Net on rings and bars", model, OpenModel.rule(model));
    workspace.put(net);
    String scene = workspace.put("a ring and a bar", RingsAndBars.scene()).id();
    return Answer.json(Map.of("model", net.id(), "picture", scene));
  }

  private OpenModel net(Fields f) {
    return workspace.model(f.text("model"));
  }

  private Workspace.Picture picture(Fields f) {
    return workspace.picture(f.text("picture"));
  }

  /** Opens a network once more, with its outputs read as those of a published network. */
  private Answer readAs(Fields f) {
    OpenModel net = net(f);
    ModelCard card = ModelCards.find(f.text("card"));
    InputRule rule = card.rule(net.input());
    Model described = card.describe(net.model(), rule, List.of());
    if (Kind.of(described).isEmpty()) {
      throw new FoveaException("detect: " + card.name() + " finds nothing that is shown here");
    }
    String id = workspace.nextId("m");
    workspace.put(OpenModel.of(id, net.name() + " as " + card.name(), described, rule));
    return Answer.json(Map.of("id", id));
  }

  /** Returns what a network finds in a picture. */
  private Answer look(Fields f) {
    Seen seen = seen(net(f), picture(f));
    Kind kind =
        Kind.of(seen.net().model())
            .orElseThrow(() ->
                new FoveaException(
                    "detect: "
                        + seen.net().name()
                        + " does not say how its outputs are read; choose below what it is"));
    return Answer.bundle(
        switch (kind) {
          case BOXES -> FoundView.boxes(seen, f);
          case PIXELS ->
              FoundView.pixels(
                  seen, Map.of("joins", SkipSwitches.skips(seen.net().model()).size()));
          case SEGMENTS -> FoundView.segments(seen, f);
          case POINTS -> FoundView.points(seen, f);
        });
  }

  private Seen seen(OpenModel net, Workspace.Picture picture) {
    Optional<Seen> before =
        Optional.ofNullable(last.get())
            .filter(s -> s.net().equals(net) && s.picture().equals(picture));
    if (before.isPresent()) {
      return before.get();
    }
    if (net.model().inputs().size() != 1 || net.input().rank() != 3) {
      throw new FoveaException("detect: " + net.name() + " takes no picture");
    }
    Placed placed = net.placed(picture.image());
    Tensor input = net.rule().input(placed.input());
    long begin = System.nanoTime();
    List<Tensor> outputs = net.model().run(List.of(input.reshape(input.shape().prepend(1))));
    Seen seen = new Seen(net, picture, placed, outputs, (System.nanoTime() - begin) / 1e6);
    last.set(seen);
    return seen;
  }

  /** Returns the anchors of a cell, in pixels of the picture. */
  private Answer anchors(Fields f) {
    Seen seen = seen(net(f), picture(f));
    GridAnchors anchors =
        Detector.of(seen.net().model())
            .rule()
            .decoder()
            .anchors()
            .orElseThrow(() -> new FoveaException("detect: this network has no anchors"));
    int map = f.integer("map", 0, anchors.maps().size() - 1);
    GridAnchors.Grid grid = anchors.maps().get(map);
    int row = f.integer("row", 0, grid.rows() - 1);
    int column = f.integer("column", 0, grid.columns() - 1);
    int first = 0;
    for (int i = 0; i < map; i++) {
      GridAnchors.Grid g = anchors.maps().get(i);
      first += g.rows() * g.columns() * g.sizes().size();
    }
    first += (row * grid.columns() + column) * grid.sizes().size();
    BoxArray all = anchors.boxes();
    List<Object> boxes = new ArrayList<>();
    for (int i = 0; i < grid.sizes().size(); i++) {
      boxes.add(FoundView.corners(all, first + i, seen.placed().placement()));
    }
    return Answer.json(Map.of("boxes", boxes));
  }

  /** Returns how much two boxes are one, by all measures. */
  private static Answer overlap(Fields f) {
    BoxArray a = box(f, "a");
    BoxArray b = box(f, "b");
    Map<String, Object> fields = new LinkedHashMap<>();
    for (Overlap o : Overlap.values()) {
      fields.put(o.name().toLowerCase(Locale.ROOT), o.of(a, 0, b, 0));
    }
    return Answer.json(fields);
  }

  private static BoxArray box(Fields f, String name) {
    float[] n = f.numbers(name, 4);
    if (n.length != 4) {
      throw new FoveaException("detect " + name + ": left, top, right and bottom expected");
    }
    return BoxArray.of(Tensor.of(Shape.of(1, 4), n));
  }
}
