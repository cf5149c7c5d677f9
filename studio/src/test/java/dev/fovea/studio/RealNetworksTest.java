package dev.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.microsoft.playwright.options.ColorScheme;
import dev.fovea.data.Preprocessing;
import dev.fovea.formats.Formats;
import dev.fovea.nn.Model;
import dev.fovea.systems.Detection;
import dev.fovea.systems.detect.Detector;
import dev.fovea.systems.published.ModelCard;
import dev.fovea.systems.published.ModelCards;
import dev.fovea.tensor.Shape;
import dev.fovea.vision.Images;
import dev.fovea.vision.InputRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The rooms on networks that others trained, in {@code ../shared/data} where it exists.
 *
 * <p>The pictures of the docs are made with {@code -Dfovea.page.runs=FOLDER}: then the trainings of
 * that folder stand in the Compare room, and all explanations are awaited, for minutes.
 */
@BrowserTest
final class RealNetworksTest {
  private static final Optional<String> RUNS =
      Optional.ofNullable(System.getProperty("fovea.page.runs"));
  private static final int MINUTES = 20 * 60_000;

  /** High enough for all that the inspector tells of a channel. */
  private static final BrowserPage.Look TALL =
      new BrowserPage.Look(1280, 1900, ColorScheme.LIGHT, true);

  private static final List<String> CIFAR =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

  private static Optional<Path> data() {
    for (Path p = Path.of("").toAbsolutePath(); p != null; p = p.getParent()) {
      Path data = p.resolve("shared/data");
      if (Files.isDirectory(data.resolve("models"))) {
        return Optional.of(data);
      }
    }
    System.out.println("not run: shared/data is not there");
    return Optional.empty();
  }

  private static Model labelled(Model model, List<String> labels) {
    Map<String, String> texts = new LinkedHashMap<>(model.metadata());
    texts.put("labels", String.join("\n", labels));
    return model.withMetadata(texts);
  }

  private static InputRule rule(
      Shape s, float scale, List<Float> mean, List<Float> std, boolean bgr) {
    return new InputRule(
        new Preprocessing(
            s.dim(0), s.dim(1), s.dim(2), scale, mean, std, Preprocessing.Resize.CROP, 0),
        bgr);
  }

  private static void showAll(Studio studio, Path data) throws IOException {
    Path models = data.resolve("models");
    Model squeeze =
        Formats.read(models.resolve("squeezenet-imagenet-onnx/squeezenet1.0-deep-compression.onnx"))
            .model();
    List<String> names =
        Files.readAllLines(data.resolve("labels/imagenet_synset_words.txt")).stream()
            .map(l -> l.substring(l.indexOf(' ') + 1).split(",", -1)[0])
            .toList();
    studio.show(
        "SqueezeNet",
        labelled(squeeze, names),
        Optional.of(
            rule(Shape.of(227, 227, 3), 1, List.of(104f, 117f, 123f), List.of(1f, 1f, 1f), true)));
    Model lenet = Formats.read(models.resolve("lenet-mnist-caffe/lenet_deploy.prototxt")).model();
    studio.show(
        "LeNet, Caffe",
        lenet,
        Optional.of(rule(Shape.of(28, 28, 1), 1 / 256f, List.of(0f), List.of(1f), false)));
    Model mnist = Formats.read(models.resolve("mnist-onnx/mnist.onnx")).model();
    studio.show(
        "MNIST of the ONNX zoo",
        mnist,
        Optional.of(rule(Shape.of(28, 28, 1), 1, List.of(0f), List.of(1f), false)));
    Model resnet =
        Formats.read(
                models.resolve("resnet20-cifar10-pytorch/resnet20-12fca82f.th"),
                Optional.of("resnet20"))
            .model();
    studio.show(
        "ResNet-20",
        labelled(resnet, CIFAR),
        Optional.of(
            rule(
                Shape.of(32, 32, 3),
                1 / 255f,
                List.of(0.485f, 0.456f, 0.406f),
                List.of(0.229f, 0.224f, 0.225f),
                false)));
    Model yolox = Formats.read(models.resolve("yolox-nano-onnx/yolox_nano.onnx")).model();
    ModelCard card = ModelCards.find("yolox");
    InputRule input = card.rule(yolox.inputs().get(0));
    studio.show("YOLOX-nano", card.describe(yolox, input, List.of()), Optional.of(input));
  }

  @Test
  void allRoomsShowThem() throws IOException {
    Optional<Path> found = data();
    if (found.isEmpty()) {
      return;
    }
    Path data = found.get();
    StudioOptions options = StudioOptions.usual().data(data).runs(Path.of(RUNS.orElse("none")));
    try (Studio studio = Studio.start(options)) {
      showAll(studio, data);
      RawHttp http = RawHttp.session(studio);
      String cat = SystemNets.open(http, Images.read(data.resolve("photos/chelsea.png")));
      String dog = SystemNets.open(http, Images.read(data.resolve("photos/dog.jpg")));
      explainsACat(studio, cat);
      comparesLeNets(studio);
      opensResNet(studio, dog);
      detects(studio, data, dog);
      explainsABox(studio, data, dog);
      slidesOverDigits(studio);
    }
  }

