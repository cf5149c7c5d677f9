package dev.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The room of kernels, in a browser. */
@BrowserTest
final class KernelsRoomTest {
  private static Studio studio;

  @BeforeAll
  static void start() {
    studio = Studio.start(StudioOptions.usual());
  }

  @AfterAll
  static void end() {
    studio.close();
  }

  /**
   * The page and Java compute every number of every named kernel alike, bit for bit, alone and in a
   * chain, and show it as the same byte.
   */
  @Test
  void computesWhatJavaComputes() {
    try (BrowserPage page = new BrowserPage(studio, "kernels")) {
      Object differences =
          page.page()
              .evaluate(
                  """
                  async () => {
                    const { ask } = await import('/js/api.js');
                    const { correlate, gain, visible } = await import('/js/correlate.js');
                    const { picture, pictures } = await import('/js/picture.js');
                    const source = await picture((await pictures())[0].id, 97);
                    let different = 0, compared = 0;
                    const compare = (ours, theirs) => {
                      if (theirs.length !== ours.length) different++;
                      for (let i = 0; i < theirs.length; i++) {
                        compared++;
                        if (!Object.is(theirs[i], ours[i])) different++;
                      }
                    };
                    const named = (await ask('kernels/list')).kernels.map((k) => ({ ...k, weights: Float32Array.from(k.weights) }));
                    const asked = [];
                    named.forEach((k, i) => ['replicate', 'reflect', 'zero', 'valid'].forEach((border, b) =>
                      asked.push({ kernels: i % 5 === b ? [named[0], named[2], k] : [k], border, stride: i % 5 === b ? 2 : 1 + (i + b) % 3,
                        display: b === 3 ? 'signed' : k.display })));
                    for (const a of asked) {
                      const java = await ask('kernels/apply', { picture: source.id, most: 97, border: a.border, stride: a.stride, display: a.display,
                        kernels: a.kernels.map((k) => ({ height: k.height, width: k.width, weights: Array.from(k.weights) })) });
                      let ours = source;
                      for (const k of a.kernels) ours = correlate(ours, k, a.border, a.stride);
                      compare(ours.values, java.arrays.responses.values);
                      compare(visible(ours.values, a.display, gain(a.kernels.at(-1).weights, a.display)), java.arrays.pixels.values);
                    }
                    return `${different} of ${compared > 100000 ? 'many' : compared}`;
                  }
                  """);
      assertThat(differences).isEqualTo("0 of many");
    }
  }

  /** An address tells the whole chain; the numbers under the kernel make the response. */
  @Test
  void opensAChainWithStrideAndMirroredBorder() {
    String chain = "1 2 1; 2 4 2; 1 2 1".replace(" ", "%20");
    try (BrowserPage page =
        new BrowserPage(
            studio,
            "kernels&kernel=sobel-left&border=reflect&stride=2&display=signed&chain=" + chain)) {
      page.page().waitForSelector("canvas.after");
      assertThat(page.text("pre"))
          .contains(
              "new KernelChain(List.of(ImageKernel.parse(\"1 2 1; 2 4 2; 1 2 1\"),"
                  + " ImageKernel.parse(\"1 0 -1; 2 0 -2; 1 0 -1\")),"
                  + " Border.REFLECT, 2, Display.SIGNED)")
          .contains(
              "./fovea kernels PICTURE --within 320 --kernel \"1 2 1; 2 4 2; 1 2 1\" --kernel"
                  + " sobel-left --border reflect --stride 2 --show signed --out result.png");
      assertThat(page.text("p.soft:has-text('weights sum')"))
          .contains("as one kernel of 7 × 7 with stride 4");
      page.find(".kernel-columns .stage[tabindex]").focus();
      page.press("ArrowRight", "ArrowRight");
      List<Double> read =
          page.texts("table[aria-label=response] td", 9).stream()
              .map(t -> Double.parseDouble(t.strip().replace('−', '-')))
              .toList();
      double sum =
          read.get(0) - read.get(2) + 2 * (read.get(3) - read.get(5)) + read.get(6) - read.get(8);
      assertThat(page.number("output.response")).isEqualTo(sum);
      page.find("input[name=stride]").fill("1");
      page.press("Enter");
      page.await("() => location.hash.includes('stride=1') && location.hash.includes('chain=1')");
      page.shoot("kernels-chain");
    }
  }

  @Test
  void movesAKernelByKeysAndChangesAWeight() {
    try (BrowserPage page = new BrowserPage(studio, "kernels&kernel=identity")) {
      page.page().waitForSelector("canvas.after");
      page.tabTo(".stage[tabindex]");
      page.press("ArrowRight", "ArrowDown", "Shift+ArrowDown");
      String before = page.text("output.response");
      assertThat(page.text("#inspector h2")).isEqualTo("result");
      assertThat(page.text("#inspector tr:nth-of-type(2) td")).isEqualTo(before);
      requireSpectrum(page, "1");
      assertThat(page.attribute(".histogram .plot", "aria-label"))
          .matches("pixels over brightness; last: picture (.+), result \\1");
      page.tabTo("table.grid input");
      page.press("ArrowRight", "ArrowDown"); // the middle, which is 1
      page.page().keyboard().type("2");
      page.press("Enter", "Tab");
      page.await(
          "() => document.querySelector('output.response').textContent === '"
              + 2 * Integer.parseInt(before)
              + "'");
      requireSpectrum(page, "2");
      assertThat(page.page().url())
          .contains("kernel=own", "weights=0,0,0,0,2,0,0,0,0".replace(",", "%2C"));
      page.requireNoOverflow();
    }
  }

  /** A single weight lets through the same of each wave. */
  private static void requireSpectrum(BrowserPage page, String share) {
    page.await(
        "() => document.querySelector('.spectrum .high')?.textContent === '%s'".formatted(share));
    page.find(".spectrum details").evaluate("d => { d.open = true; }");
    assertThat(page.texts(".spectrum td", 33 * 33)).containsOnly(share);
  }

  @Test
  void filmsWithTheCamera() {
    try (BrowserPage page = new BrowserPage(studio, "kernels&kernel=laplacian")) {
      page.page().getByText("camera").click();
      page.await(
          "() => /[1-9][0-9]* pictures a second/.test(document.querySelector('.fps').textContent)");
      page.page().getByText("camera on").click();
      page.page().waitForTimeout(200);
    }
  }

  @Test
  void looksWell() {
    try (BrowserPage page = new BrowserPage(studio, "kernels")) {
      page.page().waitForSelector("canvas.after");
      page.find("canvas.before").hover();
      page.shoot("kernels");
    }
    try (BrowserPage page = new BrowserPage(studio, "kernels", BrowserPage.Look.NARROW)) {
      page.page().waitForSelector("canvas.after");
      page.find("canvas.before").hover();
      assertThat(page.text("#inspector h2")).isEqualTo("result");
      assertThat(page.find("#inspector").boundingBox().y)
          .as("the inspector lies below the room")
          .isGreaterThanOrEqualTo(
              page.find("main").boundingBox().y + page.find("main").boundingBox().height);
      page.requireNoOverflow();
      page.shoot("kernels-narrow");
    }
  }
}
