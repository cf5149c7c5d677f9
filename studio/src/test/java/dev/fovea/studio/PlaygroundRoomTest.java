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
          "() => /map 2 of 8, row 21, column 21/.test(document.querySelector('fv-maps output').textContent)");
      page.requireNoOverflow();
    }
  }

  /** Two points on each side of a line are learned; keys set them, and the address holds them. */
  @Test
  void learnsPointsThatKeysHaveSet() {
    String room = "playground&kind=own&hidden=4&seed=3&points=-2,1,0%3B-2,-1,0";
    try (Studio studio = Studio.start(StudioOptions.usual());
        BrowserPage page = new BrowserPage(studio, room, BrowserPage.Look.NARROW)) {
      page.requireText(".own", "2");
      page.tabTo("canvas.plane");
      page.press("ArrowRight", "ArrowRight", "Delete");
      page.requireText(".own", "1");
      page.find("button[name=class-1]").focus();
      page.press("Enter");
      page.find("canvas.plane").focus();
      page.press("Enter", "ArrowUp", "Enter");
      page.requireText(".own", "3");
      page.await("() => document.querySelector('.step')?.textContent === '0'");
      page.find("button:text-is('100 steps')").focus();
      page.press("Enter");
      page.requireText(".step", "100");
      assertThat(page.number(".right")).isEqualTo(100);
      assertThat(page.page().url()).contains("points=-2%2C-1%2C0%3B1%2C0%2C1%3B1%2C0.5%2C1");
      page.find("summary:text-is('points as text')").click();
      page.find("textarea[name=csv]").fill("1, 1, 0\n7, 1, 1");
      page.press("Tab");
      page.allowRefusals();
      page.find("button.take-text").click();
      assertThat(page.text(".wrong")).contains("point 2 lies at 7.0; from -6 to 6 expected");
      page.requireNoOverflow();
      page.shoot("playground-own");
    }
  }
}
