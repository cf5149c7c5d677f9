package dev.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;

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

  /** The page and Java compute every number of every named kernel alike, bit for bit. */
  @Test
  void computesWhatJavaComputes() {
    try (BrowserPage page = new BrowserPage(studio, "kernels")) {
      Object differences =
          page.page()
              .evaluate(
                  """
                  async () => {
                    const { ask } = await import('/js/api.js');
                    const { correlate } = await import('/js/correlate.js');
                    const { picture, pictures } = await import('/js/picture.js');
                    const source = await picture((await pictures())[0].id, 97);
                    let different = 0, compared = 0;
                    for (const k of (await ask('kernels/list')).kernels) {
                      for (const border of ['replicate', 'zero', 'valid']) {
                        const ours = correlate(source, { ...k, weights: Float32Array.from(k.weights) }, border);
                        const java = await ask('kernels/apply', { picture: source.id, most: 97, border,
                          height: k.height, width: k.width, weights: k.weights });
                        const theirs = java.arrays.responses.values;
                        if (theirs.length !== ours.values.length) different++;
                        for (let i = 0; i < theirs.length; i++) {
                          compared++;
                          if (!Object.is(theirs[i], ours.values[i])) different++;
                        }
                      }
                    }
                    return `${different} of ${compared > 100000 ? 'many' : compared}`;
                  }
                  """);
      assertThat(differences).isEqualTo("0 of many");
    }
  }

  @Test
  void movesAKernelByKeysAndChangesAWeight() {
    try (BrowserPage page = new BrowserPage(studio, "kernels&kernel=identity")) {
      page.page().waitForSelector("canvas.after");
      page.tabTo(".stage[tabindex]");
      page.press("ArrowRight", "ArrowDown", "Shift+ArrowDown");
      String before = page.text("output.response");
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
      page.requireNoOverflow();
      page.shoot("kernels-narrow");
    }
  }
}
