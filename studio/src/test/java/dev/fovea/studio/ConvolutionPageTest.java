package dev.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
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

  private static void requireFirst(BrowserPage page, String first) {
    page.await(
        "() => document.querySelector('.output td')?.textContent.trim() === '" + first + "'");
  }

  /** Sharpen is 5 in the middle: a pixel more is 5 more, and a bias of 2 is 2 more. */
  @Test
  void numbersAreChangedAndStandInTheAddress() {
    String address;
    try (BrowserPage page = new BrowserPage(studio, "convolution")) {
      requireFirst(page, "89");
      page.find(".input input").nth(6).fill("100");
      page.press("Enter");
      requireFirst(page, "94");
      page.find(".bias input").fill("2");
      page.press("Enter");
      requireFirst(page, "96");
      page.find("input[name=top]").fill("1");
      page.press("Enter");
      page.await("() => document.querySelectorAll('.output td').length === 12");
      page.requireCount(".input td.pad input", 0);
      page.requireCount(".input input", 25);
      page.page().getByText("as a matrix").click();
      page.find(".im2col td").nth(4 * 9).hover();
      page.requireCount(".input td.on", 9);
      page.shoot("convolution-own");
      page.requireNoOverflow();
      address = page.page().url().replaceAll(".*#room=", "");
    }
    try (BrowserPage page = new BrowserPage(studio, address)) {
      page.page().waitForSelector(".im2col td");
      page.requireCount(".input td.pad", 5);
      page.page().getByText("slide").click();
      assertThat(numbers(page, ".output", 12).get(3)).isEqualTo("96");
    }
  }

  /** What an address cannot mean begins with the example, whatever it is. */
  @Test
  void brokenLinksBeginWithTheExample() {
    for (String link :
        List.of(
            "tab=foo",
            "example=constructor",
            "setting={\"x\":null}",
            "setting={\"height\":-1}",
            "setting={\"height\":1e8}",
            "setting={\"weight\":[\"a\"]}",
            "setting=7",
            "setting={")) {
      try (BrowserPage page =
          new BrowserPage(studio, "convolution&" + link.replace("{", "%7B").replace("\"", "%22"))) {
        requireFirst(page, "89");
        page.requireCount(".wrong", 0);
      }
    }
  }

  /** Sizes stay within what a page can show. */
  @Test
  void sizesStayWithinTheirLimits() {
    try (BrowserPage page = new BrowserPage(studio, "convolution")) {
      requireFirst(page, "89");
      page.find("details > summary").first().click();
      page.find("input[name=height]").fill("100000000");
      page.press("Enter");
      page.requireCount(".output td", 22 * 3);
      assertThat(page.find("input[name=height]").inputValue()).isEqualTo("24");
      page.allowRefusals();
      page.find("input[name=height]").fill("-3");
      page.press("Enter");
      page.await("() => document.querySelector('input[name=height]').value === '1'");
      page.find("input[name=height]").fill("5");
      page.press("Enter");
      page.requireCount(".output td", 9);
    }
  }

  /**
   * dW at the lower right is 5·1 + 6·2 + 8·3 + 9·4; dX in the middle is 1·(−1) of the first window
   * and 4·1 of the last.
   */
  @Test
  void showsWhatTheWayBackAdds() {
    try (BrowserPage page = new BrowserPage(studio, "convolution&example=backward&tab=backward")) {
      page.find(".dw td").nth(3).hover();
      page.requireText(".sum .picked", "77");
      assertThat(page.text(".sum")).startsWith("dW: 1·5 + 2·6 + 3·8 + 4·9");
      page.requireCount(".input td.on", 4);
      page.find(".dx td").nth(4).hover();
      page.requireText(".sum .picked", "3");
      page.requireCount(".dy td.on", 4);
      page.find(".dy td").nth(2).hover();
      assertThat(page.text(".sum")).contains("row 2, column 1 goes to 4 weights");
      page.requireCount(".dx td.on", 4);
      page.tabTo(".dw td");
      page.press("ArrowRight");
      page.requireText(".sum .picked", "47");
      page.page().getByText("step", new Page.GetByTextOptions().setExact(true)).click();
      page.requireText(".sum .picked", "67");
      page.shoot("convolution-back");
      page.requireNoOverflow();
    }
  }

  /** It plays as fast as is asked for, and stops. */
  @Test
  void plays() {
    BrowserPage.Look moving = new BrowserPage.Look(1280, 900, ColorScheme.LIGHT, false);
    try (BrowserPage page = new BrowserPage(studio, "convolution", moving)) {
      page.find("select[name=speed]").selectOption("4 ×");
      page.find("button:text-is('play')").click();
      page.requireText(".picked", "113");
      page.requireText(".picked", "89");
      page.find("button:text-is('pause')").click();
      page.page().waitForSelector("button:text-is('play')");
    }
  }
}
