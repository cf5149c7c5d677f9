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
      page.find("fv-maps [tabindex]").nth(2).focus();
      page.press("ArrowRight");
      assertThat(page.text("#inspector h2")).isEqualTo("2 · dense");
      page.shoot("playground");
      learnsAFormula(page);
      page.find("select[name=kind]").selectOption("circles");
      page.await("() => location.hash.includes('kind=circles')");
      page.tabTo("fv-maps [tabindex]");
      page.press("ArrowRight", "Enter");
      page.await(
          "() => /map 2 of 8, row 21, column 21/.test(document.querySelector('fv-maps"
              + " output').textContent)");
      page.requireNoOverflow();
    }
  }

  /** Classes by a formula, for a network with dropout and an activation of its own. */
  private static void learnsAFormula(BrowserPage page) {
    page.find("select[name=kind]").selectOption("formula");
    page.requireText(".step", "0");
    page.find("input[name=hidden]").fill("8 relu");
    page.press("Tab");
    page.find("input[name=dropout]").fill("0.1");
    page.press("Tab");
    page.find("select[name=optimizer]").selectOption("momentum");
    page.find("input[name=formula]").fill("x + y > 1");
    page.press("Tab");
    page.await("() => location.hash.includes('formula=x+%2B+y')"); // it is shown by then
    page.find("button:text-is('100 steps')").click();
    page.requireText(".step", "100");
    assertThat(page.number(".right")).isGreaterThan(90);
    assertThat(page.texts(".layer h2", 4).stream().map(t -> t.replaceAll(".*· ", "")))
        .containsExactly("dense", "relu", "dropout", "dense");
    page.allowRefusals();
    page.find("input[name=formula]").fill("x +");
    page.press("Tab");
    assertThat(page.text(".wrong")).contains("at character 4, got the end");
    page.find("input[name=dropout]").fill("0");
    page.press("Tab");
    page.find("input[name=hidden]").fill("8,8");
    page.press("Tab");
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
      page.await("() => location.hash.includes('points=-2%2C-1%2C0%3B1%2C0%2C1%3B1%2C0.5%2C1')");
      page.find("button:text-is('100 steps')").focus();
      page.press("Enter");
      page.requireText(".step", "100");
      assertThat(page.number(".right")).isEqualTo(100);
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
