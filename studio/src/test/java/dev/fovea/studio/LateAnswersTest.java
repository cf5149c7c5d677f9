package dev.fovea.studio;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.sequence;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.options.SelectOption;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Answers that come after something newer was asked for are dropped: a request is held back on its
 * way until the newer one is answered.
 */
@BrowserTest
final class LateAnswersTest {
  /** Notes whether what belongs to the overtaken network is ever shown. */
  private static final String WATCH =
      """
      () => {
        window.late = [];
        window.watching?.disconnect();
        const shell = document.querySelector('#shell'); // the room and the inspector
        const look = () => {
          const all = shell.cloneNode(true);
          all.querySelectorAll('select').forEach(s => s.remove());
          if (all.textContent.includes('overtaken')) window.late.push(location.hash);
        };
        window.watching = new MutationObserver(look);
        window.watching.observe(shell, { childList: true, subtree: true, characterData: true });
      }
      """;

  private static final String LESSON = "Valid, same, full";

  /** Returns a small classifier that says a word wherever it is shown. */
  static Model model(String word) {
    Model model =
        Model.build(
            sequence(conv2d(3, 5).named(word), flatten(), dense(10)),
            Shape.of(28, 28, 1),
            Seed.of(1),
            Engine.shared());
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      labels.add(word + i);
    }
    return model.withMetadata(Map.of("labels", String.join("\n", labels)));
  }

  private static Studio start() {
    Studio studio = Studio.start(StudioOptions.usual());
    studio.show("first", model("overtaken"), Optional.empty());
    studio.show("second", model("newest"), Optional.empty());
    return studio;
  }

  /** Chooses the first network, whose answer comes late, and then the second. */
  private static void overtake(BrowserPage page, String room, String door) {
    String id = ids(page).getLast();
    page.page().evaluate("hash => { location.hash = hash; }", "#room=" + room + "&model=" + id);
    page.await("() => document.querySelector('main').textContent.includes('newest')");
    page.page().evaluate(WATCH);
    HeldRequests late = new HeldRequests(page, door);
    page.find("select[name=model]").first().selectOption("first");
    late.await();
    page.find("select[name=model]").first().selectOption("second");
    late.release();
    page.await(
        "() => document.querySelector('main').textContent.includes('newest') &&"
            + " document.querySelector('select[name=model]').selectedOptions[0].text === 'second'");
    assertThat(page.page().evaluate("() => window.late")).as(room).isEqualTo(List.of());
  }

  /** The curve is of the class that was chosen before. */
  private static void overtakeACurve(BrowserPage page) {
    HeldRequests late = new HeldRequests(page, "explain/deletion");
    page.find("button:text-is('take its pixels away')").click();
    late.await();
    page.find("select[name=class]").selectOption(new SelectOption().setIndex(1));
    late.release();
    page.find("button:text-is('take its pixels away'):enabled").waitFor();
    assertThat(page.has("h3:has-text('score as pixels go')")).isFalse();
  }

  private static List<String> ids(BrowserPage page) {
    Object ids =
        page.page()
            .evaluate(
                "async () => (await (await import('/js/api.js')).ask('start/open')).models.map(m =>"
                    + " m.id)");
    return ((List<?>) ids).stream().map(String::valueOf).filter(i -> i.startsWith("m")).toList();
  }

  @Test
  void neverShowTheNetworkThatWasOvertaken() {
    try (Studio studio = start();
        BrowserPage page = new BrowserPage(studio, "lessons")) {
      page.allowRefusals(); // methods that need a ReLU, which these networks do not have
      overtake(page, "graph", "graph/open");
      overtake(page, "explain", "explain/predict");
      overtakeACurve(page);
      overtake(page, "draw", "draw/see*");
    }
  }

  /** Explanations of a large network take minutes. */
  @Test
  void letTheHeadNameTheNetworkMeanwhile() {
    try (Studio studio = start();
        BrowserPage page = new BrowserPage(studio, "lessons")) {
      page.allowRefusals();
      HeldRequests late = new HeldRequests(page, "explain/explain");
      page.page()
          .evaluate(
              "hash => { location.hash = hash; }", "#room=explain&model=" + ids(page).getLast());
      late.await();
      page.requireText("#present", "second");
      late.release();
    }
  }

  /** What a room asked for when it began comes when the user is elsewhere. */
  @Test
  void leaveTheRoomThatOneHasGoneToAsItIs() {
    try (Studio studio = start();
        BrowserPage page = new BrowserPage(studio, "lessons")) {
      for (String room :
          List.of(
              "start",
              "kernels",
              "convolution",
              "draw",
              "train",
              "playground",
              "explain",
              "graph",
              "compare",
              "detect",
              "teach")) {
        HeldRequests late = new HeldRequests(page, "*/*");
        page.page().evaluate("room => { location.hash = '#room=' + room; }", room);
        late.await();
        page.page().evaluate("() => { location.hash = '#room=lessons'; }");
        page.requireText("main h1", LESSON);
        String inspected = page.find("#inspector").textContent();
        late.release();
        page.requireText("main h1", LESSON);
        assertThat(page.find("#inspector").textContent()).as(room).isEqualTo(inspected);
        assertThat(page.page().url()).as(room).contains("room=lessons");
      }
    }
  }
}
