package dev.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Dataset;
import dev.fovea.data.Digits;
import dev.fovea.engine.Engine;
import dev.fovea.io.Safetensors;
import dev.fovea.nn.Layers;
import dev.fovea.nn.Model;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.History;
import dev.fovea.train.Scores;
import dev.fovea.train.TensorBoard;
import dev.fovea.zoo.Scale;
import dev.fovea.zoo.Zoo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The room in which two networks stand side by side, in a browser. */
@BrowserTest
final class CompareRoomTest {
  private static final int SAMPLES = 60;
  private static final Model FIRST = lenet(1);
  private static final Model SECOND = lenet(2);
  @TempDir private static Path runs;
  private static Studio studio;

  private static Model lenet(long seed) {
    return Zoo.find("lenet5")
        .model(Scale.full(10), Shape.of(28, 28, 1), Seed.of(seed), Engine.shared());
  }

  @BeforeAll
  static void start() {
    run("a/adam", "adam", 0.75, 0.875);
    run("b", "sgd", 0.5, 0.25);
    TensorBoard board = TensorBoard.in(runs.resolve("logged"));
    board.scalar("loss/step", 5, 0.5);
    studio = Studio.start(StudioOptions.usual().runs(runs));
    studio.show("model", FIRST, Optional.empty());
    studio.show("other", SECOND, Optional.empty());
  }

  /** A training of two epochs, as the command leaves it. */
  private static void run(String name, String optimizer, double first, double second) {
    Path folder = runs.resolve(name);
    List<History.Epoch> epochs = new ArrayList<>();
    for (double accuracy : new double[] {first, second}) {
      Scores scores = new Scores(1 - accuracy, Map.of("accuracy", accuracy));
      epochs.add(new History.Epoch(epochs.size() + 1, scores, Optional.of(scores), 0.125, 2));
    }
    new History(epochs).write(folder.resolve("history.csv"));
    Map<String, String> texts =
        Map.of("net", "lenet5", "training", "{\"optimizer\":\"%s\"}".formatted(optimizer));
    new Safetensors(Map.of(), texts).write(folder.resolve("model.safetensors"));
  }

  @AfterAll
  static void end() {
    studio.close();
  }

  private static int best(Model model, Dataset data, int i) {
    var picture = data.read(i, Seed.of(0)).picture().copy();
    for (int k = 0; k < picture.data().length; k++) {
      picture.data()[k] /= 255;
    }
    return model.predict(picture).best().index();
  }

  private static void compare(BrowserPage page) {
    page.find("input[name=samples]").fill(Integer.toString(SAMPLES));
    page.press("Tab");
    page.find("button.main").click();
    page.page().waitForSelector(".sides td");
  }

  @Test
  void tellsWhatJavaTells() {
    Dataset test = Digits.load(Seed.of(1), 6_000, 1_000).test();
    int agree = 0;
    int right = 0;
    for (int i = 0; i < SAMPLES; i++) {
      int answer = best(FIRST, test, i);
      agree += answer == best(SECOND, test, i) ? 1 : 0;
      right += answer == test.read(i, Seed.of(0)).label() ? 1 : 0;
    }
    try (BrowserPage page = new BrowserPage(studio, "compare&first=m3&second=m4")) {
      page.await("() => document.querySelectorAll('.millis').length === 2");
      compare(page);
      page.requireText(".agree", Integer.toString(agree));
      page.requireText(".sides td", Integer.toString(right));
      page.requireCount(".side fv-maps", 2);
      page.page().getByText("compare with 8 bits").click();
      page.await("() => document.querySelectorAll('.side')[1].textContent.includes('8 bits')");
      page.await("() => document.querySelector('[aria-label=\"On a data set\"] table') === null");
      compare(page);
      assertThat(page.number(".agree") / SAMPLES).isCloseTo(1, within(0.1));
      requireRuns(page);
      page.shoot("compare");
      page.requireNoOverflow();
    }
  }

  /** The table of trainings tells their settings and numbers, grouped and filtered. */
  private static void requireRuns(BrowserPage page) {
    assertThat(page.texts(".runs th[scope=row]", 3)).containsExactly("a/adam", "b", "logged");
    assertThat(page.texts(".runs tr:nth-of-type(1) td.number", 4))
        .containsExactly("2", "0.875", "0.750", "0.875");
    assertThat(page.attribute(".run-curves .plot", "aria-label"))
        .isEqualTo("validation accuracy over epoch or step; last: a/adam 0.875, b 0.250");
    page.find("select[name=run-group]").selectOption("optimizer");
    page.requireCount(".coordinates polyline", 2); // "logged" has neither settings nor this number
    assertThat(page.texts(".groups td:last-child", 3)).containsExactly("–", "0.875", "0.250");
    page.find("input[name=run-filter]").fill("sgd");
    page.requireCount(".runs tbody tr", 1);
    page.find("select[name=run-group]").selectOption("");
    page.find("input[name=run-filter]").fill("");
    page.requireCount(".runs tbody tr", 3);
    page.find("select[name=run-number]").selectOption("loss/step");
    page.await(
        "() => document.querySelector('.run-curves"
            + " .plot').getAttribute('aria-label').endsWith('logged 0.500')");
  }

