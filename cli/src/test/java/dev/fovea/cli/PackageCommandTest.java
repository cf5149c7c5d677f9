package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left where no folder can be made; {@code bin/check-release} makes a whole one. */
final class PackageCommandTest {
  @TempDir private Path folder;

  /** A launcher's folder that lacks the licence: the copies fail after the jars were written. */
  @Test
  void whatFailsLeavesNothingBehind() throws IOException {
    Files.createDirectories(folder.resolve("home/bin"));
    Files.writeString(folder.resolve("home/bin/packaged"), "");
    Files.createDirectory(folder.resolve("out"));
    ProcessCommand.in(folder)
        .withProperty("fovea.home", folder.resolve("home").toString())
        .fails("out/fovea-linux: cannot be written: ", "package", "out/fovea-linux");
    try (Stream<Path> left = Files.list(folder.resolve("out"))) {
      assertThat(left).isEmpty();
    }
  }
}
