package dev.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The room in which a network learns, in a browser. */
@BrowserTest
final class TrainRoomTest {
  private static final String ENDED =
      "() => document.querySelector('.phase')?.textContent.startsWith('ended')";
  private static Studio studio;

  @BeforeAll
  static void start() {
    studio = Studio.start(StudioOptions.usual());
  }

  @AfterAll
  static void end() {
    studio.close();
  }

  private static String bits(BrowserPage page) {
    return page.find(".bits").textContent();
  }

  private static void train(BrowserPage page) {
    page.find("input[name=samples]").fill("600");
    page.find("input[name=epochs]").fill("2");
    page.press("Tab");
    page.await("() => !document.querySelector('button.main').disabled");
    page.find("button.main").click();
    page.await(ENDED);
  }

  /** Two trainings of one plan show the same bits at the same step: live, and computed anew. */
  @Test
  void goesBackToAnyStepBitForBit() {
    try (BrowserPage page = new BrowserPage(studio, "train")) {
      train(page);
      page.await("() => document.querySelector('.at').textContent === 'step 38'");
      String last = bits(page);
      page.find("input[name=time]").fill("17");
      page.await("() => document.querySelector('.at').textContent === 'step 17'");
      String before = bits(page);
      assertThat(before).isNotEqualTo(last);
      page.find("input[name=time]").fill("38");
      page.await("() => document.querySelector('.at').textContent === 'step 38'");
      assertThat(bits(page)).isEqualTo(last);
      page.page().getByText("one back").click();
      page.await("() => document.querySelector('.at').textContent === 'step 37'");
      page.find("[role=tab]:text-is('weights')").click();
      assertThat(page.find(".weights tbody tr").count()).isEqualTo(3);
      page.find("[role=tab]:text-is('mistakes')").click();
      page.page().getByText("Look at 1,000").click();
      page.page().waitForSelector(".confusion td");
      int right = Integer.parseInt(page.find("[role=tabpanel] strong").first().textContent());
      int trace = 0;
      for (int i = 0; i < 10; i++) {
        trace += Integer.parseInt(page.find(".confusion td").nth(11 * i).textContent().strip());
      }
      assertThat(trace).isEqualTo(right);
      page.shoot("train-mistakes");
      page.find("[role=tab]:text-is('what layers compute')").click();
      page.find("button:text-is('now')").click();
      page.shoot("train");
      page.requireNoOverflow();
    }
  }

  @Test
  void saysWhatDoesNotFitWhileOneBuilds() {
    try (BrowserPage page = new BrowserPage(studio, "train", BrowserPage.Look.NARROW)) {
      page.allowRefusals();
      page.await("() => !document.querySelector('button.main').disabled");
      page.find("input[aria-label='layer 8 units']").fill("7");
      page.press("Tab");
      page.await(
          "() => document.querySelector('.wrong')?.textContent.includes('end with dense(10)')");
      page.requireNoOverflow();
      page.shoot("train-narrow");
    }
  }
}