  /** Aligned with itself in other weights, a network differs in what it computes alone. */
  @Test
  void alignsGraphsLayerByLayer() throws IOException {
    Tensor input = Tensor.zeros(Shape.of(1, 28, 28, 1));
    byte[] digit = Digits.draw(5, Seed.of(8));
    for (int i = 0; i < digit.length; i++) {
      input.data()[i] = (digit[i] & 0xFF) / 255f;
    }
    String path = FIRST.summary().rows().getFirst().path();
    float[] a = Objects.requireNonNull(FIRST.observe(path).of(input).get(path)).data();
    float[] b = Objects.requireNonNull(SECOND.observe(path).of(input).get(path)).data();
    double difference = 0;
    double size = 0;
    for (int i = 0; i < a.length; i++) {
      difference += Math.pow((double) a[i] - b[i], 2);
      size += Math.pow(a[i], 2);
    }
    double apart = 100 * Math.sqrt(difference / size);
    try (BrowserPage page = new BrowserPage(studio, "compare&first=m3&second=m4")) {
      page.await("() => document.querySelectorAll('.millis').length === 2");
      page.find("button:text-is('align their graphs')").click();
      page.page().waitForSelector(".graphs");
      page.find(".graphs").focus();
      page.press("ArrowDown", "ArrowDown");
      assertThat(page.text(".row-words")).startsWith(path + ", ").contains(": the same, ");
      String words = page.text(".row-words").replaceAll(".*, (.*) % apart", "$1");
      assertThat(Double.parseDouble(words)).isCloseTo(apart, within(0.01 * apart));
      page.shoot("compare-graphs");
      requireAnotherPicture(page, words);
      page.requireNoOverflow();
    }
    RawHttp http = RawHttp.session(studio);
    assertThat(
            http.post("/api/compare/run-curves", "{\"runs\":[\"../x\"],\"figure\":\"a\"}").body())
        .contains("runs: there is no training ../x");
  }

  /** Where the second network sees another picture, the layers are otherwise apart. */
  private static void requireAnotherPicture(BrowserPage page, String before) {
    page.find("select[name=other-picture]").selectOption("p1");
    page.await("() => location.hash.includes('other=p1')");
    page.find("button:text-is('align their graphs')").click();
    page.page().waitForSelector(".graphs");
    page.find(".graphs").focus();
    page.press("ArrowDown", "ArrowDown");
    page.await(
        "() => / % apart$/.test(document.querySelector('.row-words')?.textContent ?? '') &&"
            + " !document.querySelector('.row-words').textContent.endsWith(', "
            + before
            + " % apart')");
  }

  @Test
  void worksByKeysAlone() {
    try (BrowserPage page =
        new BrowserPage(studio, "compare&first=m3&second=m4", BrowserPage.Look.NARROW)) {
      page.await("() => document.querySelectorAll('.millis').length === 2");
      page.tabTo("select[name=layer-1]");
      page.press("ArrowDown", "ArrowDown");
      page.await(
          "() => document.querySelectorAll('.side fv-maps"
              + " .stage')[1].getAttribute('aria-label').startsWith("
              + "document.querySelector('select[name=layer-1]').value)");
      String layer = page.find("select[name=layer-1]").inputValue();
      String address = page.page().url().replaceAll(".*#room=", "");
      try (BrowserPage link = new BrowserPage(studio, address)) {
        link.page().waitForSelector("select[name=layer-1]");
        assertThat(link.find("select[name=layer-1]").inputValue()).isEqualTo(layer);
      }
      page.tabTo("input[name=samples]");
      page.page().keyboard().type("20");
      page.tabTo("button.main");
      page.press("Enter");
      page.page().waitForSelector(".agree");
      page.requireNoOverflow();
      page.shoot("compare-narrow");
    }
  }

  @Test
  void saysWhatDoesNotGo() throws IOException {
    studio.show(
        "two classes",
        Model.build(
            Layers.sequence(Layers.flatten(), Layers.dense(3)), Shape.of(28, 28, 1), Seed.of(1)),
        Optional.empty());
    RawHttp http = RawHttp.session(studio);
    String ask = "{\"first\":\"m3\",\"second\":\"%s\",\"data\":\"digits\",\"samples\":%s}";
    List<String> models =
        Pattern.compile("\"id\":\"(m\\d+)\"")
            .matcher(http.post("/api/compare/models", "{}").body())
            .results()
            .map(r -> r.group(1))
            .toList();
    assertThat(http.post("/api/compare/data", ask.formatted(models.getLast(), 20)).body())
        .contains("two classes knows 3 classes, the data have 10");
    assertThat(http.post("/api/compare/data", ask.formatted("m4", 5)).body())
        .contains("samples: must be from 10 to");
    assertThat(
            http.post("/api/compare/maps", "{\"model\":\"m3\",\"picture\":\"p1\",\"layer\":\"x\"}")
                .body())
        .contains("observe: no layer x");
  }
}
