package dev.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What all rooms have in common, in a browser: nothing that axe-core finds fault with, no wider
 * than a narrow or enlarged window, silent while hidden.
 */
@BrowserTest
final class EveryRoomTest {
  private static final String AXE = "/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js";

  /** A window of 1280 × 1024 pixels, enlarged to 400 %. */
  private static final BrowserPage.Look ENLARGED =
      new BrowserPage.Look(320, 256, ColorScheme.DARK, true);

  private static Studio studio;

  @BeforeAll
  static void start() {
    studio = Studio.open(SystemNets.of("yolo-tiny"));
  }

  @AfterAll
  static void end() {
    studio.close();
  }

  private static String axe() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(EveryRoomTest.class.getResourceAsStream(AXE), "axe-core")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "start",
        "draw",
        "kernels",
        "convolution",
        "train",
        "explain",
        "graph",
        "compare",
        "detect",
        "teach",
        "playground",
        "lessons"
      })
  void isAccessibleAndNarrow(String room) throws IOException {
    try (BrowserPage page = new BrowserPage(studio, room)) {
      page.await("() => !document.querySelector('main .wait')");
      page.expect("willReadFrequently"); // axe-core reads canvases to measure contrasts
      page.page().evaluate(axe());
      Object found =
          page.page()
              .evaluate(
                  "async () => (await axe.run({ resultTypes: ['violations'] })).violations"
                      + ".map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 200)).join(' | '))");
      assertThat((List<?>) found).as(room).isEmpty();
    }
    for (BrowserPage.Look look : List.of(BrowserPage.Look.NARROW, ENLARGED)) {
      try (BrowserPage page = new BrowserPage(studio, room, look)) {
        page.await("() => !document.querySelector('main .wait')");
        page.requireNoOverflow();
      }
    }
  }

  /** A page that nobody sees asks for nothing; seen again, it follows again. */
  @Test
  void aHiddenPageIsSilent() {
    AtomicInteger asked = new AtomicInteger();
    try (Studio other = Studio.start(StudioOptions.usual());
        BrowserPage page = new BrowserPage(other, "draw")) {
      page.page().onRequest(r -> asked.incrementAndGet());
      page.page()
          .evaluate(
              "() => { Object.defineProperty(document, 'hidden', { value: true, configurable: true });"
                  + " document.dispatchEvent(new Event('visibilitychange')); }");
      page.page().waitForTimeout(600);
      int before = asked.get();
      page.page().waitForTimeout(700);
      assertThat(asked.get() - before).isZero();
      page.page()
          .evaluate(
              "() => { Object.defineProperty(document, 'hidden', { value: false, configurable: true });"
                  + " document.dispatchEvent(new Event('visibilitychange')); }");
      page.page().waitForTimeout(1000);
      assertThat(asked.get() - before).isPositive();
    }
  }
}
