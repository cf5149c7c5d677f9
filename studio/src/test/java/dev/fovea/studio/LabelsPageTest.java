package dev.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Mouse;
import com.microsoft.playwright.options.BoundingBox;
import dev.fovea.data.Preprocessing;
import dev.fovea.systems.label.LabelOptions;
import dev.fovea.systems.label.LabelSet;
import dev.fovea.systems.label.LabelSets;
import dev.fovea.systems.label.LabelSplit;
import dev.fovea.systems.label.Marking;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Boxes that a user draws in the Detect room, by pointer and by keys, and their files. */
@BrowserTest
final class LabelsPageTest {
  private static final int HEIGHT = 60;
  private static final int WIDTH = 80;
  private static Studio studio;
  private static String first;
  private static String second;

  @TempDir private Path folder;

  @BeforeAll
  static void start() throws IOException {
    studio = Studio.start(StudioOptions.usual());
    RawHttp http = RawHttp.session(studio);
    first = SystemNets.open(http, Tensor.zeros(Shape.of(HEIGHT, WIDTH, 1)));
    second = SystemNets.open(http, Tensor.full(Shape.of(HEIGHT, WIDTH, 1), 200));
  }

  @AfterAll
  static void end() {
    studio.close();
  }

  /** Drags from one place of the picture to another, both in its pixels. */
  private static void drag(BrowserPage page, int x, int y, int toX, int toY) {
    var canvas = page.find(".draw-boxes canvas");
    canvas.scrollIntoViewIfNeeded();
    BoundingBox at = canvas.boundingBox();
    double pixel = at.width / WIDTH;
    Mouse mouse = page.page().mouse();
    mouse.move(at.x + x * pixel, at.y + y * pixel);
    mouse.down();
    mouse.move(at.x + (x + toX) / 2.0 * pixel, at.y + (y + toY) / 2.0 * pixel);
    mouse.move(at.x + toX * pixel, at.y + toY * pixel);
    mouse.up();
  }

  private static void requireBoxes(BrowserPage page, String... lines) {
    page.await(
        "() => document.querySelector('textarea[name=labelled]').value === '%s'"
            .formatted(String.join("\\n", lines)));
  }

  @Test
  void drawsMovesResizesNamesAndDeletes() throws IOException {
    try (BrowserPage page = new BrowserPage(studio, "detect&picture=" + first)) {
      page.page().waitForSelector(".draw-boxes canvas");
      drag(page, 10, 20, 30, 50);
      requireBoxes(page, first + ", thing, 10, 20, 30, 50");
      drag(page, 20, 35, 25, 30);
      requireBoxes(page, first + ", thing, 15, 15, 35, 45");
      drag(page, 35, 45, 40, 59);
      requireBoxes(page, first + ", thing, 15, 15, 40, 59");
      dragsWithOnePointer(page);
      drag(page, 15, 30, 5, 30);
      requireBoxes(page, first + ", thing, 5, 15, 40, 59");
      page.find(".drawn input").fill("a cat");
      page.press("Enter");
      requireBoxes(page, first + ", a cat, 5, 15, 40, 59");
      drawsByKeys(page);
      page.find(".labels").scrollIntoViewIfNeeded();
      page.shoot("detect-labels");
      page.requireNoOverflow();
    }
    trainsOnWhatIsSaved();
    try (BrowserPage page =
        new BrowserPage(studio, "detect&picture=" + first, BrowserPage.Look.NARROW)) {
      page.page().waitForSelector(".drawn tbody tr");
      page.requireNoOverflow();
    }
  }

  /**
   * While the mouse holds a box other pointers and keys do nothing; one that is lost moves none.
   */
  private static void dragsWithOnePointer(BrowserPage page) {
    BoundingBox at = page.find(".draw-boxes canvas").boundingBox();
    double pixel = at.width / WIDTH;
    Mouse mouse = page.page().mouse();
    page.find(".draw-boxes .stage").focus();
    mouse.move(at.x + 25 * pixel, at.y + 30 * pixel);
    mouse.down();
    mouse.move(at.x + 30 * pixel, at.y + 30 * pixel);
    requireBoxes(page, first + ", thing, 20, 15, 45, 59");
    pointer(page, "pointerdown", 9);
    pointer(page, "pointermove", 9);
    pointer(page, "pointerup", 9);
    page.press("Delete", "PageDown", "Escape");
    requireBoxes(page, first + ", thing, 20, 15, 45, 59");
    pointer(page, "pointercancel", 1); // the mouse
    requireBoxes(page, first + ", thing, 15, 15, 40, 59");
    mouse.move(at.x + 70 * pixel, at.y + 30 * pixel);
    mouse.up();
    requireBoxes(page, first + ", thing, 15, 15, 40, 59");
  }

  private static void pointer(BrowserPage page, String type, int id) {
    page.find(".draw-boxes .stage")
        .dispatchEvent(type, Map.of("pointerId", id, "clientX", 400, "clientY", 300));
  }

