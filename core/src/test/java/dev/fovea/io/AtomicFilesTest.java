package dev.fovea.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.FoveaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AtomicFilesTest {
  @TempDir private Path dir;

  private List<String> files() throws IOException {
    try (Stream<Path> s = Files.list(dir)) {
      return s.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void writesReplacesAndCreatesFolders() throws IOException {
    Path file = dir.resolve("a/b/c.txt");
    AtomicFiles.write(file, "one");
    AtomicFiles.write(file, "two");
    assertThat(file).hasContent("two");
    assertThat(files()).containsExactly("a");
  }

  @Test
  void failureLeavesTheOldFileAndNothingElse() throws IOException {
    Path file = dir.resolve("model");
    AtomicFiles.write(file, "good");
    assertThatThrownBy(() ->
            AtomicFiles.write(
                file,
                out -> {
                  out.write(new byte[1 << 20]);
                  throw new IOException("No space left\n on device");
                }))
        .isInstanceOf(FoveaException.class)
        .hasMessage(file + ": cannot be written: No space left on device");
    assertThat(file).hasContent("good");
    assertThat(files()).containsExactly("model");
  }

  @Test
  void failureOfAnotherKindAlsoCleansUp() throws IOException {
    Path file = dir.resolve("model");
    assertThatThrownBy(() ->
            AtomicFiles.write(
                file,
                out -> {
                  throw new FoveaException("inner");
                }))
        .hasMessage("inner");
    assertThat(files()).isEmpty();
  }

  @Test
  void aFolderIsNotOverwrittenAndAFileIsNoFolder() throws IOException {
    Files.createDirectory(dir.resolve("d"));
    assertThatThrownBy(() -> AtomicFiles.write(dir.resolve("d"), "x"))
        .hasMessage(dir.resolve("d") + ": cannot be written: it is a folder");
    AtomicFiles.write(dir.resolve("f"), "x");
    assertThatThrownBy(() -> AtomicFiles.write(dir.resolve("f/g"), "x"))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            dir.resolve("f/g") + ": cannot be written: a file stands where a folder is needed");
  }

  /** The inner write ends first; with one temporary file for both it would take away the outer. */
  @Test
  void twoWritersOfOneFileDoNotMeet() throws IOException {
    Path file = dir.resolve("model");
    AtomicFiles.write(
        file,
        out -> {
          out.write('a');
          AtomicFiles.write(file, "inner");
          assertThat(file).hasContent("inner");
          out.write('b');
        });
    assertThat(file).hasContent("ab");
    assertThat(files()).containsExactly("model");
  }

  @Test
  void removesOldLeftoversOfKilledProcessesAlone() throws IOException {
    Path old = Files.createFile(dir.resolve(".model.123.tmp"));
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    Path newer = Files.createFile(dir.resolve(".model.123-8f00ba.tmp"));
    Files.setLastModifiedTime(newer, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    Files.createFile(dir.resolve(".model.124.tmp"));
    Path other = Files.createFile(dir.resolve(".model.x.tmp"));
    Files.setLastModifiedTime(other, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    AtomicFiles.write(dir.resolve("model"), "x");
    assertThat(files()).containsExactly(".model.124.tmp", ".model.x.tmp", "model");
  }
}
