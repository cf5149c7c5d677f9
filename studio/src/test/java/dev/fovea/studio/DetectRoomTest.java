package dev.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.microsoft.playwright.Mouse;
import com.microsoft.playwright.options.BoundingBox;
import dev.fovea.insight.explain.DetectionTarget;
import dev.fovea.insight.explain.Explainer;
import dev.fovea.insight.explain.Explanation;
import dev.fovea.insight.explain.ExplanationPicture;
import dev.fovea.insight.explain.Method;
import dev.fovea.insight.explain.Occlusion;
import dev.fovea.insight.probe.Probe;
import dev.fovea.insight.probe.Target;
import dev.fovea.nn.Model;
import dev.fovea.systems.Detection;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.systems.box.Overlap;
import dev.fovea.systems.detect.Candidates;
import dev.fovea.systems.detect.Detector;
import dev.fovea.systems.detect.GridAnchors;
import dev.fovea.systems.pose.PoseEstimator;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.InputRule;
import dev.fovea.vision.Placed;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The room of what networks find, in a browser: its numbers are those of the vision systems. */
@BrowserTest
final class DetectRoomTest {
  private static final Model NET = SystemNets.of("yolo-tiny");
  private static final Tensor SCENE = SystemNets.scene();
  private static Studio studio;
  private static RawHttp http;
  private static String scene;

  @BeforeAll
  static void start() throws IOException {
    studio = Studio.open(NET);
    studio.show("pose", SystemNets.of("pose-heatmap"), Optional.empty());
    studio.show("masks", SystemNets.of("mask-rcnn-small"), Optional.empty());
    http = RawHttp.session(studio);
    scene = SystemNets.open(http, SCENE);
  }

  @AfterAll
  static void end() {
    studio.close();
  }

  /** Returns the score above which there are so many boxes before suppression. */
  private static double scoreOf(int candidates) {
    InputRule rule = InputRule.of(NET.metadata(), "test").orElseThrow();
    Placed placed = rule.place(SCENE);
    Tensor input = rule.input(placed.input());
    Candidates all = new Candidates();
    List<Tensor> outputs = NET.run(List.of(input.reshape(input.shape().prepend(1))));
    Detector.of(NET).rule().decoder().decode(outputs, 0, 0, all);
    float[] scores = all.scores();
    Arrays.sort(scores);
    int least = scores.length - candidates;
    return ((double) scores[least] + scores[least - 1]) / 2;
  }

  private static String room(String model, double score) {
    return "detect&model=%s&picture=%s&score=%s&overlap=0.3".formatted(model, scene, score);
  }

  @Test
  void showsWhatJavaFindsAndHowItIsSuppressed() {
    double score = scoreOf(40);
    List<Detection> found = Detector.of(NET).score(score).overlap(0.3).detect(SCENE);
    try (BrowserPage page = new BrowserPage(studio, room("m3", score))) {
      assertThat(page.texts(".found tbody th", found.size()))
          .isEqualTo(found.stream().map(Detection::label).toList());
      List<String> cells = page.texts(".found tbody td", 5 * found.size());
      for (int i = 0; i < found.size(); i++) {
        Detection d = found.get(i);
        assertThat(Double.parseDouble(cells.get(5 * i))).isCloseTo(d.score(), within(5e-5));
        double left = Double.parseDouble(cells.get(5 * i + 1));
        assertThat(left).isCloseTo(d.box().left(), within(0.051));
        double bottom = Double.parseDouble(cells.get(5 * i + 4));
        assertThat(bottom).isCloseTo(d.box().bottom(), within(0.051));
      }
      page.shoot("detect-found");
      page.find("[role=tab]:text-is('suppression, step by step')").click();
      page.page().getByText("as a table").first().click();
      List<String> fates = page.texts(".steps tbody td:last-child", 40);
      assertThat(fates.stream().filter("stays"::equals)).hasSameSizeAs(found);
      page.find("button:text-is('end')").click();
      page.await("() => document.querySelector('.step').textContent.startsWith('40 of 40')");
      page.shoot("detect-steps");
      page.requireNoOverflow();
    }
  }

  @Test
  void worksByKeysAlone() {
    GridAnchors anchors = Detector.of(NET).rule().decoder().anchors().orElseThrow();
    try (BrowserPage page =
        new BrowserPage(studio, room("m3", scoreOf(10)), BrowserPage.Look.NARROW)) {
      page.page().waitForSelector(".found tbody tr");
      page.tabTo(".main-picture [tabindex]");
      page.press("ArrowRight");
      page.await("() => /percent, box/.test(document.getElementById('said').textContent)");
      page.tabTo("[role=tab]:nth-of-type(2)");
      page.press("Enter");
      page.tabTo("button.main");
      page.press("Enter", "Enter");
      page.await("() => document.querySelector('.step').textContent.startsWith('2 of 10')");
      page.page().keyboard().press("Shift+Tab");
      page.find("[role=tab]:nth-of-type(3)").focus();
      page.press("Enter");
      page.page().waitForSelector(".anchors td");
      page.find(".main-picture [tabindex]").focus();
      page.press("ArrowDown", "ArrowRight");
      page.await("() => document.querySelector('.cell').textContent.startsWith('row 2, column 2')");
      GridAnchors.Grid grid = anchors.maps().get(0);
      int sizes = grid.sizes().size();
      int first = (grid.columns() + 1) * sizes;
      double left = Double.parseDouble(page.texts(".anchors td", 4 * sizes).getFirst());
      assertThat(left).isCloseTo(anchors.boxes().left(first), within(0.051));
      page.find(".two [tabindex]").focus();
      page.press(
          "Control+ArrowRight", "Control+ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight");
      page.press("ArrowRight", "ArrowRight");
      BoxArray two = BoxArray.of(45, 20, 105, 70, 45, 35, 105, 95);
      String expected = "%.4f".formatted(Overlap.IOU.of(two.pick(0), 0, two.pick(1), 0));
      page.await("() => document.querySelector('.overlaps td').textContent === '" + expected + "'");
      page.requireNoOverflow();
      page.shoot("detect-narrow");
    }
  }

