package dev.fovea.studio;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.studio.lesson.RingsAndBars;
import dev.fovea.studio.room.Rooms;
import dev.fovea.studio.state.DrawnScenes;
import dev.fovea.studio.state.LiveTraining;
import dev.fovea.studio.state.OpenModel;
import dev.fovea.studio.state.StudioState;
import dev.fovea.studio.web.Answer;
import dev.fovea.studio.web.Refusal;
import dev.fovea.studio.web.Request;
import dev.fovea.studio.web.Room;
import dev.fovea.studio.web.Uploads;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Damaged requests to all rooms: each is answered, or refused in one line. */
final class RequestFuzzTest {
  private static final int MUTANTS = 80;

  /** What takes long to answer is damaged less often. */
  private static final int DEAR_MUTANTS = 10;

  private static final Set<String> DEAR =
      Set.of(
          "train/at",
          "train/backward",
          "train/embedding",
          "train/save",
          "train/arithmetic",
          "unit/card",
          "unit/imagine",
          "atlas/lay",
          "atlas/imagine",
          "train/unit",
          "train/speed",
          "compare/data",
          "detect/windows",
          "detect/precision",
          "detect/skips",
          "teach/learn",
          "teach/program");

  private static final List<String> NUMBERS =
      List.of(
          "-1", "0", "1e308", "1e-320", "9223372036854775808", "2147483647", "null", "[]", "{}");
  private static final String PLAN =
      "{\"name\":\"n\",\"data\":\"digits\",\"samples\":100,\"epochs\":1,\"batch\":100,"
          + "\"optimizer\":\"adam\",\"rate\":0.001,\"schedule\":\"constant\",\"seed\":1,"
          + "\"layers\":[{\"type\":\"conv2d\",\"filters\":4,\"kernel\":3,\"stride\":4},"
          + "{\"type\":\"relu\"},{\"type\":\"flatten\"},{\"type\":\"dense\",\"units\":10}]}";