  /** A new box is the middle quarter: of 80 × 60 pixels [30, 23, 50, 38], rounded. */
  private static void drawsByKeys(BrowserPage page) {
    page.find("input[name=label]").fill("dog");
    page.find("input[name=label]").press("Enter");
    requireBoxes(page, first + ", dog, 5, 15, 40, 59");
    page.find(".draw-boxes .stage").focus();
    page.press("Escape", "n", "ArrowLeft", "Control+ArrowDown", "Shift+ArrowRight");
    requireBoxes(page, first + ", dog, 5, 15, 40, 59", first + ", dog, 29, 33, 50, 48");
    page.press("n", "Delete", "PageUp", "ArrowRight");
    requireBoxes(page, first + ", dog, 6, 15, 41, 59", first + ", dog, 29, 33, 50, 48");
    page.await("() => document.querySelector('#said').textContent === 'dog: 6, 15, 41, 59'");
    // 35 × 44 of 80 × 60 pixels, all of them 0
    assertThat(page.texts("#inspector td", 10))
        .containsExactly(
            "6, 15", "41, 59", "35 × 44", "32.08 %", "1540", "0", "0", "0", "0", "100.0 %");
  }

  /** Every form is read as a training reads it: the first of two pictures is to test with. */
  private void trainsOnWhatIsSaved() throws IOException {
    try (BrowserPage page = new BrowserPage(studio, "detect&picture=" + second)) {
      page.page().waitForSelector(".draw-boxes canvas");
      drag(page, 4, 4, 24, 14);
      page.await(
          "() => document.querySelector('.labels .soft').textContent.startsWith('boxes: 3 in')");
      openMany();
      for (String form : List.of("coco", "voc", "yolo")) {
        page.find("select[name=form]").selectOption(form);
        Download download = page.page().waitForDownload(page.find("button.save-labels")::click);
        Path out = folder.resolve(form);
        unzip(download.createReadStream(), out);
        LabelSet set = LabelSets.read(form, out.resolve("labelled"), List.of());
        assertThat(set.problems()).isEmpty();
        assertThat(set.pictures()).hasSize(2);
        assertThat(set.objects()).isEqualTo(3);
        LabelSplit split =
            LabelSets.open(
                form,
                out.resolve("labelled"),
                LabelOptions.of(Preprocessing.scaled(Shape.of(HEIGHT, WIDTH, 1)), Marking.BOXES));
        assertThat(split.train().size()).isEqualTo(1);
      }
    }
  }

  /** Names with commas and quotation marks come back from the text as they were. */
  @Test
  void namesMayHoldCommas() throws IOException {
    RawHttp http = RawHttp.session(studio);
    String id = SystemNets.open(http, Tensor.zeros(Shape.of(HEIGHT, WIDTH, 1)));
    http.post("/api/start/name", "{\"id\":\"%s\",\"name\":\"left, right.png\"}".formatted(id));
    String line = "\"left, right.png\", \"guard \"\"rail\"\", steel\", 1, 2, 30, 40";
    try (BrowserPage page = new BrowserPage(studio, "detect&picture=" + id)) {
      page.page().waitForSelector(".draw-boxes canvas");
      page.find(".labels summary").click();
      page.find("textarea[name=labelled]").fill(line);
      page.press("Tab");
      page.await("() => document.querySelectorAll('.drawn input').length === 1");
      assertThat(page.find(".drawn input").inputValue()).isEqualTo("guard \"rail\", steel");
      requireBoxes(page, line);
      page.find(".drawn input").fill("sea, sky");
      page.press("Tab");
      requireBoxes(page, line.replaceFirst("\"guard.*steel\"", "\"sea, sky\""));
      page.find("textarea[name=labelled]").fill("");
      page.press("Tab");
      page.requireCount(".drawn input", 0);
    }
  }

  /** Pictures with boxes stay open among more than 32 others; boxes of closed ones are left out. */
  private static void openMany() throws IOException {
    RawHttp http = RawHttp.session(studio);
    String kept = http.post("/api/detect/labels", "{}").body();
    String closed = SystemNets.open(http, Tensor.zeros(Shape.of(8, 8, 1)));
    for (int i = 0; i < 32; i++) {
      var _ = SystemNets.open(http, Tensor.zeros(Shape.of(8, 8, 1)));
    }
    assertThat(http.post("/api/start/open", "{}").body())
        .contains("\"" + first + "\"", "\"" + second + "\"")
        .doesNotContain("\"" + closed + "\"");
    String box = ",{\"picture\":\"%s\",\"label\":\"a\",\"box\":[1,2,3,4]}]}".formatted(closed);
    assertThat(http.post("/api/detect/labels", kept.strip().replace("]}]}", "]}" + box)).body())
        .isEqualTo(kept);
  }

  private static void unzip(InputStream from, Path to) throws IOException {
    try (ZipInputStream in = new ZipInputStream(from)) {
      for (ZipEntry e = in.getNextEntry(); e != null; e = in.getNextEntry()) {
        Path file = to.resolve(e.getName());
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.copy(in, file);
      }
    }
  }
}
