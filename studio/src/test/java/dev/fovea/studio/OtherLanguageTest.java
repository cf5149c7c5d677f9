package dev.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.WaitUntilState;
import dev.fovea.io.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page in a language that nobody speaks: English in fullwidth letters. */
@BrowserTest
final class OtherLanguageTest {
  private static final String CODE = "eo";

  /** Returns what people read: texts, and attributes that are shown or read aloud. */
  private static final String READ =
      """
      () => {
        const all = [];
        const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) if (!texts.currentNode.parentElement.closest('noscript')) all.push(texts.currentNode.data);
        for (const name of ['aria-label', 'aria-roledescription', 'title', 'placeholder', 'alt']) {
          for (const e of document.querySelectorAll(`[${name}]`)) all.push(e.getAttribute(name));
        }
        return all.map((text) => text.trim().replace(/\\s+/g, ' '));
      }
      """;

  private static final Map<String, String> ENGLISH = PageTexts.byKey();

  /** English texts of more than a word, without values. */
  private static final Set<String> SENTENCES =
      ENGLISH.values().stream()
          .filter(text -> text.contains(" ") && !text.contains("{"))
          .filter(text -> !text.equals(PageTexts.wide(text)))
          .collect(Collectors.toSet());

  private static Studio studio;

  @BeforeAll
  static void start() {
    studio = Studio.open(SystemNets.of("yolo-tiny"));
  }

  @AfterAll
  static void end() {
    studio.close();
  }

  private static BrowserPage page(String room, Object texts) {
    return new BrowserPage(
        studio, room, BrowserPage.Look.USUAL, new BrowserPage.Language(CODE, Json.write(texts)));
  }

  private static List<String> read(BrowserPage page) {
    return ((List<?>) page.page().evaluate(READ)).stream().map(String.class::cast).toList();
  }

  @ParameterizedTest
  @MethodSource("dev.fovea.studio.PageTexts#rooms")
  void everyRoomSpeaksIt(String room) {
    Object wide = PageTexts.translated(PageTexts.english(), PageTexts::wide);
    Set<String> translated =
        ENGLISH.values().stream().map(PageTexts::wide).collect(Collectors.toSet());
    try (BrowserPage page = page(room, wide)) {
      page.await("() => !document.querySelector('main .wait')");
      assertThat(page.page().evaluate("document.documentElement.lang")).isEqualTo(CODE);
      assertThat(page.text("main h1")).isIn(translated);
      assertThat(page.text("#rooms a[aria-current=page]"))
          .isEqualTo(PageTexts.wide(ENGLISH.getOrDefault("rooms." + room, "")));
      Set<String> read = new HashSet<>(read(page));
      assertThat(read.stream().filter(SENTENCES::contains)).as("English in " + room).isEmpty();
      assertThat(read.stream().filter(translated::contains)).hasSizeGreaterThan(25);
    }
  }

  /** A file that somebody damaged is told of where one looks for it; the page is English. */
  @ParameterizedTest
  @ValueSource(
      strings = {"{\"draw\": {\"title\": \"Desegnu\",}}", "", "null", "7", "[{}]", "\"x\""})
  void damagedFilesLeaveThePageInEnglish(String file) {
    try (BrowserPage page = page("draw", Map.of())) {
      page.expect("texts/" + CODE + ".json: ");
      serve(page, CODE, route -> route.fulfill(json(file)));
      ConsoleMessage told =
          page.page()
              .waitForConsoleMessage(
                  new Page.WaitForConsoleMessageOptions()
                      .setPredicate(m -> m.text().startsWith("texts/" + CODE + ".json: ")),
                  () -> page.page().reload());
      assertThat(told.type()).isEqualTo("error");
      page.requireText("main h1", "Draw a digit");
      assertThat(page.page().evaluate("document.documentElement.lang")).isEqualTo("en");
    }
  }

  /** What is pressed before the texts are there shows no keys in their places. */
  @Test
  void nothingIsSaidBeforeTheTextsAreThere() {
    try (BrowserPage page = page("draw", Map.of())) {
      List<Route> held = new ArrayList<>();
      serve(page, "en", held::add);
      page.page().reload(new Page.ReloadOptions().setWaitUntil(WaitUntilState.COMMIT));
      page.page().waitForCondition(() -> !held.isEmpty());
      page.press("Control+k", "?");
      page.page().evaluate("() => { location.hash = '#room=lessons'; }");
      page.page().waitForTimeout(200);
      assertThat(read(page)).noneMatch(text -> text.matches("[a-z]+(\\.[a-zA-Z]+)+"));
      held.forEach(Route::resume);
      page.requireText("main h1", "Valid, same, full");
    }
  }

  private static void serve(BrowserPage page, String language, Consumer<Route> how) {
    page.page().route("**/texts/" + language + ".json", how);
  }

  private static Route.FulfillOptions json(String body) {
    return new Route.FulfillOptions().setContentType("application/json").setBody(body);
  }

  /** A text that is missing or blank, or lacks a placeholder, is English. */
  @Test
  void whatIsNotTranslatedIsEnglish() {
    Map<String, Object> draw = new HashMap<>();
    draw.put("title", "Desegnu");
    draw.put("reads", "Legita");
    draw.put("lead", 7);
    draw.put("clear", " ");
    try (BrowserPage page = page("draw", Map.of("draw", draw, "rooms", "none"))) {
      page.requireText("main h1", "Desegnu");
      page.requireText("button[aria-pressed]", "Keep to compare");
      assertThat(page.has("button:text-is('Clear')")).isTrue();
      page.await(
          "() => /^It reads .+/.test(document.querySelector('[aria-label=Answer]"
              + " h2').textContent)");
      assertThat(page.text(".lead")).startsWith("Every layer of the network answers");
      assertThat(page.text("#rooms a[aria-current=page]")).isEqualTo("Draw");
    }
  }
}
