package dev.fovea.studio;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Box;
import dev.fovea.data.Preprocessing;
import dev.fovea.data.Task;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.studio.lesson.RingsAndBars;
import dev.fovea.studio.state.DrawnScenes;
import dev.fovea.studio.state.SkipSwitches;
import dev.fovea.systems.Detection;
import dev.fovea.systems.detect.BoxPrecision;
import dev.fovea.systems.detect.Detector;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.measure.Found;
import dev.fovea.systems.measure.VocClass;
import dev.fovea.systems.measure.VocEvaluation;
import dev.fovea.systems.segment.Segmenter;
import dev.fovea.systems.window.SlidingWindow;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.InputRule;
import dev.fovea.vision.Placed;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What stands below the picture of the Detect room, and its skips: in a browser, as in Java. */
@BrowserTest
final class DetectPartsTest {
  private static final String THRESHOLD =
      "() => document.querySelector('.at-threshold').textContent === '%s'";
  private static final Shape WINDOW = Shape.of(12, 12, 1);
  private static final InputRule RULE = new InputRule(Preprocessing.scaled(WINDOW), false);
  private static final Model CLASSIFIER = classifier();
  private static final Model DETECTOR = SystemNets.of("yolo-tiny");
  private static final Model UNET = RingsAndBars.taught(60);
  private static final Tensor PICTURE = picture();
  private static Studio studio;
  private static RawHttp http;
  private static String picture;
  private static String ring;
  private static String large;

  @BeforeAll
  static void start() throws IOException {
    studio = Studio.open(CLASSIFIER);
    studio.show("detector", DETECTOR, Optional.empty());
    studio.show("U-Net", UNET, Optional.empty());
    http = RawHttp.session(studio);
    large = SystemNets.open(http, Tensor.zeros(Shape.of(600, 600, 1)));
    ring = SystemNets.open(http, RingsAndBars.scene());
    picture = SystemNets.open(http, PICTURE);
  }

  @AfterAll
  static void end() {
    studio.close();
  }

  /** Without padding, so that one pass answers for all windows. */
  private static Model classifier() {
    Model model =
        Model.build(
            sequence(conv2d(4, 5), relu(), maxPool(2), flatten(), dense(3)),
            WINDOW,
            Seed.of(2),
            Engine.shared());
    model.setTask(0, Task.CLASSES);
    return model.withMetadata(
        Map.of("labels", "a\nb\nc", "preprocessing", rule().get("preprocessing")));
  }

  private static Map<String, String> rule() {
    Map<String, String> texts = new LinkedHashMap<>();
    RULE.put(texts);
    return texts;
  }

  /** A bright square on a ramp [24, 30, 1]. */
  private static Tensor picture() {
    Tensor all = Tensor.zeros(Shape.of(24, 30, 1));
    for (int i = 0; i < all.data().length; i++) {
      boolean square = i / 30 > 4 && i / 30 < 14 && i % 30 > 12 && i % 30 < 24;
      all.data()[i] = square ? 250 : i % 30 * 4;
    }
    return all;
  }

  @Test
  void windowsSlideAsInJava() {
    SlidingWindow windows = new SlidingWindow(CLASSIFIER, RULE, 2, List.of(1.0));
    SlidingWindow.Scores scores = windows.each(PICTURE);
    int count = scores.boxes().size();
    assertThat(count).isEqualTo(7 * 10);
    List<Detection> found = scores.detections(List.of("a", "b", "c"), "", 0.3, 0.3);
    try (BrowserPage page = new BrowserPage(studio, "detect&model=m4&picture=" + picture)) {
      page.find("select[name=classifier]").selectOption("m3");
      page.find("input[name=window-least]").fill("0.3");
      page.find("input[name=window-step]").fill("2");
      page.press("Tab");
      page.find("button.slide").click();
      page.page().waitForSelector(".window");
      page.await("() => document.querySelector('.window').textContent === '70 windows'");
      page.find(".sliding [tabindex]").focus();
      page.press("ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight");
      String expected =
          String.format(
              Locale.ROOT,
              "window 13 of 70, row 2, column 3: a with %.1f percent",
              100 * scores.probabilities().get(12)[0]);
      page.await("() => document.querySelector('.window').textContent === '" + expected + "'");
      assertThat(page.text(".cost")).contains("70 windows of", "In one pass");
      page.find("button:text-is('to the last')").click();
      assertThat(page.texts(".window-found th", found.size()))
          .isEqualTo(found.stream().map(Detection::label).toList());
      List<String> cells = page.texts(".window-found td", 5 * found.size());
      for (int i = 0; i < found.size(); i++) {
        Detection d = found.get(i);
        assertThat(Double.parseDouble(cells.get(5 * i))).isCloseTo(d.score(), within(5.1e-5));
        assertThat(Double.parseDouble(cells.get(5 * i + 1)))
            .isCloseTo(d.box().left(), within(0.051));
      }
      page.shoot("detect-windows");
      page.requireNoOverflow();
    }
  }

