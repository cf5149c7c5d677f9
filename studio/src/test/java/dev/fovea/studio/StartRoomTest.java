package dev.fovea.studio;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.sequence;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.engine.Engine;
import dev.fovea.io.Safetensors;
import dev.fovea.nn.Model;
import dev.fovea.studio.state.OpenModel;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.train.History;
import dev.fovea.train.Scores;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first room, and what is carried from room to room, in a browser. */
@BrowserTest
final class StartRoomTest {
  private static final Model NET =
      Model.build(
          sequence(conv2d(3, 5).named("eyes"), flatten(), dense(10)),
          Shape.of(28, 28, 1),
          Seed.of(1),
          Engine.shared());

  @TempDir private Path runs;

  private static NetworkOpener.Opened open(Path file) {
    if (!file.endsWith(Path.of("mine", "model.safetensors"))
        && !file.endsWith(Path.of("folder", "eyes.onnx"))) {
      throw new FoveaException(file + ": neither the file of the training nor of the folder");
    }
    return new NetworkOpener.Opened(NET, OpenModel.rule(NET));
  }

  private Studio start() {
    Path models = runs.resolve("models");
    write(models.resolve("folder/eyes.onnx"));
    write(models.resolve("damaged.onnx"));
    Scores scores = new Scores(0.5, Map.of("accuracy", 0.875));
    new History(List.of(new History.Epoch(1, scores, Optional.of(scores), 0.1, 2)))
        .write(runs.resolve("mine/history.csv"));
    new Safetensors(Map.of(), Map.of("net", "eyes")).write(runs.resolve("mine/model.safetensors"));
    return Studio.start(
        StudioOptions.usual().runs(runs).models(models).opener(StartRoomTest::open));
  }

  private static void write(Path file) {
    new Safetensors(Map.of(), Map.of()).write(file);
  }

  private static int ink(BrowserPage page) {
    Object sum =
        page.page()
            .evaluate("() => document.querySelector('fv-pad').pixels.reduce((a, b) => a + b, 0)");
    return ((Number) sum).intValue();
  }

  /** What is drawn is read at once, and goes to the room of layers, then to that of reasons. */
  @Test
  void drawsByKeysAndGoesOn() {
    try (Studio studio = start();
        BrowserPage page = new BrowserPage(studio, "start")) {
      assertThat(page.text(".reads")).matches("It reads [0-9]");
      page.tabTo("fv-pad [tabindex]");
      page.press("Delete", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp", "Space");
      for (int i = 0; i < 11; i++) {
        page.press("ArrowDown");
      }
      page.press("Space");
      int ink = ink(page);
      page.requireText(".reads", "It reads 1");
      page.shoot("start");
      page.tabTo("button.onward");
      page.press("Enter");
      page.page().waitForSelector(".draw fv-maps");
      page.await("() => document.querySelector('fv-pad').pixels.some(p => p > 0)");
      assertThat(ink(page)).isEqualTo(ink);
      page.find("button[name=to-explain]").click();
      page.page().waitForSelector(".explain select[name=class]");
      assertThat(page.find("select[name=model]").inputValue()).isEqualTo("lenet5-digits");
      assertThat(page.find("select[name=picture]").inputValue()).startsWith("drawing");
      page.requireText("#present", "LeNet-5 on digits · drawing 1");
      requireAtlas(page);
    }
  }

  /** Cells of the atlas are reached by arrows, and imagined by Enter. */
  private static void requireAtlas(BrowserPage page) {
    page.find("button.lay-atlas").click();
    String first = page.text(".atlas-cell");
    assertThat(first).startsWith("Row 1, column ").contains(" places. Strongest in the mean:");
    page.find(".atlas [data-cell='0']").focus();
    page.press("ArrowDown");
    page.await("() => !document.querySelector('.atlas-cell').textContent.startsWith('Row 1,')");
    page.press("Enter");
    assertThat(page.number(".atlas-value")).isPositive();
    page.shoot("explain-atlas");
    page.requireNoOverflow();
  }

  /** The network of a training opens as a graph; it and a picture are carried to other rooms. */
  @Test
  void carriesNetworkAndPictureFromRoomToRoom() {
    try (Studio studio = start();
        BrowserPage page = new BrowserPage(studio, "start", BrowserPage.Look.NARROW)) {
      assertThat(page.texts(".past td.number", 1)).containsExactly("validation accuracy 0.875");
      page.requireNoOverflow();
      assertThat(page.texts(".files li", 2)).allMatch(t -> t.contains(".onnx"));
      page.allowRefusals();
      page.find(".files button[aria-label='open damaged.onnx']").click();
      page.await(
          "() => document.querySelector('.wrong')?.textContent.includes('neither the file')");
      page.find(".past button").click();
      page.page().waitForSelector("g.node");
      assertThat(page.text("g.node:nth-of-type(2) .name")).isEqualTo("eyes");
      page.find("select[name=picture]").selectOption("p1");
      page.requireText("#present", "mine · test card");
      page.await("() => location.hash.includes('picture=p1')");
      page.find("#rooms a:text-is('Lessons')").click();
      page.page().waitForSelector(".lessons h1");
      page.find("#rooms a:text-is('Compare')").click();
      page.page().waitForSelector(".compare .millis");
      assertThat(page.find("select[name=model]").first().inputValue()).isEqualTo("m3");
      assertThat(page.find("select[name=picture]").first().inputValue()).isEqualTo("p1");
      page.find("select[name=model]").last().selectOption("folder/eyes.onnx");
      page.await(
          "() => [...document.querySelectorAll('select[name=model]')].at(-1).value === 'm4'");
      assertThat(page.text(".side:last-of-type option:checked")).isEqualTo("folder/eyes.onnx");
      page.requireNoOverflow();
    }
  }
}
