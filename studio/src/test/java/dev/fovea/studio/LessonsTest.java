package dev.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Every step of every lesson opens, and its exercises accept what Java computes. */
@BrowserTest
final class LessonsTest {
  /**
   * The answers of the exercises, in order: from the tables of the active, but for the third, which
   * is 5·6 − 2 − 4 − 8 − 0 of pixels two apart.
   */
  private static final List<String> ANSWERS =
      List.of("0", "111", "16", "-4", "-25", "4", "320", "37");

  @Test
  void everyStepOpensAndEveryExerciseChecksItself() {
    try (Studio studio = Studio.start(StudioOptions.usual());
        BrowserPage page = new BrowserPage(studio, "lessons")) {
      int exercises = 0;
      int lessons = page.find(".lesson-columns nav a").count();
      for (int l = 0; l < lessons; l++) {
        String title = page.find(".lesson-columns nav a").nth(l).textContent();
        page.find(".lesson-columns nav a").nth(l).click();
        page.await("() => document.querySelector('h1').textContent === '" + title + "'");
        int step = 1;
        for (boolean more = true; more; step++) {
          page.await(
              "() => document.querySelector('.lesson .soft').textContent.startsWith('step "
                  + step
                  + " of') && document.querySelector('.live h1')");
          if (page.find("input[name=guess]").count() > 0) {
            page.find("input[name=guess]").first().check();
            page.page().waitForSelector(".lesson .note");
          }
          if (page.find("input[name=answer]").count() > 0) {
            page.find("input[name=answer]").fill("123456");
            page.press("Enter");
            page.await(
                "() => document.querySelector('.verdict').textContent.startsWith('Not yet')");
            page.find("input[name=answer]").fill(ANSWERS.get(exercises++));
            page.press("Enter");
            page.await("() => document.querySelector('.verdict').textContent === 'Right.'");
          }
          if (l == 0 && exercises == 0) {
            page.shoot("lessons");
          }
          more = page.find(".lesson button.main").isEnabled();
          if (more) {
            page.find(".lesson button.main").click();
          }
        }
      }
      assertThat(exercises).isEqualTo(ANSWERS.size());
      page.requireNoOverflow();
    }
  }
}
