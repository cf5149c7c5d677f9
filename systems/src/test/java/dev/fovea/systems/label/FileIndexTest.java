package dev.fovea.systems.label;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.FoveaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The files below a folder. */
final class FileIndexTest {
  /** Linux opens no file whose path is longer. */
  private static final int LONGEST = 4096;

  private static final String NAME = "n".repeat(250);

  @TempDir private Path dir;

  /** A folder moved so far down that its path is too long, which stops even those who may all. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void foldersWithinThatCannotBeReadAreTold() throws IOException {
    Path moved = dir.resolve("moved");
    Files.createDirectories(moved.resolve(NAME));
    Path deep = dir;
    while (deep.toString().length() + 2 * NAME.length() < LONGEST) {
      deep = Files.createDirectory(deep.resolve(NAME));
    }
    deep = Files.createDirectory(deep.resolve(NAME.substring(0, 200)));
    Path root = deep;
    Files.move(moved, root.resolve("moved"));
    try {
      assertThatThrownBy(() -> FileIndex.of(root))
          .isInstanceOf(FoveaException.class)
          .hasMessage(root.resolve("moved").resolve(NAME) + ": cannot be read: File name too long");
    } finally {
      Files.move(root.resolve("moved"), moved);
    }
  }
}
