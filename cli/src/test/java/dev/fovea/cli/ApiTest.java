package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A change of what users of the modules see has a line in {@code CHANGELOG.md}. */
final class ApiTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  @TempDir private Path folder;

  private Command.Result check(Path types, Path log) {
    return run("check", types, log);
  }

  private Command.Result run(String what, Path types, Path log, String... more) {
    String lib = Path.of(System.getProperty("fovea.distribution"), "lib").toString();
    String program = ROOT.resolve("bin/Api.java").toString();
    List<String> words = new ArrayList<>(List.of("-XX:TieredStopAtLevel=1", program, what, lib));
    words.addAll(List.of(types.toString(), log.toString()));
    words.addAll(List.of(more));
    return ProcessCommand.java(folder, words).run();
  }

  @Test
  void everyChangeIsTold() {
    Command.Result r = check(ROOT.resolve("api.txt"), ROOT.resolve("CHANGELOG.md"));
    assertThat(r.err()).isEmpty();
    assertThat(r.status()).isZero();
    assertThat(r.text()).endsWith(" public types, 0 changes that CHANGELOG.md does not tell");
  }

  /** Returns the types as they are in the checkout, with another line for Shape. */
  private Path types(String hashes) throws IOException {
    String all = Files.readString(ROOT.resolve("api.txt"));
    Path types = folder.resolve("types.txt");
    return Files.writeString(
        types,
        all.replaceFirst(
            "(?m)^dev\\.fovea\\.tensor\\.Shape .*$", "dev.fovea.tensor.Shape " + hashes));
  }

  private Path log(String now) throws IOException {
    String text = "# Changes\n\n## Now\n\n" + now + "\n\n## Before\n\n- Shape and Gone.\n";
    return Files.writeString(folder.resolve("log.md"), text);
  }

  @Test
  void aChangeThatIsNotToldFails() throws IOException {
    Path types = types("0123456789ab");
    Files.writeString(types, "dev.fovea.tensor.Gone 0123456789ab\n", StandardOpenOption.APPEND);
    Command.Result r = check(types, log("Nothing."));
    assertThat(r.status()).isEqualTo(1);
    assertThat(r.err())
        .contains(
            "api: dev.fovea.tensor.Gone has gone: tell it in the first section of CHANGELOG.md,"
                + " then java bin/Api.java told ... dev.fovea.tensor.Gone",
            "api: dev.fovea.tensor.Shape has changed: tell it in the first section of"
                + " CHANGELOG.md, then java bin/Api.java told ... dev.fovea.tensor.Shape");
    assertThat(run("told", types, log("Nothing."), "dev.fovea.tensor.Shape").status()).isEqualTo(1);
  }

  /** A mention that was written for an earlier change does not excuse the next one. */
  @Test
  void aMentionCountsForOneChange() throws IOException {
    String shape = "api: dev.fovea.tensor.Shape ";
    Path types = types("0123456789ab 0123456789ac");
    Path log = log("- `Shape` has changed.");
    assertThat(check(types, log).err()).anyMatch(line -> line.startsWith(shape));
    Command.Result told = run("told", types, log, "dev.fovea.tensor.Shape");
    assertThat(told.status()).as("%s", told).isZero();
    assertThat(check(types, log).err()).noneMatch(line -> line.startsWith(shape));
    assertThat(check(types, log("Nothing.")).err())
        .contains(shape + "has changed: name Shape in the first section of CHANGELOG.md");
  }
}
