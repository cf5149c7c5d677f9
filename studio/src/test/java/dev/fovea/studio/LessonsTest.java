package dev.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.ColorScheme;
import dev.fovea.io.Json;
import dev.fovea.studio.lesson.Experiment;
import dev.fovea.studio.lesson.Experiments;
import dev.fovea.studio.web.Fields;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Every step of every lesson opens; guesses are judged, exercises accept what Java computes, and
 * experiments show its numbers.
 */
@BrowserTest
final class LessonsTest {
  /**
   * The answers of the exercises, in order. Those of the course's tables; 164 is of the blue
   * channel of −25 = 308 − 498 + 164 + 1; 16 is 5·6 − 2 − 4 − 8 − 0 of pixels two apart; 15 is 1 +
   * 2 + 4 + 8; 270 is 3·3·3·10; 15390 is 16·31² + 14; 2.00 is 2/√(1 + 10⁻⁵); 8192 is 64·128; 3925
   * is 7·7·16·5 + 5; 160 is 40·⌈100/32⌉; 10 is 1 + 2 + 3 + 4; 0.75 is 2·1200/3200; 5 is 2 + 3.
   */
  private static final List<String> ANSWERS =
      List.of(
          "0", "111", "16", "-4", "-25", "164", "15", "270", "4", "-0.2", "320", "15390", "37",
          "2.00", "61706", "8192", "9", "2", "3925", "160", "4", "10", "0.75", "5");

  /** The right guesses, in order; {@code LessonNumbersTest} has those that are numbers. */
  private static final List<String> RIGHT =
      List.of(
          "5 × 5",
          "7 × 7",
          "55",
          "No, it computes every other one of the same",
          "9",
          "49",
          "The light comes from the other side",
          "gaussian",
          "216",
          "16,384",
          "72",
          "7 pixels",
          "49",
          "786,432",
          "The dense one",
          "all",
          "0",
          "¼",
          "leaky ReLU",
          "9 times",
          "FFT",
          "a correlation",
          "any h will do",
          "about 130 times",
          "−1.34",
          "The others are doubled",
          "1,000 times",
          "about 7 million",
          "about a ninth",
          "less than a hundredth",
          "It stays, or even grows",
          "edges and strokes of some direction",
          "8",
          "Rather like a pattern that repeats",
          "Often not",
          "guided backpropagation",
          "It reads far worse",
          "One that begins with features of 0 to 4",
          "It shrinks",
          "nearly all",
          "It rises more slowly",
          "100",
          "always the same",
          "576",
          "⅓",
          "5 × 5",
          "thin lines and edges",
          "a blurred digit, sometimes the wrong one",
          "about 10.5 dB",
          "It stays",
          "It can only guess, and its loss is 2 · ln 2");

  private final Map<String, Experiment> java = new HashMap<>();
  private final List<String> judged = new ArrayList<>();
  private final Map<String, String> shown = new LinkedHashMap<>();
  private final Set<String> trained = new HashSet<>();
  private int exercises;

  @Test
  void everyStepOpensAndEveryNumberIsJavas() {
    Experiments.all().forEach(e -> java.put(e.name(), e));
    try (Studio studio = Studio.start(StudioOptions.usual());
        BrowserPage page = new BrowserPage(studio, "lessons")) {
      page.page()
          .onRequest(r -> {
            String[] parts = r.url().split("/api/lessons/", 2);
            if (parts.length == 2) {
              shown.put(parts[1], r.postData());
            }
          });
      Locator links = page.find(".lesson-columns nav a");
      List<String> titles = page.texts(".lesson-columns nav a", 21);
      for (int l = 0; l < 21; l++) {
        String title = titles.get(l);
        links.nth(l).click();
        page.await("() => document.querySelector('h1').textContent === '" + title + "'");
        walk(page, title);
      }
      page.requireNoOverflow();
    }
    assertThat(exercises).isEqualTo(ANSWERS.size());
    assertThat(judged).isEqualTo(RIGHT);
  }

