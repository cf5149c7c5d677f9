package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.fovea.tensor.FoveaException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OutputFolderTest {
  @TempDir private Path folder;

  @Test
  void leavesNoTrialBehindAndRemovesThoseOfKilledCommands() throws Exception {
    Files.createFile(folder.resolve(".trial123.tmp"));
    Files.createFile(folder.resolve("mine.tmp"));
    new OutputFolder(folder).prepare(100_000);
    assertThat(folder).isDirectoryContaining(p -> p.endsWith("mine.tmp"));
    assertThat(folder.toFile().list()).hasSize(1);
  }

  @Test
  void tooMuchForTheDiskIsRefused() {
    assertThatThrownBy(() -> new OutputFolder(folder).prepare(Long.MAX_VALUE))
        .isInstanceOf(FoveaException.class)
        .hasMessageContaining("the training needs " + Long.MAX_VALUE);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void foldersThatTheSystemDoesNotMake() {
    assumeTrue(Files.isDirectory(Path.of("/proc/self")), "only where /proc is");
    assertThatThrownBy(() -> new OutputFolder(Path.of("/proc/fovea")).prepare(1))
        .isInstanceOf(FoveaException.class)
        .hasMessage("--out /proc/fovea: the system makes no folder there");
  }
}
