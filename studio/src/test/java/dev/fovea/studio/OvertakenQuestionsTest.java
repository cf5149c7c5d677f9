package dev.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Request;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.FilePayload;
import com.microsoft.playwright.options.SelectOption;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What was asked before something else was chosen is never shown, however late its answer is. */
@BrowserTest
final class OvertakenQuestionsTest {
  /** Shows a channel of a network on the card of the page. */
  private static final String CARD =
      """
      async channel => {
        await import('/js/unit.js');
        const card = document.querySelector('fv-unit') ?? document.createElement('fv-unit');
        document.querySelector('main').append(card);
        const { models, pictures } = await (await import('/js/api.js')).ask('start/open');
        const question = { model: models.find(m => m.name === 'newest').id, picture: pictures[0].id };
        card.unit = { door: 'unit/card', question, path: 'newest', channel, row: 3, column: 4 };
      }
      """;

  private static final String STEP = "Number(document.querySelector('.step').textContent)";

  /** What follows a late answer is asked for and shown within so many milliseconds. */
  private static final int SHOWN_WITHIN = 200;

  /** Its networks are m3, which is overtaken, and m4: two pictures have the ids before. */
  private static Studio studio;

  @BeforeAll
  static void start() {
    studio = Studio.start(StudioOptions.usual());
    studio.show("overtaken", LateAnswersTest.model("overtaken"), Optional.empty());
    studio.show("newest", LateAnswersTest.model("newest"), Optional.empty());
  }

  @AfterAll
  static void end() {
    studio.close();
  }

