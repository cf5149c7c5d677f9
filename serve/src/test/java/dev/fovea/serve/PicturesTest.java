package dev.fovea.serve;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.sequence;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.Preprocessing;
import dev.fovea.data.Task;
import dev.fovea.engine.Engine;
import dev.fovea.io.Json;
import dev.fovea.nn.Model;
import dev.fovea.nn.Prediction;
import dev.fovea.serve.Asking.Answered;
import dev.fovea.serve.http.Body;
import dev.fovea.serve.http.HttpException;
import dev.fovea.serve.http.MemoryBudget;
import dev.fovea.serve.http.Reply;
import dev.fovea.serve.http.Request;
import dev.fovea.systems.Detection;
import dev.fovea.systems.detect.Detector;
import dev.fovea.systems.mask.RunLengths;
import dev.fovea.systems.net.Plan;
import dev.fovea.systems.net.Setup;
import dev.fovea.systems.net.Systems;
import dev.fovea.systems.segment.Segmenter;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import dev.fovea.vision.InputRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is answered about pictures is what the library says of them. */
final class PicturesTest {
  private static final int SIDE = 12;

  @TempDir private Path folder;

  private Path picture() {
    Tensor image = Tensor.zeros(Shape.of(20, 30, 3));
    for (int i = 0; i < image.data().length; i++) {
      image.data()[i] = i * 7 % 256;
    }
    Path file = folder.resolve("picture.png");
    Images.writePng(file, image);
    return file;
  }

  private static Model withRule(Model model, String labels) {
    Map<String, String> texts = new LinkedHashMap<>(model.metadata());
    new InputRule(Preprocessing.scaled(model.inputs().get(0)), false).put(texts);
    texts.put("labels", labels);
    return model.withMetadata(texts);
  }

  private static Map<String, Object> answer(Model model, Path picture, String arguments)
      throws IOException {
    ServerOptions options = ServerOptions.usual().warmUp(Duration.ZERO);
    try (RunningServer server = Server.of(ServedModel.of("m", model)).options(options).start()) {
      Answered answered =
          new Asking(server.address())
              .post("/v1/predict/m" + arguments, Files.readAllBytes(picture));
      assertThat(answered.status()).as(answered.text()).isEqualTo(200);
      return answered.json();
    }
  }

  @Test
  void classes() throws IOException {
    Model model =
        withRule(
            Model.build(sequence(flatten(), dense(4)), Shape.of(SIDE, SIDE, 1), Seed.of(3)),
            "a\nb\nc\nd");
    Path picture = picture();
    Map<String, Object> answer = answer(model, picture, "?top=2");
    InputRule rule = InputRule.of(model.metadata(), "model").orElseThrow();
    Prediction expected = model.predict(rule.input(rule.place(picture).input()));
    assertThat(answer)
        .containsEntry("task", "classes")
        .containsEntry("width", 30L)
        .containsEntry("height", 20L);
    List<Object> predictions =
        Json.array(Json.member(answer, "predictions", "answer"), "predictions");
    assertThat(predictions).hasSize(2);
    assertThat(Json.object(predictions.get(0), "first"))
        .containsEntry("label", expected.best().label())
        .containsEntry("index", (long) expected.best().index())
        .extractingByKey("probability")
        .isEqualTo(Double.parseDouble(Float.toString(expected.best().probability())));
  }

  @Test
  void classesOfPixels() throws IOException {
    Model model =
        withRule(Model.build(conv2d(3, 3).same(), Shape.of(SIDE, SIDE, 3), Seed.of(5)), "x\ny\nz");
    model.setTask(0, Task.MASK);
    Path picture = picture();
    Map<String, Object> answer = answer(model, picture, "");
    Tensor expected = Segmenter.of(model).segment(Images.read(picture)).classes();
    assertThat(answer).containsEntry("task", "mask");
    Tensor told = Tensor.full(Shape.of(20, 30), -1);
    for (Object o : Json.array(Json.member(answer, "classes", "answer"), "classes")) {
      Map<String, Object> c = Json.object(o, "class");
      Tensor mask = RunLengths.fromJson(Json.member(c, "mask", "answer"), "mask").map();
      for (int i = 0; i < mask.data().length; i++) {
        if (mask.data()[i] != 0) {
          told.data()[i] = Json.integer(Json.member(c, "index", "answer"), "index");
        }
      }
    }
    assertThat(told.data()).containsExactly(expected.data());
  }

