package dev.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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

  /** Longer than a page that is seen stays silent, in milliseconds. */
  private static final int SILENCE = 700;

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
  @MethodSource("dev.fovea.studio.PageTexts#rooms")
  void isAccessibleAndNarrow(String room) throws IOException {
    try (BrowserPage page = new BrowserPage(studio, room)) {
      page.await("() => !document.querySelector('main .wait')");
      page.expect("willReadFrequently"); // axe-core reads canvases to measure contrasts
      page.page().evaluate(axe());
      Object found =
          page.page()
              .evaluate(
                  "async () => (await axe.run({ resultTypes: ['violations'] })).violations.map(v =>"
                      + " v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 200)).join(' |"
                      + " '))");
      assertThat((List<?>) found).as(room).isEmpty();
      page.page()
          .setViewportSize(BrowserPage.Look.NARROW.width(), BrowserPage.Look.NARROW.height());
      page.page()
          .evaluate(
              "() => new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))");
      page.requireNoOverflow();
    }
    try (BrowserPage page = new BrowserPage(studio, room, ENLARGED)) {
      page.await("() => !document.querySelector('main .wait')");
      page.requireNoOverflow();
    }
  }

  /** A page that nobody sees asks for nothing; seen again, it follows again. */
  @Test
  void aHiddenPageIsSilent() {
    AtomicInteger asked = new AtomicInteger();
    try (Studio other = Studio.start(StudioOptions.usual());
        BrowserPage page = new BrowserPage(other, "draw")) {
      page.page().onRequest(r -> asked.incrementAndGet());
      hide(page, true);
      // What was on its way when the page was hidden may still come; then nothing does.
      int before = -1;
      for (long end = deadline(); asked.get() != before && System.nanoTime() < end; ) {
        before = asked.get();
        page.page().waitForTimeout(SILENCE);
      }
      assertThat(asked.get()).as("requests of a hidden page").isEqualTo(before);
      hide(page, false);
      for (long end = deadline(); asked.get() == before && System.nanoTime() < end; ) {
        page.page().waitForTimeout(20);
      }
      assertThat(asked.get()).isGreaterThan(before);
    }
  }

  private static void hide(BrowserPage page, boolean hidden) {
    page.page()
        .evaluate(
            "hidden => { Object.defineProperty(document, 'hidden', { value: hidden, configurable:"
                + " true }); document.dispatchEvent(new Event('visibilitychange')); }",
            hidden);
  }

  private static long deadline() {
    return System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
  }
}