  private static void explainsACat(Studio studio, String cat) {
    try (BrowserPage page =
        new BrowserPage(studio, "explain&model=m3&method=grad-cam&picture=" + cat)) {
      page.page().waitForSelector(".tile .mono"); // the other methods would take long
      assertThat(page.text("fv-bars [role=cell]")).containsIgnoringCase("cat");
      if (RUNS.isPresent()) {
        awaitAll(page);
      }
      page.find(".tile button").first().click();
      assertThat(page.text("#inspector h2")).isEqualTo("grad-cam");
      page.shoot("real-explain");
    }
  }

  /** Waits for all explanations. */
  private static void awaitAll(BrowserPage page) {
    page.page().setDefaultTimeout(MINUTES);
    page.await("() => document.querySelectorAll('.tile .mono, .tile .bad').length === 6");
  }

  /** Their own tools measured 99.09 % and 98.91 % of all 10,000. */
  private static void comparesLeNets(Studio studio) {
    try (BrowserPage page = new BrowserPage(studio, "compare&first=m4&second=m5")) {
      page.await("() => document.querySelectorAll('.millis').length === 2");
      page.find("select[name=data]").selectOption("mnist");
      page.find("input[name=samples]").fill("200");
      page.press("Tab");
      page.find("button.main").click();
      assertThat(page.texts(".sides td:nth-of-type(1)", 2).stream().map(Integer::valueOf))
          .allMatch(right -> right >= 194 && right <= 200);
      page.find("button:text-is('align their graphs')").click();
      page.page().waitForSelector(".graphs");
      if (RUNS.isPresent()) {
        page.attribute(".run-curves .plot", "aria-label");
      }
      page.shoot("real-compare");
    }
  }

  private static void opensResNet(Studio studio, String dog) {
    String room = "graph&model=m6&picture=" + dog;
    try (BrowserPage page = new BrowserPage(studio, room, TALL)) {
      page.page().waitForSelector("g.node");
      page.find("button:text-is('measure times')").click();
      page.await("() => document.querySelector('[role=status].soft').textContent === ''");
      page.find("g.node").nth(1).click();
      page.page().getByText("run the picture through").click();
      page.page().waitForSelector(".statistics");
      page.find("button:text-is('what does it look for?')").click();
      page.page().waitForSelector("canvas.imagined");
      page.shoot("real-graph");
    }
  }

  private static List<Detection> found(Path data) {
    Model yolox = Formats.read(data.resolve("models/yolox-nano-onnx/yolox_nano.onnx")).model();
    ModelCard card = ModelCards.find("yolox");
    Model described = card.describe(yolox, card.rule(yolox.inputs().get(0)), List.of());
    return Detector.of(described).score(0.3).detect(Images.read(data.resolve("photos/dog.jpg")));
  }

  /** What is explained of a box is the score that the detector gave it. */
  private static void explainsABox(Studio studio, Path data, String dog) {
    List<Detection> java = found(data);
    int at = java.stream().map(Detection::label).toList().indexOf("dog");
    String room = "explain&model=m7&method=grad-cam&score=0.3&class=" + at + "&picture=" + dog;
    try (BrowserPage page = new BrowserPage(studio, room)) {
      assertThat(page.number(".score")).isCloseTo(java.get(at).score(), within(1e-3));
      page.await("() => document.querySelectorAll('.tile .mono').length >= 2");
      if (RUNS.isPresent()) {
        awaitAll(page);
      }
      page.find(".tile button").first().click();
      page.shoot("real-explain-box");
    }
  }

  private static void detects(Studio studio, Path data, String dog) {
    List<Detection> java = found(data);
    try (BrowserPage page = new BrowserPage(studio, "detect&model=m7&score=0.3&picture=" + dog)) {
      assertThat(page.texts(".found tbody th", java.size()))
          .isEqualTo(java.stream().map(Detection::label).toList())
          .contains("dog", "bicycle");
      page.find("fv-boxes [tabindex]").first().focus();
      page.press("ArrowRight");
      assertThat(page.text("#inspector h2")).isIn(java.stream().map(Detection::label).toList());
      page.shoot("real-detect");
    }
  }

  /** 8 × 22 windows of 28 × 28, 4 pixels apart, over 56 × 112. */
  private static void slidesOverDigits(Studio studio) {
    try (BrowserPage page = new BrowserPage(studio, "detect&model=m7")) {
      page.find("button.page-of-digits").click();
      page.page().waitForSelector(".window");
      page.find("select[name=classifier]").selectOption("m4");
      page.find("input[name=window-step]").fill("4");
      page.press("Tab");
      page.await("() => document.querySelector('.window')?.textContent === '176 windows'");
      page.find("select[name=window-class]").selectOption("7");
      page.find("button:text-is('to the last')").click();
      page.await("() => document.querySelectorAll('.window-found th').length > 2");
      assertThat(page.someTexts(".window-found th")).contains("3", "7", "5");
      page.shoot("real-windows");
    }
  }
}
