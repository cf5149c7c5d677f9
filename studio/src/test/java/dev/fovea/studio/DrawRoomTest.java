package dev.fovea.studio;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.SelectOption;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The room in which one draws a digit, in a browser. */
@BrowserTest
final class DrawRoomTest {
  private static final String LEARNED =
      "() => document.querySelector('.lead').textContent.includes('others correctly')";
  private static Studio studio;

  @BeforeAll
  static void start() {
    studio = Studio.start(StudioOptions.usual());
  }

  @AfterAll
  static void end() {
    studio.close();
  }

  /** Draws a line of points with the pointer, in pixels of the 28 × 28. */
  private static void draw(BrowserPage page, int... points) {
    BoundingBox box = page.find("fv-pad canvas").boundingBox();
    double pixel = box.width / 28;
    page.page().mouse().move(box.x + points[0] * pixel, box.y + points[1] * pixel);
    page.page().mouse().down();
    for (int i = 2; i < points.length; i += 2) {
      page.page().mouse().move(box.x + points[i] * pixel, box.y + points[i + 1] * pixel);
    }
    page.page().mouse().up();
  }

  @Test
  void readsWhatIsDrawnAndShowsJavasNumbers() {
    try (BrowserPage page = new BrowserPage(studio, "draw")) {
      page.await(LEARNED);
      page.page().getByText("Clear").click();
      draw(page, 14, 4, 14, 23);
      page.await(
          "() => document.querySelector('[aria-label=Answer] h2').textContent.endsWith('1')");
      page.page().getByText("Clear").click();
      draw(page, 14, 5, 9, 8, 8, 14, 9, 20, 14, 22, 19, 20, 20, 14, 19, 8, 14, 5);
      page.await(
          "() => document.querySelector('[aria-label=Answer] h2').textContent.endsWith('0')");
      page.find("fv-maps canvas").first().hover();
      assertThat(page.text("#inspector h2")).isEqualTo("0 · conv2d");
      page.shoot("draw");
      page.find("input[name=stack]").check();
      page.find("fv-maps canvas").first().hover();
      page.await(
          "() => /^map [1-6] of 6, row/.test(document.querySelector('fv-maps"
              + " output').textContent)");
      page.shoot("draw-stacks");
      page.find("input[name=stack]").uncheck();
      requireSums(page);
      requireOwnScales(page);
      requireLink(page);
      requireDifferences(page);
      page.requireNoOverflow();
    }
  }

  /** The address tells the drawing, to the last byte: it needs nothing that is open here. */
  private static void requireLink(BrowserPage page) {
    String pixels = "[...document.querySelector('fv-pad').pixels].join()";
    page.await(
        "() => new URLSearchParams(location.hash.slice(1)).get('pixels') ==="
            + " btoa(String.fromCharCode(...document.querySelector('fv-pad').pixels))");
    String address = page.page().url().replaceAll(".*#room=", "");
    Object drawn = page.page().evaluate(pixels);
    try (BrowserPage other = new BrowserPage(studio, address)) {
      other.page().waitForSelector("fv-maps canvas");
      assertThat(other.page().evaluate(pixels)).isEqualTo(drawn);
    }
    try (BrowserPage other = new BrowserPage(studio, "draw&pixels=" + "_".repeat(1046) + "==")) {
      other.page().waitForSelector("fv-maps canvas");
      other.await("() => document.querySelector('fv-pad').pixels.some(v => v > 0)");
      other.requireCount(".wrong", 0);
    }
  }

  /** With a scale of its own a map's strongest place has the strongest colour. */
  private static void requireOwnScales(BrowserPage page) {
    String strongest =
        "document.querySelector('fv-maps .high').textContent.replace('+', '').trim()";
    page.find("fv-maps input[name=own-scale]").first().check();
    page.await("() => " + strongest + " === 'its largest'");
    page.find("fv-maps canvas").first().hover();
    page.await(
        "() => { const l = document.querySelector('fv-maps').selected.values; return Math.abs(Math.max(...l.map(Math.abs)) - %s) < 1e-2 * Math.max(...l.map(Math.abs)); }"
            .formatted(strongest));
    page.shoot("draw-scales");
    page.find("fv-maps input[name=own-scale]").first().uncheck();
  }

  /** What the page shows adds up as Java's layers do: dense layer = weights × input + bias. */
  private static void requireSums(BrowserPage page) {
    page.find("fv-maps summary").last().click();
    List<String> logits = page.texts(".layer:last-of-type fv-maps td", 10);
    double[] e = logits.stream().mapToDouble(Double::parseDouble).map(Math::exp).toArray();
    double sum = Arrays.stream(e).sum();
    List<String> shares = page.texts("fv-bars [role=cell].mono", 10);
    for (int i = 0; i < 10; i++) {
      double share = Double.parseDouble(shares.get(i).replace(" %", ""));
      assertThat(share).isCloseTo(100 * e[i] / sum, within(0.2));
    }
  }