  /**
   * A question whose answer comes late, and what overtakes it.
   *
   * @param shown what is true in the page where the late answer is shown
   */
  record Case(
      String name,
      String address,
      String door,
      Consumer<BrowserPage> before,
      Consumer<BrowserPage> first,
      Consumer<BrowserPage> second,
      String shown) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    return Stream.of(units(), comparisons(), layers(), lessons()).flatMap(c -> c);
  }

  private static Stream<Case> units() {
    return Stream.of(
        new Case(
            "card of a unit",
            "lessons",
            "unit/card",
            page -> {},
            page -> card(page, 0),
            page -> {
              card(page, 1);
              page.page().waitForSelector("fv-unit canvas.imagined");
              keep(page, "fv-unit");
            },
            differs("fv-unit")),
        new Case(
            "imagined unit",
            "lessons",
            "unit/imagine",
            page -> {
              card(page, 0);
              page.find("fv-imagine summary").click();
            },
            page -> page.find("button.imagine").click(),
            page -> card(page, 1),
            "document.querySelector('.imagined-value')"),
        new Case(
            "arithmetic of a unit",
            "lessons",
            "unit/arithmetic",
            page -> card(page, 0),
            page -> page.find("button.arithmetic").click(),
            page -> card(page, 1),
            "location.hash.includes('convolution')"),
        new Case(
            "atlas",
            "explain&model=m4",
            "atlas/lay",
            page -> page.page().waitForSelector("button.lay-atlas"),
            page -> page.find("button.lay-atlas").click(),
            page -> choose(page, "main", "overtaken"),
            "document.querySelector('table.atlas')"),
        new Case(
            "strongest channels",
            "explain&model=m4",
            "unit/strongest",
            page -> page.page().waitForSelector("input[name=dictionary]"),
            page -> page.find("input[name=dictionary]").check(),
            page -> choose(page, "main", "overtaken"),
            "document.querySelector('p.soft:has(+"
                + " .dictionary)')?.textContent.includes('newest')"),
        new Case(
            "cell of an atlas",
            "explain&model=m4",
            "atlas/imagine",
            page -> page.find("button.lay-atlas").click(),
            page -> page.find("button.imagine-cell").click(),
            page -> page.find("table.atlas [data-cell='1']").click(),
            "document.querySelector('.atlas-value')"));
  }

  private static Stream<Case> comparisons() {
    return Stream.of(
        new Case(
            "compared picture",
            "compare&first=m4&second=m4",
            "compare/picture",
            page -> page.page().waitForSelector(".side fv-maps"),
            page -> choose(page, ".side", "overtaken"),
            page -> choose(page, ".side", "newest"),
            "document.querySelector('.side fv-bars').textContent.includes('overtaken')"),
        new Case(
            "aligned graphs",
            "compare&first=m4&second=m4",
            "compare/graphs",
            page -> page.page().waitForSelector(".side fv-maps"),
            page -> page.find("button:text-is('align their graphs')").click(),
            page -> choose(page, ".side", "overtaken"),
            "document.querySelector('.graphs')"),
        new Case(
            "compared data",
            "compare&first=m4&second=m4",
            "compare/data",
            page -> page.page().waitForSelector(".side fv-maps"),
            page -> page.find("[aria-label='On a data set'] button.main").click(),
            page -> choose(page, ".side", "overtaken"),
            "document.querySelector('.agree')"),
        new Case(
            "eight bits",
            "compare&first=m4&second=m4",
            "compare/eight-bits",
            page -> page.page().waitForSelector(".side fv-maps"),
            page -> page.find("button:text-is('compare with 8 bits')").click(),
            page -> choose(page, ".side", "overtaken"),
            "document.querySelectorAll('select[name=model]')[1].selectedOptions[0].text !=="
                + " 'newest'"));
  }

  private static Stream<Case> layers() {
    return Stream.of(
        new Case(
            "times of layers",
            "graph&model=m4",
            "graph/times",
            page -> page.page().waitForSelector("g.node"),
            page -> page.find("button:text-is('measure times')").click(),
            page -> choose(page, "main", "overtaken"),
            "[...document.querySelectorAll('.nodes tbody tr')].some(r =>"
                + " r.children[5].textContent)"),
        new Case(
            "values of a layer",
            "graph&model=m4&layer=newest",
            "graph/layer",
            page -> page.page().waitForSelector("button:text-is('run the picture through')"),
            page -> page.find("button:text-is('run the picture through')").click(),
            page -> page.find("select[name=picture]").selectOption(new SelectOption().setIndex(0)),
            "document.querySelector('.statistics')"),
        new Case(
            "slow motion",
            "train",
            "train/backward",
            page -> train(page, 10),
            page -> {
              page.find("[role=tab]:text-is('slow motion')").click();
              page.find("button.begin-slow").click();
            },
            page -> {
              page.find("[role=tab]:text-is('what layers compute')").click();
              page.find("input[name=sample]").fill("3");
              page.press("Tab");
              page.find("[role=tab]:text-is('slow motion')").click();
            },
            "document.querySelector('.phase-now')"),
        new Case(
            "step of the past",
            "train",
            "train/at",
            page -> train(page, 13),
            page -> page.find("input[name=time]").fill("1"),
            page -> page.find("button:text-is('now')").click(),
            "document.querySelector('.at')?.textContent === 'step 1'"));
  }

  private static Stream<Case> lessons() {
    return Stream.of(
        new Case(
            "experiment",
            "lessons&lesson=dilation&step=1",
            "lessons/field",
            page -> {
              page.find("input[name=guess]").first().check();
              page.page().waitForSelector("dl.numbers");
              page.page().evaluate("() => { window.seen = new Set(); }");
            },
            page -> page.find("select[name=dilation]").selectOption("1"),
            page -> page.find("select[name=dilation]").selectOption("3"),
            "window.seen.add(document.querySelector('dl.numbers').textContent).size > 2"),
        new Case(
            "verdict of an exercise",
            "lessons&lesson=dilation&step=2",
            "convolution/compute",
            page -> page.page().waitForSelector(".live canvas, .live table"),
            page -> {
              page.find("input[name=answer]").fill("1");
              page.press("Enter");
            },
            page -> page.find("button:text-is('back')").first().click(),
            "document.querySelector('.verdict')?.textContent"),
        new Case(
            "playground",
            "playground&kind=blobs",
            "playground/begin",
            page -> {
              page.page().waitForSelector(".step");
              page.find("button:text-is('learn')").click();
              page.await("() => Number(document.querySelector('.step').textContent) > 5");
            },
            page -> {
              page.find("select[name=kind]").selectOption("circles");
              page.page().evaluate("() => { window.most = %s + 5; }".formatted(STEP));
            },
            page -> { // one answer may have been on its way; then the other points learn no more
              page.page().waitForTimeout(SHOWN_WITHIN);
              page.page().evaluate("() => { window.went = %s > window.most; }".formatted(STEP));
            },
            "window.went"),
        new Case(
            "learned classes",
            "teach&model=m4",
            "teach/learn*",
            page -> {
              show(page, 0);
              show(page, 1);
            },
            page -> page.find("button.main:text-is('Learn')").click(),
            page -> choose(page, "main", "overtaken"),
            "document.querySelector('.learned, .ways')"));
  }

  /** Returns what counts how often something is shown from now on. */
  private static String counting(String shown) {
    return """
    () => {
      window.late = 0;
      const look = () => { if (%s) window.late++; };
      new MutationObserver(look).observe(document.body,
          { childList: true, subtree: true, characterData: true, attributes: true });
      look();
    }
    """
        .formatted(shown);
  }

  private static void card(BrowserPage page, int channel) {
    page.page().evaluate(CARD, channel);
  }

  private static void keep(BrowserPage page, String selector) {
    page.page().evaluate("s => { window.kept = document.querySelector(s).textContent; }", selector);
  }

  private static String differs(String selector) {
    return "window.kept && document.querySelector('%s').textContent !== window.kept"
        .formatted(selector);
  }

  /** Chooses the first network of a part of the page. */
  private static void choose(BrowserPage page, String part, String name) {
    page.find(part + " select[name=model]").first().selectOption(name);
  }

  /** Trains for so many steps of 32 samples, and waits until the last is shown. */
  private static void train(BrowserPage page, int steps) {
    page.find("input[name=samples]").fill(Integer.toString(32 * steps));
    page.find("input[name=epochs]").fill("1");
    page.press("Tab");
    page.await("() => !document.querySelector('button.main').disabled");
    page.find("button.main").click();
    page.await(
        "() => document.querySelector('.phase')?.textContent.startsWith('ended, step %d of') && document.querySelector('.at').textContent === 'step %d'"
            .formatted(steps, steps));
  }

  /** Shows an example of a class. */
  private static void show(BrowserPage page, int label) {
    Tensor picture = Tensor.zeros(Shape.of(28, 28, 1));
    picture.data()[100 + label] = 255;
    FilePayload file = new FilePayload(label + ".png", "image/png", png(picture));
    page.find("input[name=files-%d]".formatted(label)).setInputFiles(file);
    page.page().waitForSelector("canvas[data-class='%d']".formatted(label));
  }

  private static byte[] png(Tensor picture) {
    try {
      return SystemNets.png(picture);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void areNeverAnswered(Case c) {
    try (BrowserPage page = new BrowserPage(studio, c.address())) {
      page.allowRefusals(); // methods that need a ReLU, which these networks do not have
      c.before().accept(page);
      HeldRequests late = new HeldRequests(page, c.door());
      c.first().accept(page);
      late.await();
      c.second().accept(page);
      page.page().evaluate(counting(c.shown()));
      late.release();
      page.page().waitForTimeout(SHOWN_WITHIN);
      assertThat(page.page().evaluate("() => window.late")).isEqualTo(0);
    }
  }

  /** Why the numbers of a unit cannot be shown does not matter on the card of another. */
  @Test
  void refusedArithmeticIsOfItsUnit() {
    try (BrowserPage page = new BrowserPage(studio, "lessons")) {
      page.allowRefusals();
      card(page, 0);
      HeldRequests late = new HeldRequests(page, "unit/arithmetic");
      page.find("button.arithmetic").click();
      late.await();
      card(page, 1);
      page.page().waitForSelector("fv-unit canvas.imagined");
      page.page().evaluate(counting("document.querySelector('fv-unit .wrong')"));
      late.answer(422, "text/plain", "no numbers");
      page.page().waitForTimeout(SHOWN_WITHIN);
      assertThat(page.page().evaluate("() => window.late")).isEqualTo(0);
    }
  }

  /** Why a step could not be taken apart does not matter once another sample is looked at. */
  @Test
  void refusedSlowMotionIsOfItsSample() {
    try (BrowserPage page = new BrowserPage(studio, "train")) {
      page.allowRefusals();
      train(page, 10);
      HeldRequests late = new HeldRequests(page, "train/backward");
      page.find("[role=tab]:text-is('slow motion')").click();
      page.find("button.begin-slow").click();
      late.await();
      page.find("[role=tab]:text-is('what layers compute')").click();
      page.find("input[name=sample]").fill("3");
      page.press("Tab");
      page.page().evaluate(counting("document.querySelector('.room > .wrong')"));
      late.answer(422, "text/plain", "no step");
      page.page().waitForTimeout(SHOWN_WITHIN);
      assertThat(page.page().evaluate("() => window.late")).isEqualTo(0);
    }
  }

  /** What a covered square does to a class is not shown of the class that was chosen since. */
  @Test
  void coveredSquaresAreOfTheirClass() {
    try (BrowserPage page = new BrowserPage(studio, "explain&model=m4")) {
      page.allowRefusals();
      page.page().waitForSelector("input[name=cover]");
      HeldRequests late = new HeldRequests(page, "explain/cover");
      page.find("input[name=cover]").check();
      late.await();
      page.find("select[name=class]").selectOption(new SelectOption().setIndex(1));
      page.page()
          .evaluate(counting("document.querySelector('.covered')?.textContent.includes('4321')"));
      late.answer(200, "application/json", "{\"covered\":4321,\"score\":4321}");
      page.page().waitForSelector(".covered");
      assertThat(page.page().evaluate("() => window.late")).isEqualTo(0);
    }
  }

  /** The course of the network that was chosen last is the one that gets the examples. */
  @Test
  void teachTheNetworkThatWasChosenLast() {
    try (BrowserPage page = new BrowserPage(studio, "teach&model=m4")) {
      HeldRequests late = new HeldRequests(page, "teach/begin");
      choose(page, "main", "overtaken");
      late.await();
      Response last =
          page.page().waitForResponse("**/api/teach/begin", () -> choose(page, "main", "newest"));
      late.release();
      Request example = page.page().waitForRequest("**/api/teach/example*", () -> show(page, 0));
      String course = last.text().replaceAll("(?s).*\"id\":\"(teaching\\d+)\".*", "$1");
      assertThat(example.url()).endsWith("?id=" + course);
    }
  }
}
