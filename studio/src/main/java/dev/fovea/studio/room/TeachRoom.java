package dev.fovea.studio.room;

import dev.fovea.io.Text;
import dev.fovea.nn.Prediction;
import dev.fovea.studio.state.Features;
import dev.fovea.studio.state.OneAtATime;
import dev.fovea.studio.state.OpenModel;
import dev.fovea.studio.state.StudioState;
import dev.fovea.studio.state.Teaching;
import dev.fovea.studio.state.TeachingWay;
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
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Teaches a trained network classes of one's own, by pictures from a camera or from files. */
public final class TeachRoom implements Room {
  private static final String NAME = "my classes";

  /** So many examples are shown that are like a picture. */
  private static final int NEAREST = 5;

  /** The most courses at once; each may hold 80 MB of features and 150 MB of pictures. */
  private static final int MOST = 4;

  private final StudioState state;
  private final Map<String, Course> courses = new LinkedHashMap<>();
  private final OneAtATime whole =
      new OneAtATime("teach: all layers of another network are learning; ask again when they end");
  private int begun;

  /** What one page teaches: its examples, and the network that has learned them. */
  private static final class Course {
    private final Teaching teaching;
    private final AtomicReference<@Nullable OpenModel> taught = new AtomicReference<>();

    Course(Features features) {
      this.teaching = new Teaching(features);
    }

    OpenModel taught() {
      return Optional.ofNullable(taught.get())
          .orElseThrow(() -> new FoveaException("teach: nothing has been learned yet"));
    }
  }

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
      case "label" -> label(request);
      case "learn" -> learn(request);
      case "say" -> say(request);
      case "program" -> program(request);
      case "save" -> Networks.save(course(request).taught().model(), request.json());
      default -> throw new Refusal(404, "teach: does not know " + request.action());
    };
  }

  private Answer models() {
    state.digits().begin();
    return Answer.json(Map.of("models", state.workspace().classifiers()));
  }

  /** Returns the course that a page has begun. */
  private synchronized Course course(Request request) {
    String id = request.id();
    return Optional.ofNullable(courses.get(id))
        .orElseThrow(() -> new FoveaException("teach: " + id + " is over; choose a network again"));
  }

  /** Begins a course with the features of a network; the oldest goes where there are too many. */
  private Answer begin(Fields f) {
    Course course = new Course(new Features(state.workspace().model(f.text("model"))));
    synchronized (this) {
      begun++;
      String id = "teaching" + begun;
      courses.put(id, course);
      if (courses.size() > MOST) {
        courses.remove(List.copyOf(courses.keySet()).getFirst());
      }
      return Answer.json(Map.of("id", id));
    }
  }

  /** Takes a picture; its class is told afterwards. */
  private Answer example(Request request) throws IOException {
    return Answer.json(Map.of("id", course(request).teaching.add(Pictures.read(request))));
  }

  private Answer label(Request request) throws IOException {
    Teaching teaching = course(request).teaching;
    Fields f = request.json();
    teaching.label(
        f.integer("id", 0, Integer.MAX_VALUE), f.integer("class", -1, Teaching.MOST_CLASSES - 1));
    return Answer.done();
  }

  private static List<String> classes(Fields f) {
    return f.list("classes", Teaching.MOST_CLASSES).stream()
        .map(o -> Text.oneLine(Text.shown(o.toString())))
        .toList();
  }

  /** Gives a program that learns a new last layer, with the network and the examples. */
  private Answer program(Request request) throws IOException {
    Teaching teaching = course(request).teaching;
    List<String> classes = classes(request.json());
    return PackedFolder.answer("my-classes", folder -> teaching.write(folder, classes));
  }

  private Answer learn(Request request) throws IOException {
    Course course = course(request);
    Fields f = request.json();
    List<String> classes = classes(f);
    Teaching by = course.teaching;
    TeachingWay way =
        f.has("way") ? TeachingWay.of(f.oneOf("way", TeachingWay.names())) : TeachingWay.FROZEN;
    Teaching.Taught learned =
        way == TeachingWay.FROZEN
            ? by.learn(classes, way)
            : whole.alone(() -> by.learn(classes, way));
    OpenModel open =
        OpenModel.of(
            state.workspace().nextId("m"),
            NAME + ", " + way.text(),
            learned.model(),
            by.features().base().rule());
    state.workspace().put(open);
    course.taught.set(open);
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", open.id());
    fields.put("right", learned.right());
    fields.put("tested", learned.tested());
    fields.put("examples", learned.examples());
    fields.put("weights", learned.weights());
    fields.put("seconds", learned.seconds());
    return Answer.json(fields);
  }

  /** Says what a picture is, and which examples are most like it. */
  private Answer say(Request request) throws IOException {
    Course course = course(request);
    OpenModel net = course.taught();
    Tensor picture = Pictures.read(request);
    Prediction said = net.model().predict(net.rule().input(net.place(picture)));
    List<Map<String, Object>> near =
        course.teaching.nearest(picture, NEAREST).stream().map(TeachRoom::near).toList();
    return Answer.json(Map.of("shares", Bundle.list(said.probabilities()), "near", near));
  }

  private static Map<String, Object> near(Teaching.Near n) {
    return Map.of("id", n.id(), "class", n.label(), "distance", n.distance());
  }
}
