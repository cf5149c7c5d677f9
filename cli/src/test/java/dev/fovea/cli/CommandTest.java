package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.fovea.io.Json;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.ContactSheet;
import dev.fovea.vision.ImageKernel;
import dev.fovea.vision.ImageKernel.Border;
import dev.fovea.vision.ImageKernels;
import dev.fovea.vision.Images;
import dev.fovea.vision.KernelChain;
import dev.fovea.vision.KernelChain.Display;
import dev.fovea.zoo.Zoo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that need no training, one after the other. */
final class CommandTest {
  @WorkingFolder private Path folder;

  private Command.Result succeeds(String... args) {
    return Command.in(folder).succeeds(args);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "train", "eval", "predict", "summary", "kernels", "doctor", "zoo", "augment", "data"
      })
  void helpShowsUsageAndExamples(String command) {
    Command.Result r = succeeds(command, "--help");
    assertThat(r.text()).contains("Usage: fovea " + command, "Examples:", "  fovea " + command);
  }

  /** A long line goes on behind a backslash, lest what is copied from it breaks. */
  @Test
  void examplesOfEveryHelpCanBeCopied() {
    List<String> commands =
        succeeds("--help").out().stream()
            .dropWhile(line -> !line.equals("Commands:"))
            .filter(line -> line.matches("  [a-z].*"))
            .map(line -> line.strip().replaceFirst(" .*", ""))
            .filter(word -> !word.equals("fovea"))
            .toList();
    assertThat(commands).contains("train", "serve", "spark").hasSizeGreaterThan(25);
    for (String command : commands) {
      String before = "";
      List<String> lines =
          succeeds(command, "--help").out().stream()
              .dropWhile(l -> !l.matches("Examples?:"))
              .skip(1)
              .takeWhile(l -> !l.isEmpty())
              .toList();
      // What explains an example stands behind several spaces and would be broken as well.
      assertThat(String.join("\n", lines).replace(" \\\n     ", "").split("\n"))
          .as(command)
          .noneMatch(l -> l.length() > 80 && l.strip().contains("   "));
      for (String line : lines) {
        assertThat(line).hasSizeLessThanOrEqualTo(80);
        boolean begins = line.matches("  (fovea|curl) .*") || command.equals("shell");
        assertThat(begins).as("%s: %s", command, line).isNotEqualTo(before.endsWith(" \\"));
        before = line;
      }
    }
    assertThat(HelpExamples.broken("  fovea a 'b  c' d", 16))
        .containsExactly("  fovea a \\", "      'b  c' d");
  }

  @Test
  void helpOfCommandsOfClassifiersNamesTheirDataOnly() {
    for (String command : List.of("prune", "compress", "imagine")) {
      assertThat(succeeds(command, "--help").text())
          .contains("fashion-mnist")
          .doesNotContain("--mask-values", "For systems:", "keypoints");
    }
    assertThat(succeeds("eval", "--help").text()).contains("--mask-values", "keypoints");
  }

  @Test
  void helpListsTheCommands() {
    assertThat(succeeds("--help").text())
        .contains("train", "eval", "predict", "summary", "kernels", "doctor", "zoo", "bench")
        .contains("Exit code: 0 done, 1 failed, 2 bad usage or input.");
  }

  @Test
  void classesInNoJarHaveNoVersion() {
    assertThat(succeeds("--version").out()).containsExactly("fovea development");
  }

  @Test
  void summaryShowsLayersAndTotals() {
    assertThat(succeeds("summary", "lenet5").text())
        .contains("conv2d     28×28×6         156", "parameters 61,706 (trainable 61,706)");
  }

  @Test
  void summaryAsJson() {
    Map<String, Object> s = succeeds("summary", "lenet5", "--json").lastJson();
    assertThat(s).containsEntry("parameters", 61_706L).containsEntry("trainable", 61_706L);
    // Multiply-adds count twice, a bias, an activation once, a mean of 2×2 four times per result.
    long convolutions = 28L * 28 * 6 * (2 * 25 + 1) + 10 * 10 * 16 * (2 * 150 + 1);
    long pools = 14L * 14 * 6 * 4 + 5 * 5 * 16 * 4;
    long dense = 2L * 400 * 120 + 120 + 2 * 120 * 84 + 84 + 2 * 84 * 10 + 10;
    long activations = 28L * 28 * 6 + 10 * 10 * 16 + 120 + 84;
    assertThat(s).containsEntry("flops", convolutions + pools + dense + activations);
    List<Object> layers = Json.array(Json.member(s, "layers", "summary"), "layers");
    assertThat(layers).hasSize(12);
    assertThat(Json.object(layers.getFirst(), "layer"))
        .containsEntry("kind", "conv2d")
        .containsEntry("parameters", 156L)
        .containsEntry("output", List.of(28L, 28L, 6L))
        .containsEntry("receptive_field", List.of(5L, 5L));
  }

  @Test
  void summaryOfOtherInputsAndClasses() {
    Map<String, Object> s =
        succeeds("summary", "resnet18", "--input", "64x64x3", "--classes", "7", "--json")
            .lastJson();
    assertThat(s)
        .containsEntry("input", List.of(64L, 64L, 3L))
        .containsEntry("output", List.of(7L))
        .containsEntry("trainable", 11_689_512L - 513L * 993);
  }

  @Test
  void augmentWritesASheetThatDependsOnTheSeedAlone() throws Exception {
    Tensor picture = Tensor.zeros(Shape.of(20, 30, 3));
    for (int i = 0; i < picture.data().length; i++) {
      picture.data()[i] = i * 7 % 256;
    }
    Path png = folder.resolve("p.png");
    Images.writePng(png, picture);
    List<byte[]> sheets = new ArrayList<>();
    for (String seed : List.of("1", "1", "2")) {
      Path out = folder.resolve("sheet.png");
      assertThat(
              succeeds(
                      "augment",
                      png.toString(),
                      "--policy",
                      "rotate:20,hue",
                      "--count",
                      "3",
                      "--seed",
                      seed,
                      "--out",
                      out.toString())
                  .text())
          .contains("3 samples of rotate:20,hue:0.1");
      sheets.add(Files.readAllBytes(out));
    }
    assertThat(sheets.get(0)).isEqualTo(sheets.get(1)).isNotEqualTo(sheets.get(2));
  }

  @Test
  void dataSaysWhatIsInTheEmbeddedDigits() {
    assertThat(succeeds("data", "--data", "digits").text())
        .contains("in 10 classes", "sizes: 28×28×1", "0 files that cannot be read");
    Map<String, Object> json = succeeds("data", "--data", "digits", "--json").lastJson();
    assertThat(json).containsKeys("pictures", "classes", "sizes", "mean", "duplicates");
  }

  @Test
  void zooListsEveryNetwork() {
    assertThat(succeeds("zoo").text()).contains(Zoo.names());
    List<Object> all = Json.array(Json.parse(succeeds("zoo", "--json").text(), "zoo"), "zoo");
    assertThat(all)
        .extracting(net -> Json.object(net, "net").get("name"))
        .startsWith(Zoo.names().toArray())
        .contains("yolo-tiny", "mask-rcnn-small"); // vision systems come after
    assertThat(Json.object(all.getFirst(), "net"))
        .containsEntry("year", 1998L)
        .containsEntry("parameters", 61_706L)
        .containsKeys("flops", "input", "paper", "recipe");
  }

  @Test
  void benchSaysThatItNeedsTheSources() {
    Command.Result r = Command.in(folder).run("bench", "--net", "lenet5");
    assertThat(r.status()).isEqualTo(2);
    assertThat(r.err())
        .containsExactly(
            "fovea: bench: needs the source checkout, where ./fovea bench builds and runs it; a"
                + " distribution has no benchmarks");
  }

  @Test
  void sparkSaysThatItNeedsTheSources() {
    String message = "spark: needs the source checkout, where ./fovea spark builds and runs it";
    Command.in(folder).fails(message, "spark");
    Command.in(folder).fails(message, "spark", "train", "lenet5", "--workers", "2");
    assertThat(succeeds("--help").text()).containsPattern("  spark +Train .*source");
  }

  private static double number(Map<String, Object> facts, String name) {
    return Json.number(Json.member(facts, name, "facts"), name);
  }

  @Test
  void doctorTellsWhatItFoundAndMeasured() {
    Command.Result r = Command.in(folder).run("doctor", "--json");
    assertThat(r.status()).isZero();
    Map<String, Object> facts = r.lastJson();
    assertThat(facts)
        .containsKeys("jdk", "os", "cpu", "memory_bytes", "heap_bytes", "vector_bits", "problems")
        .containsEntry("threads", (long) Runtime.getRuntime().availableProcessors());
    assertThat((Double) facts.get("convolution_gflops")).isPositive();
    if ("simd".equals(facts.get("kernels"))) {
      double peak = number(facts, "peak_gflops");
      assertThat(peak).isPositive();
      // Both are measured one after the other, so that no bound holds on a machine with other work.
      assertThat(number(facts, "fraction_of_peak"))
          .isCloseTo(number(facts, "convolution_gflops") / peak, within(0.01));
    }
  }

  @Test
  void doctorSaysWhyVectorKernelsCannotRun() {
    Command.Result r = ProcessCommand.in(folder).withoutVectors().run("doctor");
    assertThat(r.status()).isZero();
    assertThat(r.text())
        .contains(
            "kernels      scalar, vectors of 32 bits",
            "not used: simd: the Vector API",
            "--add-modules");
  }

  @Test
  void kernelWritesThePictureThatTheLibraryMakes() throws Exception {
    Path picture = Fixtures.picture(folder.resolve("bar.png"), 40, 30);
    Path out = folder.resolve("edges.png");
    succeeds("kernels", picture.toString(), "--kernel", "sobel-left", "--out", out.toString());
    var expected =
        Images.toBufferedImage(ImageKernels.find("sobel-left").apply(Images.read(picture)));
    var image = ImageIO.read(out.toFile());
    for (int y = 0; y < 30; y++) {
      for (int x = 0; x < 40; x++) {
        assertThat(image.getRaster().getSample(x, y, 0))
            .isEqualTo(expected.getRaster().getSample(x, y, 0));
      }
    }
  }

  @Test
  void kernelsWriteThePictureOfAChain() throws Exception {
    Path picture = Fixtures.picture(folder.resolve("bar.png"), 40, 30);
    Path out = folder.resolve("chain.png");
    succeeds(
        ("kernels " + picture + " --within 20 --kernel gaussian --kernel -1,0,1 --border reflect")
            .concat(" --stride 2 --show signed --out " + out)
            .split(" "));
    ImageKernel blur = ImageKernels.find("gaussian").kernel().orElseThrow();
    KernelChain chain =
        new KernelChain(
            List.of(blur, ImageKernel.parse("-1 0 1")), Border.REFLECT, 2, Display.SIGNED);
    Tensor expected = chain.apply(Images.within(Images.read(picture), 20));
    assertThat(expected.shape()).isEqualTo(Shape.of(4, 5, 1));
    for (int i = 0; i < 20; i++) {
      assertThat(ImageIO.read(out.toFile()).getRaster().getSample(i % 5, i / 5, 0))
          .isEqualTo(Math.round(expected.data()[i]));
    }
  }

  @Test
  void kernelOfGivenWeights() throws Exception {
    Path picture = Fixtures.picture(folder.resolve("bar.png"), 12, 12);
    Path out = folder.resolve("same.png");
    String[] args = {"kernels", picture.toString(), "--kernel", "0 0 0; 0 1 0; 0 0 0", "--out"};
    succeeds(args[0], args[1], args[2], args[3], args[4], out.toString());
    var before = ImageIO.read(picture.toFile()).getRaster();
    var after = ImageIO.read(out.toFile()).getRaster();
    for (int x = 0; x < 12; x++) {
      assertThat(after.getSample(x, 5, 0)).isEqualTo(before.getSample(x, 5, 0));
    }
  }

  @Test
  void allKernelsOnOneSheet() throws Exception {
    Path picture = Fixtures.picture(folder.resolve("bar.png"), 40, 30);
    succeeds("kernels", picture.toString(), "--all");
    var sheet = ImageIO.read(folder.resolve("bar-kernels.png").toFile());
    var expected = ContactSheet.ofKernels(Images.read(picture), 240).toImage();
    assertThat(sheet.getRaster().getBounds()).isEqualTo(expected.getRaster().getBounds());
    int[] pixels =
        sheet.getRGB(0, 0, sheet.getWidth(), sheet.getHeight(), null, 0, sheet.getWidth());
    assertThat(pixels)
        .isEqualTo(
            expected.getRGB(0, 0, sheet.getWidth(), sheet.getHeight(), null, 0, sheet.getWidth()));
    assertThat(Arrays.stream(pixels).distinct().count()).isGreaterThan(20);
  }

  @Test
  void outputThatIsLostIsAFailure() {
    assumeTrue(Files.exists(Path.of("/dev/full")), "only where /dev/full is");
    Command.Result r = ProcessCommand.in(folder).brief().toFullDisk().run("kernels", "--list");
    assertThat(r.status()).isEqualTo(1);
    assertThat(r.err()).hasSize(1);
    assertThat(r.err().getFirst()).startsWith("fovea: the output could not be written: ");
  }

  /** On systems where the JVM takes the encoding of file names from the locale. */
  @Test
  void fileNamesThatTheLocaleCannotSpell() {
    assumeTrue("Linux".equals(System.getProperty("os.name")), "only on Linux");
    for (String[] args : new String[][] {{"summary"}, {"train", "lenet5", "--out"}}) {
      Command.Result r = ProcessCommand.in(folder).brief().inLocaleC("").run(args);
      assertThat(r.status()).isEqualTo(2);
      assertThat(r.out()).isEmpty();
      assertThat(r.err()).hasSize(1);
      assertThat(r.err().getFirst())
          .contains("not in the character set of the locale; set LC_ALL=C.UTF-8");
    }
  }

  @Test
  void kernelsAreListedAndShownInTheTerminal() {
    assertThat(succeeds("kernels", "--list").text()).contains(ImageKernels.names());
    Path picture = Fixtures.picture(folder.resolve("bar.png"), 40, 30);
    Command.Result r = succeeds("kernels", picture.toString(), "--kernel", "identity");
    assertThat(r.out()).hasSize(15).allMatch(line -> line.length() <= 40);
    assertThat(r.out().get(7)).matches(" {18,19}[#%@]{3,4} *");
  }
}