  private static VocEvaluation measured() {
    LabelledData scenes = DrawnScenes.test(InputRule.of(DETECTOR.metadata(), "test").orElseThrow());
    VocEvaluation evaluation = new VocEvaluation(scenes.things());
    Detector detector = Detector.of(DETECTOR).measured();
    for (int i = 0; i < scenes.size(); i++) {
      Tensor scene = scenes.read(i, Seed.of(0)).picture();
      evaluation.add(
          BoxPrecision.truth(scenes.labels(i)),
          detector.detect(scene).stream().map(Found::of).toList());
    }
    return evaluation;
  }

  @Test
  void precisionFollowsTheThresholdAsInJava() throws IOException {
    var result = measured().result();
    VocClass most =
        result.classes().stream().reduce((a, b) -> b.objects() > a.objects() ? b : a).orElseThrow();
    int n = most.score().size();
    assertThat(n).isPositive();
    String all =
        String.format(
            Locale.ROOT,
            "%d boxes of %s score 0.00 or more: %d of %d objects are found (recall %.3f), precision"
                + " %.3f",
            n,
            most.label(),
            Math.round(most.recall().getLast() * most.objects()),
            most.objects(),
            most.recall().getLast(),
            most.precision().getLast());
    String none =
        "0 boxes of %s score 1.00 or more: 0 of %d objects are found (recall 0.000)"
            .formatted(most.label(), most.objects());
    for (String id : List.of(ring, large)) {
      http.post("/api/start/name", "{\"id\":\"%s\",\"name\":\"twice\"}".formatted(id));
    }
    try (BrowserPage page = new BrowserPage(studio, "detect&model=m4&picture=" + picture)) {
      page.page().waitForSelector(".found");
      page.find("button.measure-precision").click();
      page.page().waitForSelector(".at-threshold");
      assertThat(page.text(".map"))
          .isEqualTo(String.format(Locale.ROOT, "%.4f", result.allPoints()));
      page.find("input[name=precision-least]").focus();
      page.press("Home");
      page.await(THRESHOLD.formatted(all));
      page.press("End");
      page.await(THRESHOLD.formatted(none));
      requirePrecisionOfLabelled(page);
      page.requireNoOverflow();
    }
  }

  /** What is found most surely, labelled as true, is found; what lies elsewhere is not. */
  private static void requirePrecisionOfLabelled(BrowserPage page) {
    Detector detector = Detector.of(DETECTOR).measured();
    List<Detection> found = detector.detect(PICTURE);
    Detection first = found.getFirst();
    Box box = first.box();
    String line =
        String.format(
            Locale.ROOT,
            "%s, %s, %.1f, %.1f, %.1f, %.1f",
            picture,
            first.label(),
            box.left(),
            box.top(),
            box.right(),
            box.bottom());
    page.find(".labels summary:text-is('as text')").click();
    page.find("textarea[name=labelled]").fill(line);
    page.press("Tab");
    page.find("button.measure-labelled").click();
    page.requireText(".measured-on", "1 of your pictures");
    assertThat(page.text(".map")).isEqualTo("1.0000");
    page.shoot("detect-precision");
    page.allowRefusals();
    page.find("textarea[name=labelled]").fill("nowhere, " + first.label() + ", 1, 2, 3, 4");
    page.press("Tab");
    assertThat(page.text(".wrong")).contains("the name of an open picture");
    page.find("textarea[name=labelled]").fill("twice, " + first.label() + ", 1, 2, 3, 4");
    page.press("Tab");
    page.await(
        "() => document.querySelector('.wrong')?.textContent.includes('several open pictures have this name; %s or %s expected')"
            .formatted(large, ring));
  }