  /** 360 pixels, dark, no pointer: a guess, a setting, the numbers that follow. */
  @Test
  void takesKeysInANarrowDarkWindow() {
    BrowserPage.Look narrow = new BrowserPage.Look(360, 740, ColorScheme.DARK, true);
    try (Studio studio = Studio.start(StudioOptions.usual())) {
      try (BrowserPage page = new BrowserPage(studio, "lessons&lesson=field", narrow)) {
        page.tabTo("input[name=guess]");
        page.press("Space");
        page.page().waitForSelector("fv-experiment [data-number]");
        page.tabTo("fv-experiment select[name=kernel]");
        page.press("ArrowDown");
        page.await(
            "() => document.querySelector('[data-number=\"receptive field\"]').textContent ==="
                + " '13'");
        page.requireNoOverflow();
        page.shoot("lessons-narrow");
      }
      try (BrowserPage page = new BrowserPage(studio, "lessons&lesson=history", narrow)) {
        page.find("input[name=guess]").first().check();
        page.page().waitForSelector("fv-experiment img.drawing");
        page.requireNoOverflow();
      }
    }
  }

  /** Goes through the steps of a lesson. */
  private void walk(BrowserPage page, String title) {
    boolean more = true;
    for (int step = 1; more; step++) {
      page.await(
          "() => document.querySelector('.lesson .soft').textContent.startsWith('step "
              + step
              + " of')");
      if (page.has("input[name=guess]")) {
        guess(page);
      }
      if (page.has("fv-experiment")) {
        experiment(page, title + " " + step);
      } else {
        page.page().waitForSelector(".live h1");
      }
      if (page.has("input[name=answer]")) {
        exercise(page);
      }
      more = page.find(".lesson button:has-text('next')").isEnabled();
      if (more) {
        page.find(".lesson button:has-text('next')").click();
      }
    }
  }

  /** Guesses the last choice and notes which one is right. */
  private void guess(BrowserPage page) {
    assertThat(page.has("fv-experiment")).as("shown before the guess").isFalse();
    Locator choices = page.find(".lesson fieldset label");
    choices.last().locator("input").check();
    String told = page.text(".lesson .note strong");
    judged.add(
        told.equals("Right.")
            ? page.texts(".lesson fieldset label", choices.count()).getLast().strip()
            : told.substring("No: ".length(), told.length() - 1));
  }

  private void exercise(BrowserPage page) {
    page.find("input[name=answer]").fill("123456");
    page.press("Enter");
    page.await("() => document.querySelector('.verdict').textContent.startsWith('Not yet')");
    page.find("input[name=answer]").fill(ANSWERS.get(exercises++));
    page.press("Enter");
    page.await("() => document.querySelector('.verdict').textContent === 'Right.'");
  }

  /**
   * Lets Java compute the same and compares all numbers; each experiment is compared once, and
   * those that train are run once.
   */
  private void experiment(BrowserPage page, String where) {
    page.await(
        "() => [...document.querySelectorAll('fv-experiment label')].every(l =>"
            + " [...l.childNodes].some(n => n.nodeType === 3 && n.data.trim()))");
    String run = "fv-experiment button.run";
    boolean trains = page.has(run);
    if (trains && !trained.add(page.text(run))) {
      return;
    }
    if (trains) {
      page.find(run).click();
    }
    page.await(
        "() => document.querySelector('fv-experiment [data-number], fv-experiment .wrong')"
            + " && document.querySelector('fv-experiment [aria-busy=false]')");
    assertThat(page.has("fv-experiment .wrong")).as(where).isFalse();
    String name = shown.keySet().stream().toList().getLast();
    Experiment own = java.remove(name);
    if (own != null) {
      Fields asked =
          new Fields(Json.parseObject(Objects.requireNonNull(shown.get(name)), name), name);
      own.show(asked)
          .numbers()
          .forEach((number, value) -> {
            String text = page.attribute("[data-number=\"" + number + "\"]", "data-value");
            assertThat(Double.parseDouble(text)).as(where + ": " + number).isEqualTo(value);
          });
      page.shoot("lesson-" + name);
    }
  }
}
