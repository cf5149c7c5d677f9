package dev.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Dataset;
import dev.fovea.data.Digits;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Layers;
import dev.fovea.nn.Model;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.zoo.Scale;
import dev.fovea.zoo.Zoo;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The room in which two networks stand side by side, in a browser. */
@BrowserTest
final class CompareRoomTest {
  private static final int SAMPLES = 60;
  private static final Model FIRST = lenet(1);
  private static final Model SECOND = lenet(2);
  private static Studio studio;

  private static Model lenet(long seed) {
    return Zoo.find("lenet5")
        .model(Scale.full(10), Shape.of(28, 28, 1), Seed.of(seed), Engine.shared());
  }

  @BeforeAll
  static void start() {
    studio = Studio.open(FIRST);
    studio.show("other", SECOND, Optional.empty());
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
      page.page().getByText("put it in 8 bits beside").click();
      page.await("() => document.querySelectorAll('.side')[1].textContent.includes('8 bits')");
      page.await("() => document.querySelector('[aria-label=\"On a data set\"] table') === null");
      compare(page);
      assertThat(page.number(".agree") / SAMPLES).isCloseTo(1, within(0.1));
      page.shoot("compare");
      page.requireNoOverflow();
    }
  }

  @Test
  void worksByKeysAlone() {
    try (BrowserPage page =
        new BrowserPage(studio, "compare&first=m3&second=m4", BrowserPage.Look.NARROW)) {
      page.await("() => document.querySelectorAll('.millis').length === 2");
      page.tabTo("select[name=layer-1]");
      page.press("ArrowDown", "ArrowDown");
      page.await(
          "() => document.querySelectorAll('.side fv-maps .stage')[1].getAttribute('aria-label').startsWith("
              + "document.querySelector('select[name=layer-1]').value)");
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
