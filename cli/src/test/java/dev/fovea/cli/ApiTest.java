package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A change of what users of the modules see has a line in {@code CHANGELOG.md}. */
final class ApiTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  @TempDir private Path folder;

  private Command.Result check(Path types, Path log) {
    String lib = Path.of(System.getProperty("fovea.distribution"), "lib").toString();
    String program = ROOT.resolve("bin/Api.java").toString();
    return ProcessCommand.java(
            folder,
            List.of(
                "-XX:TieredStopAtLevel=1", program, "check", lib, types.toString(), log.toString()))
        .run();
  }

  @Test
  void everyChangeIsTold() {
    Command.Result r = check(ROOT.resolve("api.txt"), ROOT.resolve("CHANGELOG.md"));
    assertThat(r.err()).isEmpty();
    assertThat(r.status()).isZero();
    assertThat(r.text()).endsWith(" public types, 0 changes that CHANGELOG.md does not tell");
  }

  @Test
  void aChangeThatIsNotToldFails() throws IOException {
    Path types = folder.resolve("types.txt");
    String all = Files.readString(ROOT.resolve("api.txt"));
    Files.writeString(
        types,
        all.replaceFirst("(?m)^dev\\.fovea\\.tensor\\.Shape [0-9a-f]+$", "$0f")
            + "dev.fovea.tensor.Gone 0123456789ab\n");
    Path log = folder.resolve("log.md");
    Files.writeString(log, "# Changes\n\n## Now\n\nNothing.\n\n## Before\n\n- Shape and Gone.\n");
    Command.Result r = check(types, log);
    assertThat(r.status()).isEqualTo(1);
    assertThat(r.err())
        .contains(
            "api: dev.fovea.tensor.Gone has gone: name Gone in the first section of CHANGELOG.md",
            "api: dev.fovea.tensor.Shape has changed: name Shape in the first section of"
                + " CHANGELOG.md");
  }
}