  /** A pointer drags one of the two boxes; a click beside them leaves both as they are. */
  @Test
  void dragsABox() {
    try (BrowserPage page = new BrowserPage(studio, room("m3", scoreOf(10)))) {
      page.page().waitForSelector(".overlaps td");
      String before = page.text(".overlaps td");
      page.find(".two canvas").scrollIntoViewIfNeeded();
      BoundingBox canvas = page.find(".two canvas").boundingBox();
      double pixel = canvas.width / 120;
      Mouse mouse = page.page().mouse();
      mouse.click(canvas.x + 5 * pixel, canvas.y + 110 * pixel);
      page.requireText(".overlaps td", before);
      mouse.move(canvas.x + 30 * pixel, canvas.y + 30 * pixel);
      mouse.down();
      mouse.move(canvas.x + 55 * pixel, canvas.y + 30 * pixel);
      mouse.up();
      BoxArray two = BoxArray.of(45, 20, 105, 70, 45, 35, 105, 95);
      String expected = "%.4f".formatted(Overlap.IOU.of(two.pick(0), 0, two.pick(1), 0));
      page.requireText(".overlaps td", expected);
    }
  }

  @Test
  void showsJointsAndMasks() {
    PoseEstimator poses = PoseEstimator.of(SystemNets.of("pose-heatmap"));
    int joints = poses.skeleton().joints().size();
    try (BrowserPage page = new BrowserPage(studio, room("m4", 0))) {
      page.page().waitForSelector(".found");
      page.page().getByText("joints as a table").click();
      page.requireCount(".joints tr", joints);
      page.shoot("detect-joints");
    }
    try (BrowserPage page = new BrowserPage(studio, room("m5", 0.05))) {
      page.page().waitForSelector(".found tbody tr");
      page.shoot("detect-masks");
    }
  }

  /** Returns what explains the score of the n-th box of the scene, in Java. */
  private static Explainer ofBox(double score, int n) {
    InputRule rule = InputRule.of(NET.metadata(), "test").orElseThrow();
    Placed placed = rule.place(SCENE);
    Tensor input = rule.input(placed.input());
    Detector detector = Detector.of(NET).score(score);
    Detection box = detector.detect(placed).get(n);
    Target target = DetectionTarget.of(NET, detector, input, placed.placement(), box);
    return Explainer.of(NET, target).whereItCounts(input);
  }

  /** The Explain room takes a box as its target, chosen by keys; a square is covered by keys. */
  @Test
  void explainsTheScoreOfABox() {
    double score = scoreOf(10);
    Explainer why = ofBox(score, 1);
    Tensor input = InputRule.of(NET.metadata(), "test").orElseThrow().input(SCENE);
    Explanation map = why.explain(Method.SALIENCY, input);
    String room = "explain&model=m3&picture=%s&score=%s&method=saliency".formatted(scene, score);
    try (BrowserPage page = new BrowserPage(studio, room)) {
      page.page().waitForSelector(".score");
      page.tabTo("select[name=class]");
      page.press("ArrowDown");
      double high = ExplanationPicture.scale(map).high();
      page.await("() => document.querySelector('select[name=class]').value === '1'");
      page.page().waitForSelector(".score");
      assertThat(page.number(".score")).isCloseTo(map.score(), within(5e-3 * map.score()));
      String range = page.text(".tile .mono");
      assertThat(Double.parseDouble(range.split(" … ", -1)[1]))
          .isCloseTo(high, within(5e-3 * high));
      page.find("input[name=cover]").check();
      page.page().waitForSelector(".covered");
      page.find("fv-boxes [tabindex]").focus();
      page.press("ArrowUp", "Shift+ArrowLeft");
      Probe scores = Probe.ofScores(NET, why.target());
      double covered = Occlusion.scoreCovered(scores, input, why.baseline(), 25, 13, 13);
      page.await(
          "() => Math.abs(Number(document.querySelector('.covered strong').textContent.replace('−', '-')) - (%s)) <= %s"
              .formatted(covered, 5e-3 * Math.abs(covered)));
      page.shoot("explain-box");
      page.requireNoOverflow();
    }
  }

  /** What cannot be shown is said in one line, and nothing breaks. */
  @Test
  void saysWhatDoesNotGo() throws IOException {
    String look = "{\"model\":\"%s\",\"picture\":\"%s\",\"score\":%s}";
    assertThat(http.post("/api/detect/look", look.formatted("m9", scene, 0.5)).body())
        .contains("no network has the id m9");
    assertThat(http.post("/api/detect/look", look.formatted("m3", "p99", 0.5)).body())
        .contains("no picture has the id p99");
    assertThat(http.post("/api/detect/look", look.formatted("m3", scene, 2)).body())
        .contains("score: must be from 0.0 to 1.0, got 2.0");
    String as = "{\"model\":\"m3\",\"card\":\"%s\"}";
    RawHttp.Reply reply = http.post("/api/detect/read-as", as.formatted("ultraface"));
    assertThat(reply.status()).isEqualTo(422);
    assertThat(reply.body().strip().lines()).hasSize(1);
    assertThat(http.post("/api/detect/read-as", as.formatted("yolov99")).body())
        .contains("published network \"yolov99\" is not known");
    assertThat(http.post("/api/detect/overlap", "{\"a\":[1,2],\"b\":[1,2,3,4]}").body())
        .contains("left, top, right and bottom expected");
  }
}
