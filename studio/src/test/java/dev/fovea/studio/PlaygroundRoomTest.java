package dev.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The playground, in a browser. */
@BrowserTest
final class PlaygroundRoomTest {
  @Test
  void learnsPointsThatNoLineParts() {
    try (Studio studio = Studio.start(StudioOptions.usual());
        BrowserPage page = new BrowserPage(studio, "playground&kind=circles")) {
      page.await("() => document.querySelector('.step')?.textContent === '0'");
      page.find("button:text-is('100 steps')").click();
      page.await("() => document.querySelector('.step').textContent === '100'");
      page.find("button:text-is('100 steps')").click();
      page.await("() => document.querySelector('.step').textContent === '200'");
      assertThat(page.number(".right")).isGreaterThan(95);
      page.shoot("playground");
      page.tabTo("fv-maps [tabindex]");
      page.press("ArrowRight", "Enter");
      page.await(
          "() => /map 2 of 8, row 21, column 21/.test(document.getElementById('said').textContent)");
      page.requireNoOverflow();
    }
  }
}