  /** Differences are those of the numbers that were shown; against itself a drawing has none. */
  private static void requireDifferences(BrowserPage page) {
    String logits = ".layer:last-of-type fv-maps td";
    List<String> before = page.texts(logits, 10);
    page.find("button:text-is('Keep to compare')").click();
    page.find("input[name=difference]").check();
    assertThat(page.texts(logits, 10)).containsOnly("0");
    page.find("input[name=difference]").uncheck();
    page.find("input[name=turn]").fill("45");
    page.await(
        "() => document.querySelectorAll('.layer:last-of-type fv-maps td')[0].textContent !== '%s'"
            .formatted(before.getFirst()));
    List<String> after = page.texts(logits, 10);
    page.find("input[name=difference]").check();
    List<String> differences = page.texts(logits, 10);
    double most = 0;
    for (int i = 0; i < 10; i++) {
      double difference = Double.parseDouble(differences.get(i));
      double expected = Double.parseDouble(after.get(i)) - Double.parseDouble(before.get(i));
      assertThat(difference).isCloseTo(expected, within(0.011));
      most = Math.max(most, Math.abs(difference));
    }
    assertThat(page.someTexts(".layer:last-of-type .high").getFirst().replace("+", ""))
        .isEqualTo(Double.toString(most));
    page.shoot("draw-differences");
  }

  @Test
  void worksByKeysAlone() {
    try (BrowserPage page = new BrowserPage(studio, "draw", BrowserPage.Look.DARK)) {
      page.await(LEARNED);
      page.tabTo("fv-pad [tabindex]");
      page.press("Delete", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp");
      page.press("ArrowUp", "ArrowUp", "ArrowUp", "Space");
      for (int i = 0; i < 18; i++) {
        page.press("ArrowDown");
      }
      page.press("Space");
      page.await(
          "() => document.querySelector('[aria-label=Answer] h2').textContent.endsWith('1')");
      page.tabTo("fv-maps [tabindex]");
      page.press("ArrowRight", "Enter", "ArrowDown");
      page.await(
          "() => /map 2 of 6, row 16, column 15, value/.test(document.querySelector('fv-maps"
              + " output').textContent)");
      assertThat(page.text("#inspector h2")).isEqualTo("0 · conv2d");
      page.await(
          "() => document.querySelector('fv-maps output').textContent.endsWith('value ' +"
              + " [...document.querySelectorAll('#inspector tr')].find(r => r.cells[0].textContent"
              + " === 'value').cells[1].textContent)");
      page.shoot("draw-dark");
      page.press("Enter");
      page.page().waitForSelector("dialog canvas.imagined");
      assertThat(page.text("dialog h2")).isEqualTo("channel 2 of layer 0 looks for");
      page.requireCount("dialog .unit li", 9);
      page.shoot("draw-unit");
      page.press("Escape");
      page.requireCount("dialog", 0);
      requireArithmetic(page);
      page.press("Control+k");
      page.page().waitForSelector("#found li");
      page.page().keyboard().type("lesson resid");
      page.requireCount("#found li", 1);
      page.shoot("search");
      page.press("Enter");
      page.await("() => document.querySelector('h1')?.textContent === 'Residual connections'");
    }
  }

  /** From a place of a map into its numbers: their sum is what the map shows there. */
  private static void requireArithmetic(BrowserPage page) {
    String value = page.text("fv-maps output").replaceAll(".*value ", "");
    page.find("fv-maps [tabindex]").first().focus();
    page.press("Enter");
    page.page().waitForSelector("button.arithmetic");
    page.find("button.arithmetic").focus();
    page.press("Enter");
    assertThat(page.text(".unit-of")).startsWith("What 0, channel 2, row 16, column 15");
    double shown = Double.parseDouble(value);
    assertThat(page.number(".sum output")).isCloseTo(shown, within(1e-2 * Math.abs(shown) + 1e-4));
  }

  /** Another network reads the drawing, too: each of its layers is shown. */
  @Test
  void showsTheDrawingToANetworkOfOnesOwn() {
    Model own =
        Model.build(
            sequence(conv2d(3, 5).named("eyes"), relu(), flatten(), dense(7)),
            Shape.of(32, 32, 3),
            Seed.of(1),
            Engine.shared());
    studio.show("my eyes", own, Optional.empty());
    try (BrowserPage page = new BrowserPage(studio, "draw", BrowserPage.Look.NARROW)) {
      page.find("select[name=model]").selectOption(new SelectOption().setLabel("my eyes"));
      page.requireCount("fv-bars [role=row]", 7);
      assertThat(page.text(".layer h3")).startsWith("eyes · conv2d 28×28×3");
      page.await("() => document.querySelector('#present').textContent === 'my eyes'");
      page.requireNoOverflow();
    }
  }

  @Test
  void fitsOnAPhone() {
    try (BrowserPage page = new BrowserPage(studio, "draw", BrowserPage.Look.NARROW)) {
      page.page().waitForSelector("fv-maps canvas");
      page.requireNoOverflow();
      page.shoot("draw-narrow");
    }
  }
}