  @Test
  void skipsAreSwitchedOffOneByOne() {
    Placed placed = InputRule.of(UNET.metadata(), "test").orElseThrow().place(RingsAndBars.scene());
    SkipSwitches switches = SkipSwitches.of(UNET);
    Segmenter segmenter = Segmenter.of(UNET);
    Tensor input = InputRule.of(UNET.metadata(), "test").orElseThrow().input(placed.input());
    var whole =
        segmenter.read(switches.run(input, List.of(true, true)).outputs(), 0, placed.placement());
    var without =
        segmenter.read(switches.run(input, List.of(true, false)).outputs(), 0, placed.placement());
    assertThat(whole.classes().data())
        .containsExactly(segmenter.segment(RingsAndBars.scene()).classes().data());
    try (BrowserPage page = new BrowserPage(studio, "detect&tab=skips&model=m5&picture=" + ring)) {
      assertThat(page.texts(".skips tbody th", 2)).containsExactly("block.down1", "block.down0");
      assertThat(page.texts(".skips tbody td:nth-of-type(4)", 2).get(1))
          .isEqualTo(percent(differing(whole.classes(), without.classes())));
      page.shoot("detect-skips");
      page.find("input[name=skip-1]").focus();
      page.press("Space");
      page.await("() => /block.down0 is off/.test(document.getElementById('said').textContent)");
      for (int c = 0; c < 2 && without.share(c) > 0; c++) {
        String share = percent(without.share(c));
        page.await(
            "() => [...document.querySelectorAll('.found td')].some(t => t.textContent === '"
                + share
                + "')");
      }
      page.requireNoOverflow();
    }
  }

  /** The sum over the pixels of a class is a target of the Explain room; another is refused. */
  @Test
  void theSumOfAMaskIsExplained() throws IOException {
    Tensor input = InputRule.of(UNET.metadata(), "test").orElseThrow().input(RingsAndBars.scene());
    double[] sums =
        sums(UNET.predictMask(input), UNET.run(input.reshape(input.shape().prepend(1))));
    double sum = sums[0];
    String ask = "{\"model\":\"%s\",\"picture\":\"%s\",\"method\":\"saliency\",\"class\":%s}";
    for (int c = 0; c < 2; c++) {
      String said = http.post("/api/explain/explain", ask.formatted("m5", ring, c)).body();
      double told = Double.parseDouble(said.replaceAll("(?s).*\"score\":([-0-9.eE]+).*", "$1"));
      assertThat(sums[c]).isPositive();
      assertThat(told).isCloseTo(sums[c], within(1e-4 * sums[c]));
    }
    assertThat(http.post("/api/explain/explain", ask.formatted("m5", ring, 99)).body())
        .contains("explain class: no pixel is 99");
    try (BrowserPage page = new BrowserPage(studio, "explain&model=m5&picture=" + ring)) {
      page.page().waitForSelector(".score");
      assertThat(page.number(".score")).isCloseTo(sum, within(1e-2 * Math.abs(sum)));
      page.shoot("explain-mask");
      page.requireNoOverflow();
    }
  }

  /** Returns Σ −logit over the pixels of class 0 and Σ logit over those of class 1. */
  private static double[] sums(Tensor classes, Tensor logits) {
    double[] sums = new double[2];
    for (int i = 0; i < classes.data().length; i++) {
      int c = (int) classes.data()[i];
      sums[c] += c == 0 ? -logits.data()[i] : logits.data()[i];
    }
    return sums;
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }

  private static double differing(Tensor a, Tensor b) {
    int other = 0;
    for (int i = 0; i < a.data().length; i++) {
      other += a.data()[i] == b.data()[i] ? 0 : 1;
    }
    return (double) other / a.data().length;
  }

  /** What cannot be done is said in one line. */
  @Test
  void saysWhatDoesNotGo() throws IOException {
    String at =
        "{\"model\":\"%s\",\"picture\":\"" + picture + "\",\"step\":%s,\"scale\":%s,\"class\":0}";
    assertThat(http.post("/api/detect/windows", at.formatted("m3", 1, 4)).body())
        .contains("sliding window: 9265 windows")
        .contains("more than 2500");
    String enlarged = at.replace(picture, large).formatted("m3", 512, 8);
    assertThat(http.post("/api/detect/windows", enlarged).body())
        .contains("4800×4800 pixels of the picture are more than 4 million; make it smaller");
    String least = at.replace("}", ",\"least\":2}");
    assertThat(http.post("/api/detect/windows", least.formatted("m3", 2, 1)).body())
        .contains("least: must be from 0");
    assertThat(http.post("/api/detect/windows", at.formatted("m3", 1, 0.1)).body())
        .contains("2 pixels of the picture are fewer than the 12 of a window");
    assertThat(http.post("/api/detect/windows", at.formatted("m4", 1, 1)).body())
        .contains("detector does not tell classes of pictures");
    assertThat(http.post("/api/detect/precision", "{\"model\":\"m5\"}").status()).isEqualTo(422);
    String net = "{\"model\":\"m4\",\"picture\":\"" + picture + "\",\"off\":[]}";
    assertThat(http.post("/api/detect/skips", net).status()).isEqualTo(422);
  }
}
