package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OldArchivesTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir private Path folder;

  private Path file(String name, int daysAgo) throws IOException {
    Path file = Files.createFile(folder.resolve(name));
    Files.setLastModifiedTime(file, FileTime.from(NOW.minusSeconds(86_400L * daysAgo)));
    return file;
  }

  @Test
  void thoseOfTheSameJarsForOtherJdksGo() throws IOException {
    Path made = file("_opt_fovea_classes-25.0.4.jsa", 40);
    Path lock = file("_opt_fovea_classes-25.0.4.jsa.lock", 40);
    Path old = file("_opt_fovea_classes-25.0.3.jsa", 40);
    Path oldLock = file("_opt_fovea_classes-25.0.3.jsa.lock", 40);
    Path recent = file("_opt_fovea_classes-26.jsa", 20);
    Path otherJars = file("_home_fovea_classes-25.0.3.jsa", 40);
    Path other = file("notes", 40);
    StartArchive.dropOld(made, NOW.minusSeconds(86_400L * 30));
    assertThat(List.of(made, lock, recent, otherJars, other)).allMatch(Files::exists);
    assertThat(List.of(old, oldLock)).noneMatch(Files::exists);
  }
}
