package dev.fovea.apps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.Dataset;
import dev.fovea.data.Digits;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ExampleTest {
  @TempDir private Path folder;

  @Test
  void argumentsThatAreNoneAreOneLine() throws IOException {
    assertThatThrownBy(() -> Arguments.parse("gan", "--sed", "3"))
        .isInstanceOf(FoveaException.class)
        .hasMessage("gan: no argument \"--sed\"; did you mean --seed?");
    assertThatThrownBy(() -> Arguments.parse("gan", "--foo"))
        .hasMessage(
            "gan: no argument \"--foo\"; known: --data-dir, --out, --seed, --short, --json");
    assertThatThrownBy(() -> Arguments.parse("gan", "--seed"))
        .hasMessage("gan: --seed needs a value");
    assertThatThrownBy(() -> Arguments.parse("gan", "--seed", "x"))
        .hasMessage("gan: --seed \"x\" is not a whole number");
    assertThatThrownBy(() -> Arguments.parse("gan", "--data-dir", "nowhere"))
        .hasMessage("gan: --data-dir nowhere: no such folder");
    Path file = Files.writeString(folder.resolve("data.zip"), "");
    assertThatThrownBy(() -> Arguments.parse("gan", "--data-dir", "" + file))
        .hasMessage("gan: --data-dir " + file + ": a file, expected a folder");
  }

  /** A run of an hour must not end with that there is no place for its results. */
  @Test
  void thePlaceOfResultsIsLookedAtFirst() throws IOException {
    Path file = Files.writeString(folder.resolve("taken"), "");
    for (Path out : List.of(file, file.resolve("gan/first"))) {
      assertThatThrownBy(() -> Example.start("gan", "--out", "" + out))
          .isInstanceOf(FoveaException.class)
          .hasMessage(
              "gan: no results can be written to %s: %s is a file, expected a folder"
                  .formatted(out, file));
    }
  }

  @ParameterizedTest
  @CsvSource({"1,1", "4,4", "10,10", "15,10", "25,10", "1000,10"})
  void tenStepsAreToldOrAllAndTheLastIsOneOfThem(int steps, int lines) {
    PrintStream usual = System.out;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      Example example = Example.start("a");
      example.steps(steps);
      for (int i = 0; i < steps; i++) {
        example.progress(i, "loss", 0.5);
      }
    } finally {
      System.setOut(usual);
    }
    List<String> told = said.toString(StandardCharsets.UTF_8).lines().skip(1).toList();
    assertThat(told).hasSize(lines);
    assertThat(told.getLast()).startsWith("  %s/%s  loss 0.5000".formatted(steps, steps));
  }

  @Test
  void aShortRunIsAHundredthOfAWholeOne() {
    assertThat(Example.start("a", "--short").count(2_000)).isEqualTo(20);
    assertThat(Example.start("a", "--short").count(30)).isEqualTo(2);
    assertThat(Example.start("a").count(30)).isEqualTo(30);
  }

  @Test
  void picturesAndResultsLieInTheFolder() throws IOException {
    Example example = Example.start("a", "--out", folder.resolve("new").toString());
    example.picture("p.png", Tensor.zeros(Shape.of(4, 4, 1)));
    example.picture("q.jpg", Tensor.zeros(Shape.of(4, 4, 3)));
    example.measure("m", 1.5);
    example.measure("of real data", 2, 3);
    example.measureDrawn("of drawn data", 4, 5);
    example.measure("mean of nothing", Double.NaN);
    example.end();
    assertThat(folder.resolve("new/p.png")).exists();
    assertThat(Images.read(folder.resolve("new/q.jpg")).data()).containsOnly(0);
    assertThat(Files.readString(folder.resolve("new/results.json")))
        .contains(
            "\"m\":1.5,\"of real data\":2.0,\"of drawn data\":4.0,\"mean of nothing\":null}",
            "\"pytorch\":{\"of drawn data\":5.0}",
            "[\"p.png\",\"q.jpg\"]");
  }

  @Test
  void aTwinStandsBesideRealDataAlone() throws IOException {
    Example example = Example.start("a", "--out", "" + folder, "--data-dir", "" + folder);
    example.twins(Map.of("n", 5.0));
    assertThat(example.data("digits")).isPresent();
    example.measure("m", 2, 3);
    example.measure("n", 4);
    example.measure("o", 4);
    example.end();
    assertThat(Files.readString(folder.resolve("results.json")))
        .contains("\"pytorch\":{\"m\":3.0,\"n\":5.0}");
  }

  @Test
  void aSetIsInTheFolderOfDataOrIsThatFolder() throws IOException {
    Files.createDirectories(folder.resolve("mnist"));
    Example example = Example.start("a", "--data-dir", "" + folder);
    assertThat(example.data("mnist")).contains(folder.resolve("mnist"));
    assertThat(example.data("other")).contains(folder);
    assertThat(example.find("models/net.onnx")).isEmpty();
    assertThat(Example.start("a").data("mnist")).isEmpty();
  }

  @Test
  void whatTheFolderOfDataLacksIsSaid() throws IOException {
    Files.createDirectories(folder.resolve("mnist"));
    Example example = Example.start("a", "--data-dir", "" + folder, "--out", folder + "/out");
    assertThatThrownBy(() -> example.need("models/net.onnx"))
        .hasMessage(folder + ": no models/net.onnx in it");
    assertThatThrownBy(() -> example.sets("digits", "clothes"))
        .hasMessage(folder + ": no folder digits or clothes in it");
    assertThat(Example.start("a").need("mnist")).isEmpty();
    assertThat(Example.start("a").sets("mnist")).isEmpty();
    assertThatThrownBy(() -> Pictures.folder(folder.resolve("mnist"), 3))
        .hasMessage(folder.resolve("mnist") + ": no pictures .jpg, .jpeg or .png in it");
    Example unused = Example.start("a", "--data-dir", "" + folder, "--out", folder + "/out");
    unused.measure("m", 1, 2);
    unused.end();
    assertThat(Files.readString(folder.resolve("out/results.json")))
        .contains("\"pytorch\":{}", "\"real_data\":false");
    assertThat(example.sets("mnist", "clothes"))
        .containsExactly(Map.entry("mnist", folder.resolve("mnist")));
    example.measure("m", 1, 2);
    example.end();
    assertThat(Files.readString(folder.resolve("out/results.json")))
        .contains("\"pytorch\":{\"m\":2.0}", "\"real_data\":true");
  }

  @Test
  void endlessBatchesComeInEachEpochsOrder() {
    Dataset data = Digits.load(Seed.of(1), 10, 1).train();
    try (EndlessBatches batches = new EndlessBatches(data, 4, Seed.of(1));
        EndlessBatches same = new EndlessBatches(data, 4, Seed.of(1))) {
      for (int i = 0; i < 5; i++) {
        assertThat(batches.next().input().data()).isEqualTo(same.next().input().data());
      }
    }
    assertThatThrownBy(() -> new EndlessBatches(data, 11, Seed.of(1)))
        .hasMessage("batches of 11 samples: the data set has only 10");
  }
}
