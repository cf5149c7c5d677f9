package dev.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.options.FilePayload;
import dev.fovea.data.Digits;
import dev.fovea.engine.Engine;
import dev.fovea.formats.Formats;
import dev.fovea.io.Safetensors;
import dev.fovea.nn.Model;
import dev.fovea.studio.state.Features;
import dev.fovea.studio.state.OpenModel;
import dev.fovea.studio.state.Teaching;
import dev.fovea.studio.state.TeachingWay;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import dev.fovea.zoo.Scale;
import dev.fovea.zoo.Zoo;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The room in which a network learns classes of one's own, in a browser. */
@BrowserTest
final class TeachRoomTest {
  private static final int EXAMPLES = 10;
  private static final List<String> CLASSES = List.of("zero", "one");
  private static final Model NET =
      Zoo.find("lenet5").model(Scale.full(10), Shape.of(28, 28, 1), Seed.of(6), Engine.shared());
  private static Studio studio;

  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    studio = Studio.open(NET);
  }

  @AfterAll
  static void end() {
    studio.close();
  }

  /** Returns a drawn digit as a picture. */
  private static Tensor digit(int label, int seed) {
    byte[] pixels = Digits.draw(label, Seed.of(seed));
    Tensor image = Tensor.zeros(Shape.of(28, 28, 1));
    for (int i = 0; i < pixels.length; i++) {
      image.data()[i] = pixels[i] & 0xFF;
    }
    return image;
  }

  private static FilePayload[] files(int label) throws IOException {
    FilePayload[] files = new FilePayload[EXAMPLES];
    for (int i = 0; i < EXAMPLES; i++) {
      files[i] =
          new FilePayload(label + "-" + i + ".png", "image/png", SystemNets.png(digit(label, i)));
    }
    return files;
  }

  private static OpenModel open(Model model) {
    return OpenModel.of("", "", model, OpenModel.rule(model));
  }

  /** Returns what Java learns of the same pictures. */
  private static Teaching taught() {
    Teaching teaching = new Teaching(new Features(open(NET)));
    for (int label = 0; label < 2; label++) {
      for (int i = 0; i < EXAMPLES; i++) {
        teaching.label(teaching.add(digit(label, i)), label);
      }
    }
    return teaching;
  }

  private static String percent(double share) {
    return "%.1f %%".formatted(100 * share);
  }

  @Test
  void learnsAsJavaDoesAndSavesWhatOpensAgain() throws IOException {
    Teaching teaching = taught();
    Teaching.Taught java = teaching.learn(CLASSES, TeachingWay.FROZEN);
    Tensor asked = digit(1, 99);
    OpenModel own = open(java.model());
    float one = own.model().predict(own.rule().input(own.place(asked))).probabilities()[1];
    try (BrowserPage page = new BrowserPage(studio, "teach&model=m3")) {
      page.find("input[name=name-0]").fill("zero");
      page.find("input[name=name-1]").fill("one");
      page.find("input[name=files-0]").setInputFiles(files(0));
      page.find("input[name=files-1]").setInputFiles(files(1));
      page.await("() => document.querySelectorAll('.examples li').length === 20");
      page.find("button.main").click();
      page.page().waitForSelector(".learned");
      page.requireText(".right", percent(java.right()));
      page.requireText(".tested", percent(java.tested()));
      page.find("input[name=ask]")
          .setInputFiles(new FilePayload("a.png", "image/png", SystemNets.png(asked)));
      String share = page.texts("fv-bars .mono", 2).getLast().replace(" %", "");
      assertThat(Double.parseDouble(share)).isCloseTo(100 * one, within(0.06));
      page.shoot("teach");
      page.requireNoOverflow();
      Model again = Formats.read(save(page, "onnx")).model();
      assertThat(again.predict(own.rule().input(own.place(asked))).probabilities()[1])
          .isCloseTo(one, within(1e-5f));
      Safetensors weights = Safetensors.readWhole(save(page, "safetensors"));
      assertThat(weights.metadata()).containsEntry("labels", "zero\none");
      assertThat(weights.tensors()).containsKey("head.weight");
      requireProgram(page);
    }
  }

  /** Eight of ten digits of each class teach, the rest test; so few steps take part of a second. */
  @Test
  void comparesThreeWaysAndShowsWhatIsSimilar() throws IOException {
    Teaching teaching = taught();
    Tensor asked = digit(1, 99);
    try (BrowserPage page = new BrowserPage(studio, "teach&model=m3", BrowserPage.Look.NARROW)) {
      page.find("input[name=files-0]").setInputFiles(files(0));
      page.find("input[name=files-1]").setInputFiles(files(1));
      page.requireCount(".examples li", 2 * EXAMPLES);
      page.tabTo("button.all");
      page.press("Enter");
      List<String> told = page.texts(".ways td", 3 * 4);
      List<TeachingWay> ways =
          List.of(TeachingWay.SCRATCH, TeachingWay.FINE_TUNED, TeachingWay.FROZEN);
      for (int i = 0; i < ways.size(); i++) {
        Teaching.Taught java = teaching.learn(CLASSES, ways.get(i));
        assertThat(told.get(4 * i).strip()).isEqualTo(Long.toString(java.weights()));
        assertThat(told.get(4 * i + 1).strip()).isEqualTo(percent(java.right()));
        assertThat(told.get(4 * i + 2).strip()).isEqualTo(percent(java.tested()));
      }
      page.find("input[name=ask]")
          .setInputFiles(new FilePayload("a.png", "image/png", SystemNets.png(asked)));
      List<String> far = page.texts(".near .distance", 5);
      List<Teaching.Near> near = teaching.nearest(asked, 5);
      for (int i = 0; i < far.size(); i++) {
        assertThat(far.get(i)).isEqualTo("%.2f".formatted(near.get(i).distance()));
      }
      assertThat(near.getFirst().label()).isEqualTo(1);
      page.requireNoOverflow();
      page.shoot("teach-ways");
    }
  }

  /** The program leaves with its network and all pictures, those kept back to test with, too. */
  private void requireProgram(BrowserPage page) throws IOException {
    try (ZipFile zip = new ZipFile(save(page, "as Java").toFile())) {
      List<String> names = zip.stream().map(ZipEntry::getName).toList();
      assertThat(names)
          .hasSize(2 * EXAMPLES + 2)
          .contains("my-classes/MyClasses.java", "my-classes/network.onnx");
      List<String> ones = names.stream().filter(n -> n.contains("/examples/one/")).toList();
      assertThat(ones).hasSize(EXAMPLES);
      InputStream picture = zip.getInputStream(zip.getEntry(ones.getFirst()));
      assertThat(Images.of(ImageIO.read(picture)).data()).isEqualTo(digit(1, 0).data());
    }
  }

  private Path save(BrowserPage page, String format) {
    Download download =
        page.page().waitForDownload(() -> page.find("button:text-is('" + format + "')").click());
    Path file = folder.resolve("my." + format);
    download.saveAs(file);
    return file;
  }

  /** The camera of the test shows a moving pattern; keys alone record two classes and learn. */
  @Test
  void learnsFromTheCameraByKeysAlone() {
    try (BrowserPage page = new BrowserPage(studio, "teach&model=m3", BrowserPage.Look.NARROW)) {
      page.tabTo("button[aria-pressed]");
      page.press("Enter");
      page.page().waitForSelector("button:text-is('hold to record')");
      for (int i = 0; i < 2; i++) {
        page.find("button:text-is('hold to record')").nth(i).focus();
        page.page().keyboard().down(" ");
        page.await("() => document.querySelectorAll('.count')[" + i + "].textContent[0] > '2'");
        page.page().keyboard().up(" ");
      }
      page.find("button.main").focus();
      page.press("Enter");
      page.page().waitForSelector("fv-bars [role=cell]");
      page.requireNoOverflow();
      page.shoot("teach-camera");
    }
  }
}