  /**
   * Whole requests by room and action, a blank behind a second one of the same; those that may
   * close the networks of others come last.
   */
  private static Map<String, String> seeds() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("start/open", "{}");
    all.put("start/files", "{}");
    all.put("start/name", "{\"id\":\"p1\",\"name\":\"a \\u00e9 name\"}");
    all.put("start/pixels", "{\"id\":\"p1\",\"most\":32}");
    all.put(
        "kernels/apply",
        "{\"picture\":\"p1\",\"most\":32,\"border\":\"zero\",\"stride\":2,\"display\":\"signed\","
            + "\"kernels\":[{\"height\":1,\"width\":2,\"weights\":[1,-1]}]}");
    all.put(
        "convolution/compute",
        "{\"kind\":\"conv\",\"height\":3,\"width\":3,\"channels\":1,\"filters\":1,\"groups\":1,"
            + "\"kernelHeight\":2,\"kernelWidth\":2,\"strideHeight\":1,\"strideWidth\":1,"
            + "\"dilationHeight\":1,\"dilationWidth\":1,\"top\":0,\"bottom\":0,\"left\":0,\"right\":0,"
            + "\"x\":[1,2,3,4,5,6,7,8,9],\"weight\":[1,0,0,-1],\"bias\":[0],\"dy\":[1,2,3,4]}");
    all.put(
        "detect/labels", "{\"boxes\":[{\"picture\":\"p1\",\"label\":\"a\",\"box\":[1,2,30,40]}]}");
    all.put(
        "detect/save-labels",
        "{\"form\":\"coco\",\"boxes\":[{\"picture\":\"p1\",\"label\":\"a\",\"box\":[1,2,30,40]}]}");
    all.put("kernels/spectrum", "{\"height\":1,\"width\":2,\"weights\":[1,-1]}");
    all.put(
        "convolution/ways",
        "{\"kind\":\"conv\",\"height\":3,\"width\":3,\"channels\":1,\"filters\":1,\"groups\":1,"
            + "\"kernelHeight\":2,\"kernelWidth\":2,\"strideHeight\":1,\"strideWidth\":1,"
            + "\"dilationHeight\":1,\"dilationWidth\":1,\"top\":0,\"bottom\":0,\"left\":0,\"right\":1,"
            + "\"x\":[1,2,3,4,5,6,7,8,9],\"weight\":[1,0,0,-1]}");
    all.put("train/freeze", "{\"layer\":\"0\",\"to\":\"frozen\"}");
    all.put("train/recipe", "{}");
    all.put("train/at", "{\"step\":1,\"sample\":1}");
    all.put("train/backward", "{\"step\":1,\"sample\":1}");
    all.put("train/embedding", "{\"method\":\"pca\",\"samples\":10}");
    all.put("train/unit", "{\"path\":\"0\",\"channel\":1}");
    all.put("train/health", "{}");
    all.put(
        "train/arithmetic",
        "{\"step\":1,\"sample\":1,\"path\":\"0\",\"channel\":1,\"row\":2,\"column\":3}");
    all.put(
        "train/augmented",
        "{\"data\":\"digits\",\"samples\":100,\"changes\":[\"shift\",\"elastic\"],\"sample\":3}");
    all.put("train/save", "{\"format\":\"onnx\"}");
    all.put("train/check", PLAN);
    all.put(
        "playground/begin",
        "{\"kind\":\"spirals\",\"classes\":2,\"noise\":0.1,\"seed\":1,\"rate\":0.03,"
            + "\"layers\":[{\"type\":\"dense\",\"units\":2}]}");
    all.put(
        "playground/begin ",
        "{\"kind\":\"formula\",\"formula\":\"sin(x)>y/3\",\"classes\":2,\"noise\":0.1,\"seed\":1,"
            + "\"rate\":0.03,\"optimizer\":\"sgd\",\"layers\":[{\"type\":\"dense\",\"units\":2}]}");
    all.put(
        "explain/explain",
        "{\"model\":\"m1\",\"picture\":\"p1\",\"class\":0,\"method\":\"saliency\"}");
    all.put("explain/predict", "{\"model\":\"m2\",\"picture\":\"p1\",\"score\":0.001,\"class\":1}");
    all.put(
        "explain/cover",
        "{\"model\":\"u1\",\"picture\":\"p1\",\"class\":0,\"top\":3,\"left\":4,\"size\":5}");
    all.put("graph/open", "{\"model\":\"m1\",\"open\":[\"a\",\"b.c\"]}");
    all.put("unit/card", "{\"model\":\"m1\",\"path\":\"0\",\"channel\":1}");
    all.put(
        "unit/imagine",
        "{\"model\":\"m1\",\"path\":\"0\",\"channel\":1,\"space\":\"pixels\",\"steps\":4,\"jitter\":1,"
            + "\"zoom\":0.1,\"turn\":5,\"blur\":2,\"decay\":0.01,\"variation\":0.1}");
    all.put("graph/spread", "{\"model\":\"m1\",\"picture\":\"p1\"}");
    all.put(
        "graph/layer",
        "{\"model\":\"m1\",\"picture\":\"p1\",\"path\":\"0\",\"first\":1,\"count\":1}");
    all.put("graph/drawing", "{\"model\":\"m1\",\"style\":\"lenet\",\"depth\":1}");
    all.put(
        "unit/arithmetic",
        "{\"model\":\"m1\",\"picture\":\"p1\",\"path\":\"0\",\"channel\":1,\"row\":2,\"column\":3}");
    all.put(
        "unit/strongest",
        "{\"model\":\"m1\",\"picture\":\"p1\",\"path\":\"0\",\"x\":0.5,\"y\":0.25}");
    all.put("atlas/imagine", "{\"atlas\":1,\"row\":1,\"column\":1}");
    all.put("atlas/lay", "{\"model\":\"m1\",\"path\":\"0\",\"side\":4,\"method\":\"pca\"}");
    all.put("start/layers", "{}");
    all.put("compare/picture", "{\"model\":\"m1\",\"picture\":\"p1\"}");
    all.put("compare/maps", "{\"model\":\"m1\",\"picture\":\"p1\",\"layer\":\"0\"}");
    all.put(
        "compare/data", "{\"first\":\"m1\",\"second\":\"m1\",\"data\":\"digits\",\"samples\":10}");
    all.put(
        "compare/graphs", "{\"first\":\"m1\",\"second\":\"m2\",\"picture\":\"p1\",\"folded\":1}");
    all.put("compare/runs", "{\"most\":12}");
    all.put("compare/run-curves", "{\"runs\":[],\"figure\":\"loss\"}");
    all.put("lessons/suppression", "{\"threshold\":0.5}");
    all.put("lessons/overlap", "{\"left\":3,\"top\":4,\"size\":20}");
    all.put("lessons/field", "{\"kernel\":3,\"layers\":2,\"dilation\":1,\"stride\":1}");
    all.put("detect/look", "{\"model\":\"m2\",\"picture\":\"p1\",\"score\":0.5,\"overlap\":0.4}");
    all.put(
        "detect/anchors", "{\"model\":\"m2\",\"picture\":\"p1\",\"map\":0,\"row\":0,\"column\":0}");
    all.put("detect/overlap", "{\"a\":[1,2,3,4],\"b\":[2,2,5,6]}");
    all.put(
        "detect/windows",
        "{\"model\":\"m1\",\"picture\":\"p1\",\"step\":7,\"scale\":0.15,\"class\":0}");
    all.put("detect/skips", "{\"model\":\"u1\",\"picture\":\"p1\",\"off\":[0,1]}");
    all.put("detect/precision", "{\"model\":\"m2\"}");
    all.put(
        "detect/precision ",
        "{\"model\":\"m2\",\"boxes\":[{\"picture\":\"p1\",\"label\":\""
            + DrawnScenes.things().getFirst()
            + "\",\"box\":[1,2,30,40]}]}");
    all.put("teach/label", "{\"id\":0,\"class\":0}");
    all.put("teach/learn", "{\"classes\":[\"a\",\"b\"]}");
    all.put("teach/program", "{\"classes\":[\"a\",\"b/../c\"]}");
    all.put("train/open", "{\"sample\":1}");
    return all;
  }

  private static byte[] mutant(byte[] seed, Rng rng) {
    String text = new String(seed, StandardCharsets.UTF_8);
    int at = rng.nextInt(seed.length);
    if (rng.nextInt(3) == 0) {
      String number = NUMBERS.get(rng.nextInt(NUMBERS.size()));
      return text.replaceFirst(":[0-9.]+", ":" + number).getBytes(StandardCharsets.UTF_8);
    }
    byte[] bytes = seed.clone();
    for (int i = 0; i <= rng.nextInt(3); i++) {
      bytes[rng.nextInt(bytes.length)] = (byte) rng.nextInt(256);
    }
    return rng.nextInt(3) == 0 ? text.substring(0, at).getBytes(StandardCharsets.UTF_8) : bytes;
  }

  private final StudioState state =
      StudioState.create(
          Path.of("none"),
          Path.of("none"),
          Path.of("none"),
          path -> {
            throw new FoveaException("network: none is read here");
          });
  private final Map<String, Room> rooms = new LinkedHashMap<>();

  private Answer ask(String door, byte... body) throws IOException {
    String[] parts = door.split("/", -1);
    String query = parts[0].equals("teach") ? "id=teaching1" : "";
    Request request =
        new Request(
            parts[1].strip(), query, body.length, new ByteArrayInputStream(body), new Uploads());
    return Objects.requireNonNull(rooms.get(parts[0])).answer(request);
  }

  private void ask(String door, String json) throws IOException {
    var _ = ask(door, json.getBytes(StandardCharsets.UTF_8));
  }

  /** Opens a classifier and a detector, shows two examples and does a training of one step. */
  @BeforeEach
  void fill() throws Exception {
    Rooms.all(state).forEach(r -> rooms.put(r.name(), r));
    Model tiny =
        Model.build(
            sequence(conv2d(4, 3).stride(4), relu(), flatten(), dense(10)),
            Shape.of(28, 28, 1),
            Seed.of(1),
            Engine.shared());
    Model detector = SystemNets.of("yolo-tiny");
    state.workspace().put(OpenModel.of("m1", "tiny", tiny, OpenModel.rule(tiny)));
    state.workspace().put(OpenModel.of("m2", "yolo", detector, OpenModel.rule(detector)));
    Model pixels = RingsAndBars.taught(1);
    state.workspace().put(OpenModel.of("u1", "U-Net", pixels, OpenModel.rule(pixels)));
    ask("atlas/lay", "{\"model\":\"m1\",\"path\":\"0\",\"side\":2,\"method\":\"pca\"}");
    ask("teach/begin", "{\"model\":\"m1\"}");
    byte[] png = SystemNets.png(SystemNets.scene());
    for (int i = 0; i < 2; i++) {
      var _ = ask("teach/example", png);
      ask("teach/label", "{\"id\":%s,\"class\":%s}".formatted(i, i));
    }
    ask("train/begin", PLAN);
    LiveTraining live = state.trainings().active().orElseThrow().live();
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
    while (!"ended".equals(live.json().get("phase"))) {
      assertThat(live.json()).containsEntry("problem", "");
      assertThat(System.nanoTime() - end).as("still training").isNegative();
      Thread.sleep(5);
    }
  }

  @AfterEach
  void end() {
    state.trainings().close();
  }

  @Test
  void everyDamagedRequestIsAnsweredOrRefusedInOneLine() throws IOException {
    List<String> wrong = new ArrayList<>();
    int refused = 0;
    for (Map.Entry<String, String> e : seeds().entrySet()) {
      String door = e.getKey();
      ask(door, e.getValue()); // as it is, nothing is refused
      byte[] seed = e.getValue().getBytes(StandardCharsets.UTF_8);
      Rng rng = new Rng(door.hashCode());
      for (int i = 0; i < (DEAR.contains(door.strip()) ? DEAR_MUTANTS : MUTANTS); i++) {
        byte[] body = mutant(seed, rng);
        try {
          var _ = ask(door, body);
        } catch (Refusal | FoveaException refusal) {
          refused++;
          if (String.valueOf(refusal.getMessage()).lines().count() != 1) {
            wrong.add(door + " " + i + ": " + refusal.getMessage());
          }
        } catch (RuntimeException | OutOfMemoryError error) {
          wrong.add(door + " " + new String(body, StandardCharsets.UTF_8) + ": " + error);
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(refused).isGreaterThan(MUTANTS);
  }
}
