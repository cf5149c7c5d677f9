package dev.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.microsoft.playwright.options.SelectOption;
import java.util.List;
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
    return page.text(".bits");
  }

  private static void train(BrowserPage page) {
    page.find("input[name=samples]").fill("600");
    page.find("input[name=epochs]").fill("2");
    page.press("Tab");
    page.page().getByText("change the samples in each epoch").click();
    page.find("input[name=change-rotate]").check();
    page.requireCount(".views canvas", 8);
    page.await("() => [...document.querySelectorAll('.views canvas')].every(c => c.width === 28)");
    page.shoot("train-changes");
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
      page.requireCount(".weights tbody tr", 3);
      requireLink(page);
      page.find("[role=tab]:text-is('mistakes')").click();
      page.page().getByText("Look at 1,000").click();
      List<String> confusion = page.texts(".confusion td", 100);
      int right = (int) page.number("[role=tabpanel] > p strong");
      int trace = 0;
      for (int i = 0; i < 10; i++) {
        trace += Integer.parseInt(confusion.get(11 * i).strip());
      }
      assertThat(trace).isEqualTo(right);
      requirePicks(page);
      page.find("select[name=confused]").selectOption(new SelectOption().setIndex(1));
      String confused = page.find("select[name=confused]").inputValue();
      assertThat(page.someTexts(".wrong-ones span").stream().map(t -> t.replaceAll("\\s+", " ")))
          .containsOnly(confused);
      page.requireText("#inspector h2", "taken for");
      page.shoot("train-mistakes");
      page.find("[role=tab]:text-is('calibration')").click();
      page.requireCount("#inspector h2", 0);
      page.find("button.reliability").click();
      requireReliability(page, right);
      requireHealth(page);
      page.find("[role=tab]:text-is('speed')").click();
      page.find("button.speed").click();
      page.page().waitForSelector(".speeds td");
      assertThat(page.someTexts(".speeds td:nth-of-type(3)").stream().map(Double::valueOf))
          .allMatch(millis -> millis > 0);
      embeds(page);
      takesAStepApart(page);
      page.find("[role=tab]:text-is('what layers compute')").click();
      page.find("button:text-is('now')").click();
      page.find("[role=tabpanel] fv-maps [tabindex]").nth(3).focus();
      page.press("ArrowRight");
      assertThat(page.text("#inspector h2")).isEqualTo("3 · conv2d");
      page.shoot("train");
      requireArithmetic(page);
      page.requireNoOverflow();
    }
  }

  /** The address, followed in another tab, shows the same view of the same step. */
  private static void requireLink(BrowserPage page) {
    String bits = bits(page);
    List<String> norms = page.texts(".weights td:nth-of-type(2)", 3);
    String address = page.page().url();
    try (BrowserPage other = new BrowserPage(studio, address.replaceAll(".*#room=", ""))) {
      other.requireText(".at", "step 37");
      assertThat(bits(other)).isEqualTo(bits);
      assertThat(other.texts(".weights td:nth-of-type(2)", 3)).isEqualTo(norms);
      assertThat(other.page().url()).isEqualTo(address);
    }
  }

  /** A cell of the table, chosen by a key, shows its mistakes; one on the diagonal shows all. */
  private static void requirePicks(BrowserPage page) {
    page.find("select[name=confused]").selectOption(new SelectOption().setIndex(1));
    String[] pair = page.find("select[name=confused]").inputValue().split(" taken for ", -1);
    page.find(".confusion td").first().click();
    page.await("() => document.querySelector('select[name=confused]').value === ''");
    page.find(".confusion td[data-row='%s'][data-column='%s']".formatted(pair[0], pair[1])).focus();
    page.press("Enter");
    page.await(
        "() => document.querySelector('select[name=confused]').value === '%s taken for %s'"
            .formatted(pair[0], pair[1]));
  }

  /** The parts hold all samples, and as many right ones as the table of mistakes. */
  private static void requireReliability(BrowserPage page, int right) {
    page.page().waitForSelector(".ece");
    List<String> cells = page.texts(".bins td", 30);
    double samples = 0;
    double hits = 0;
    double error = 0;
    for (int i = 0; i < cells.size(); i += 3) {
      double count = Double.parseDouble(cells.get(i));
      if (count > 0) {
        double confidence = percent(cells.get(i + 1));
        double accuracy = percent(cells.get(i + 2));
        samples += count;
        hits += count * accuracy / 100;
        error += count * Math.abs(confidence - accuracy);
      }
    }
    assertThat(samples).isEqualTo(1_000);
    assertThat(hits).isCloseTo(right, within(1.0));
    assertThat(page.number(".ece")).isCloseTo(error / samples, within(0.11));
    page.shoot("train-calibration");
  }

  /** The network has two layers that rectify, of 8 and 16 channels; dead ones are named. */
  private static void requireHealth(BrowserPage page) {
    page.find("[role=tab]:text-is('dead units')").click();
    page.find("button.health").click();
    double dead = page.number(".dead");
    List<String> each = page.someTexts(".healths td:nth-of-type(2)");
    assertThat(each.stream().mapToInt(Integer::parseInt).sum()).isEqualTo((int) dead);
    assertThat(page.someTexts(".healths td:nth-of-type(1)")).contains("8", "16", "10");
    page.shoot("train-units");
  }

  private static double percent(String text) {
    return Double.parseDouble(text.replace(" %", ""));
  }

  /** From a place of a map of the step that is shown into its numbers. */
  private static void requireArithmetic(BrowserPage page) {
    page.find(".layers fv-maps [tabindex]").first().focus();
    page.press("ArrowRight", "Enter", "ArrowDown");
    page.await(
        "() => /map 2 of 8, row 16, column 15, value/.test(document.querySelector('.layers fv-maps"
            + " output').textContent)");
    String value = page.text(".layers fv-maps output").replaceAll(".*value ", "");
    page.press("Enter");
    page.find("button.arithmetic").click();
    assertThat(page.text(".unit-of")).startsWith("What 0, channel 2, row 16, column 15");
    double shown = Double.parseDouble(value);
    assertThat(page.number(".sum output")).isCloseTo(shown, within(1e-2 * Math.abs(shown) + 1e-4));
  }

  private static void embeds(BrowserPage page) {
    page.find("[role=tab]:text-is('embedding')").click();
    page.find("button:text-is('pca')").click();
    assertThat(page.number(".nearest")).isBetween(12.0, 100.0);
    page.find("fv-scatter [tabindex]").focus();
    page.press("ArrowRight");
    page.await("() => / at /.test(document.getElementById('said').textContent)");
    page.shoot("train-embedding");
  }

  /**
   * The gradient of the cross-entropy by the logits is the share of each class, less 1 for its own.
   */
  private static void takesAStepApart(BrowserPage page) {
    page.find("[role=tab]:text-is('what layers compute')").click();
    String label = page.text("[role=tabpanel] .row strong");
    page.find("[role=tab]:text-is('slow motion')").click();
    page.find(".begin-slow").click();
    page.page().waitForSelector(".phases");
    page.find(".phases button:text-is('loss')").focus();
    page.press("Enter");
    double loss = page.number(".sample-loss");
    page.find("button.next").focus();
    page.press("Enter");
    page.find(".phase-now .backward summary").click();
    List<String> cells = page.texts(".phase-now .backward td", 10);
    double sum = 0;
    for (int i = 0; i < 10; i++) {
      double gradient = Double.parseDouble(cells.get(i));
      sum += gradient;
      if (Integer.toString(i).equals(label)) {
        assertThat(gradient).isCloseTo(Math.exp(-loss) - 1, within(2e-3));
      }
    }
    assertThat(sum).isCloseTo(0, within(5e-3));
    page.shoot("train-slow-motion");
    page.find(".phases button:text-is('update')").click();
    page.requireCount(".updates tbody tr", 3);
  }

  private static String step(BrowserPage page) {
    String before = page.text(".phase");
    page.find("button:text-is('One step')").click();
    page.await(
        "() => { const p = document.querySelector('.phase').textContent; return p.startsWith('paused') && p !== '%s'; }"
            .formatted(before));
    return page.text(".phase").replaceAll("paused, step ([0-9]+) of.*", "$1");
  }

  /** Returns by how much a step changed the weights of each layer. */
  private static List<String> changes(BrowserPage page, String step) {
    page.find("input[name=time]").fill(step);
    page.await("() => document.querySelector('.at').textContent === 'step " + step + "'");
    page.find("[role=tab]:text-is('weights')").click();
    return page.texts(".weights tbody td:nth-of-type(3)", 3);
  }

  /** By keys alone. What is frozen keeps its weights, live and computed anew, and in a branch. */
  @Test
  void freezesALayerWhileItLearns() {
    try (BrowserPage page = new BrowserPage(studio, "train")) {
      page.find("input[name=samples]").fill("300");
      page.find("input[name=epochs]").fill("1000");
      page.press("Tab");
      page.await("() => !document.querySelector('button.main').disabled");
      page.find("button.main").click();
      page.find("button:text-is('Pause')").click();
      page.await("() => document.querySelector('.phase')?.textContent.startsWith('paused')");
      page.requireCount("input.freeze", 3);
      page.find("input.freeze[aria-label='layer 4 frozen']").focus();
      page.press("Space");
      page.await("() => document.querySelectorAll('input.freeze:checked').length === 1");
      assertThat(page.text("#said")).startsWith("layer 4 is frozen from step ");
      String frozen = step(page);
      page.find("input.freeze[aria-label='layer 4 frozen']").focus();
      page.press("Space");
      page.await("() => document.querySelectorAll('input.freeze:checked').length === 0");
      String learns = step(page);
      page.await("() => document.querySelector('.at').textContent === 'step " + learns + "'");
      String bits = bits(page);
      page.shoot("train-frozen");
      assertThat(changes(page, frozen).get(1)).isEqualTo("0");
      assertThat(changes(page, frozen)).doesNotHaveDuplicates();
      assertThat(changes(page, learns)).doesNotContain("0");
      assertThat(bits(page)).isEqualTo(bits);
      assertThat(page.text(".freezes"))
          .matches("layer 4 is frozen from step \\d+ on, layer 4 is learning from step \\d+ on");
      page.find("input[name=time]").fill(frozen);
      page.await("() => document.querySelector('.at').textContent === 'step " + frozen + "'");
      page.page().onDialog(d -> d.accept("1"));
      page.find("button:text-is('branch here')").click();
      page.await("() => document.querySelectorAll('input.freeze:checked').length === 1");
      page.find("button:text-is('Stop')").click();
      page.await(ENDED);
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
