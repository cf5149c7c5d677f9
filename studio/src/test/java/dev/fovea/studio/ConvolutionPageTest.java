package dev.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The room of convolutions, in a browser. */
@BrowserTest
final class ConvolutionPageTest {
  private static Studio studio;

  @BeforeAll
  static void start() {
    studio = Studio.start(StudioOptions.usual());
  }

  @AfterAll
  static void end() {
    studio.close();
  }

  private static List<String> numbers(BrowserPage page, String grid, int count) {
    return page.texts(grid + " td", count).stream().map(t -> t.strip().replace('−', '-')).toList();
  }

  /** The numbers of the active: sharpen over A, valid, same and at stride 2. */
  @Test
  void showsTheNumbersOfTheCourse() {
    try (BrowserPage page = new BrowserPage(studio, "convolution")) {
      assertThat(numbers(page, ".output", 9))
          .containsExactly("89", "111", "101", "85", "111", "101", "98", "117", "113");
      page.find("select[name=example]").selectOption("stride");
      page.await("() => document.querySelector('.output td').textContent.trim() === '320'");
      assertThat(numbers(page, ".output", 9))
          .containsExactly("320", "198", "281", "205", "111", "197", "317", "210", "291");
      page.find("select[name=example]").selectOption("colours");
      page.await("() => document.querySelector('.output td').textContent.trim() === '−25'");
      assertThat(numbers(page, ".output", 25)).startsWith("-25", "466", "466", "475");
      page.page().getByText("channel by channel").click();
      page.find("table[aria-label='products 1'] td").nth(4).focus();
      assertThat(page.text("#inspector h2")).isEqualTo("products 1");
      page.shoot("convolution-channels");
      page.page().getByText("as a matrix").click();
      page.shoot("convolution-matrix");
      requireFourWays(page);
      page.find("select[name=example]").selectOption("backward");
      page.page().getByText("backwards").click();
      assertThat(numbers(page, ".dw", 4)).containsExactly("37", "47", "67", "77");
      assertThat(numbers(page, ".dx", 9))
          .containsExactly("1", "2", "0", "3", "3", "-2", "0", "-3", "-4");
      page.shoot("convolution-backward");
      page.requireNoOverflow();
    }
  }

  /** Nine products for each of the nine results; every way gives the same numbers. */
  private static void requireFourWays(BrowserPage page) {
    page.allowRefusals();
    page.find("select[name=example]").selectOption("stride");
    page.page().getByText("four ways").click();
    assertThat(page.text("[role=tabpanel] .wrong")).contains("stride 1");
    page.find("select[name=example]").selectOption("valid");
    assertThat(page.texts(".ways th[scope=row]", 4))
        .containsExactly("direct", "im2col", "fft", "winograd");
    assertThat(page.number(".ways td")).isEqualTo(81);
    assertThat(page.texts(".ways td:last-child", 4).stream().map(Double::valueOf))
        .allMatch(difference -> difference < 1e-3);
    page.find("fv-experiment input[name=kernel]").fill("21");
    page.await(
        "() => document.querySelector('fv-experiment figcaption')?.textContent.includes('21 ×"
            + " 21')");
    page.shoot("convolution-ways");
    page.requireNoOverflow();
  }

  @Test
  void walksByKeysAndSaysWhatDoesNotFit() {
    try (BrowserPage page = new BrowserPage(studio, "convolution", BrowserPage.Look.NARROW)) {
      page.page().waitForSelector("fv-grid.output td");
      page.tabTo("fv-grid.output td");
      page.press("ArrowRight", "ArrowDown");
      page.await("() => document.querySelector('.picked').textContent === '111'");
      page.await(
          "() => /result, row 2, column 2, value"
              + " 111/.test(document.getElementById('said').textContent)");
      page.requireNoOverflow();
      page.shoot("convolution-narrow");
      page.page().getByText("sizes, padding").click();
      page.allowRefusals();
      page.find("input[name=kernelHeight]").fill("9");
      page.press("Enter");
      page.await("() => document.querySelector('.wrong')?.textContent.includes('use same()')");
    }
  }
}