  private static Reply predict(Model model, byte[] picture, long memory) throws IOException {
    Registry registry = new Registry(Duration.ZERO);
    registry.put(LoadedModel.of(ServedModel.of("m", model), new ServerMetrics(registry::all)));
    try (MemoryBudget.Share share = new MemoryBudget(memory).share()) {
      Request request =
          new Request(
              "127.0.0.1",
              "POST",
              "/v1/predict/m",
              "",
              name -> null,
              Body.of(picture),
              picture.length,
              share,
              Runnable::run,
              false);
      return new Inference(registry, Duration.ofSeconds(30))
          .predict(request, "m", OptionalInt.empty())
          .join();
    } finally {
      registry.close();
    }
  }

  /** 30×20 pixels take 12 bytes each beside the body: 7,200 are more than all 6 KiB. */
  @Test
  void mapsOfThePicturesSizeTakeMemory() throws IOException {
    Model model =
        withRule(Model.build(conv2d(3, 3).same(), Shape.of(SIDE, SIDE, 3), Seed.of(5)), "x\ny\nz");
    model.setTask(0, Task.MASK);
    byte[] picture = Files.readAllBytes(picture());
    Model ofPictures =
        withRule(
            Model.build(sequence(flatten(), dense(4)), Shape.of(SIDE, SIDE, 1), Seed.of(3)),
            "a\nb\nc\nd");
    assertThat(predict(ofPictures, picture, 6 << 10).status()).isEqualTo(200);
    assertThatThrownBy(() -> predict(model, picture, 6 << 10))
        .isInstanceOfSatisfying(HttpException.class, e -> assertThat(e.status()).isEqualTo(413));
    assertThat(predict(model, picture, 16 << 10).status()).isEqualTo(200);
  }

  @Test
  void boxes() throws IOException {
    Plan plan = Plan.of(List.of("cat", "dog"), Preprocessing.scaled(Shape.of(96, 96, 3)));
    Setup setup = Systems.find("ssd-small").setUp(plan);
    Model model = setup.used(setup.model(Seed.of(1), Engine.shared()));
    Path picture = picture();
    Map<String, Object> answer = answer(model, picture, "?score=0.2");
    List<Detection> expected = Detector.of(model).score(0.2).detect(picture);
    assertThat(answer).containsEntry("task", "boxes");
    List<Object> told = Json.array(Json.member(answer, "detections", "answer"), "detections");
    assertThat(told).hasSameSizeAs(expected).isNotEmpty();
    for (int i = 0; i < told.size(); i++) {
      Map<String, Object> d = Json.object(told.get(i), "detection");
      assertThat(d).containsEntry("label", expected.get(i).label());
      assertThat(Json.number(Json.member(d, "score", "answer"), "score"))
          .isEqualTo(expected.get(i).score());
      assertThat(Json.array(Json.member(d, "box", "answer"), "box")).hasSize(4);
    }
  }

  @Test
  void whatIsNoPictureIsRefused() throws IOException {
    Model model =
        withRule(
            Model.build(sequence(flatten(), dense(4)), Shape.of(SIDE, SIDE, 1), Seed.of(3)),
            "a\nb\nc\nd");
    ServerOptions options = ServerOptions.usual().warmUp(Duration.ZERO);
    try (RunningServer server = Server.of(ServedModel.of("m", model)).options(options).start()) {
      Asking ask = new Asking(server.address());
      Answered other = ask.post("/v1/predict/m", "GIF8");
      assertThat(other.status()).isEqualTo(400);
      assertThat(other.json().get("error"))
          .isEqualTo(
              "picture: not a picture that can be read, expected PNG, JPEG, GIF, BMP, TIFF, PGM or"
                  + " PPM; it begins with the bytes 47 49 46 38");
      String form = "multipart/form-data; boundary=Xy";
      Answered sent = ask.post("/v1/predict/m", "--Xy\r\n\r\nGIF8\r\n--Xy--", "Content-Type", form);
      assertThat(sent.status()).isEqualTo(415);
      assertThat(sent.json().get("error"))
          .isEqualTo(
              "Content-Type: the bytes of one picture expected, as with curl --data-binary @FILE,"
                  + " got a form ("
                  + form
                  + ")");
      assertThat(ask.post("/v1/predict/m?tpo=2", "").json().get("error"))
          .isEqualTo("argument \"tpo\": top and score are known");
      assertThat(ask.post("/v1/predict/m?score=2", "").json().get("error"))
          .isEqualTo("score: from 0 to 1 expected, got \"2\"");
    }
  }
}
