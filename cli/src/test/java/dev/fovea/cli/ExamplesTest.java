package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.FoveaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every example compiles, runs in its short form and is as short as a page. */
final class ExamplesTest {
  private static final Path FOLDER = Path.of("../examples");
  private static final int MOST_LINES = 150;

  @TempDir private Path folder;

  static List<String> names() {
    return Examples.names();
  }

  @Test
  void allFilesAreListed() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      assertThat(files.map(f -> f.getFileName().toString().replace(".java", "")))
          .containsExactlyInAnyOrderElementsOf(Examples.names());
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void runsInItsShortForm(String name) throws IOException {
    Path file = FOLDER.resolve(name + ".java");
    assertThat(Files.readAllLines(file)).hasSizeLessThanOrEqualTo(MOST_LINES);
    SourceProgram program = SourceProgram.compile(file, System.err);
    List<String> args = List.of("--short", "--out", folder.toString());
    assertThat(program.start(args, System.err)).isZero();
    assertThat(folder.resolve("results.json")).exists();
    Path empty = Files.createDirectories(folder.resolve("empty"));
    List<String> nothing =
        Stream.concat(args.stream(), Stream.of("--data-dir", empty.toString())).toList();
    if (name.equals("dqn")) {
      assertThat(program.start(nothing, System.err)).isZero();
    } else {
      assertThatThrownBy(() -> program.start(nothing, System.err))
          .isInstanceOf(FoveaException.class)
          .hasMessageContaining(empty.toString());
    }
  }

  @Test
  void theGalleryShowsWhatThereIsOfResults() throws IOException {
    Path results = Files.createDirectories(folder.resolve("gallery/gan")).resolve("results.json");
    Files.writeString(
        results,
        """
        {"example":"gan","measures":{"distance":12.34567,"share":0.5,"error":null},
        "pytorch":{"share":0.25},"real_data":true,"short":false,"pictures":["digits.png"],"seconds":71}
        """);
    assertThat(Gallery.parse(List.of("--page", "--out", "" + folder)).run()).isZero();
    assertThat(Files.readAllLines(folder.resolve("gallery.md")))
        .contains(
            "## gan",
            "`./fovea run gan --data-dir DIR`, 71 s, source: [gan.java](../examples/gan.java)",
            GalleryNotes.of("gan"),
            "| distance | 12.35 |  |",
            "| share | 0.5000 | 0.2500 |",
            "| error | – |  |",
            "![digits](gallery/gan/digits.png)")
        .doesNotContain("## dqn");
  }

  @ParameterizedTest
  @MethodSource("names")
  void theGallerySaysWhatMeasuresMean(String name) {
    assertThat(GalleryNotes.of(name)).hasSizeBetween(100, 700).doesNotContain("\n").endsWith(".");
  }

  /** The page that is kept is what the results and notes give. */
  @Test
  void thePageIsUpToDate() throws IOException {
    Path docs = Path.of("../docs");
    try (Stream<Path> all = Files.walk(docs.resolve("gallery"))) {
      for (Path results : all.filter(f -> f.endsWith("results.json")).toList()) {
        Path copy = folder.resolve(docs.relativize(results));
        Files.createDirectories(copy.getParent());
        Files.copy(results, copy);
      }
    }
    assertThat(Gallery.parse(List.of("--page", "--out", "" + folder)).run()).isZero();
    assertThat(folder.resolve("gallery.md")).hasSameTextualContentAs(docs.resolve("gallery.md"));
  }

  @Test
  void theGalleryKnowsItsArguments() {
    assertThatThrownBy(() -> Gallery.parse(List.of("gann")))
        .hasMessageContaining("no file and no example \"gann\"; did you mean gan?");
    assertThatThrownBy(() -> Gallery.parse(List.of("--pages")))
        .hasMessage("gallery: no argument \"--pages\"; there are --data-dir, --out, --page");
    assertThatThrownBy(() -> Gallery.parse(List.of("--out")))
        .hasMessage("gallery: --out needs a value");
  }
}
