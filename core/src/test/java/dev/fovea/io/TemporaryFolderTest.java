package dev.fovea.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.fovea.tensor.FoveaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TemporaryFolderTest {
  @TempDir private Path folder;

  @Test
  void isDeletedWithAllThatItHolds() throws IOException {
    Path path;
    try (TemporaryFolder aside = TemporaryFolder.create("fovea-test")) {
      path = aside.path();
      Files.createDirectories(path.resolve("a/b"));
      Files.writeString(path.resolve("a/b/c"), "c");
    }
    assertThat(path).doesNotExist();
  }

  @Test
  void staysWhereItWasMovedTo() throws IOException {
    Path target = folder.resolve("new/made");
    try (TemporaryFolder aside = TemporaryFolder.beside(target)) {
      Files.writeString(aside.path().resolve("file"), "text");
      Files.move(aside.path(), target);
    }
    assertThat(target.resolve("file")).hasContent("text");
    assertThat(target.getParent()).isDirectoryNotContaining(p -> !p.equals(target));
  }

  /** In containers each process may have the number of the one before. */
  @Test
  void whatAKilledProcessLeftIsNotInTheWay() throws IOException {
    Path target = folder.resolve("out");
    Path left = folder.resolve("out." + ProcessHandle.current().pid());
    Files.createDirectory(left);
    try (TemporaryFolder one = TemporaryFolder.beside(target);
        TemporaryFolder other = TemporaryFolder.beside(target)) {
      assertThat(one.path()).isEmptyDirectory().isNotEqualTo(other.path());
    }
    assertThat(folder).isDirectoryNotContaining(p -> !p.equals(left));
    assertThat(left).exists();
  }

  @Test
  void hasThePermissionsOfOtherFolders() throws IOException {
    assumeThat(folder.getFileSystem().supportedFileAttributeViews()).contains("posix");
    Path usual = Files.createDirectory(folder.resolve("usual"));
    try (TemporaryFolder aside = TemporaryFolder.beside(folder.resolve("out"))) {
      assertThat(Files.getPosixFilePermissions(aside.path()))
          .isEqualTo(Files.getPosixFilePermissions(usual));
    }
  }

  @Test
  void whereNoneCanBeIsSaid() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "text");
    assertThatThrownBy(() -> TemporaryFolder.beside(file.resolve("made")))
        .isInstanceOf(FoveaException.class)
        .hasMessageStartingWith(file.resolve("made") + ": cannot be written: ");
  }
}
