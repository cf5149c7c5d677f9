package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.fovea.tensor.FoveaException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Installers of small folders; that of the real one is for {@code ./verify --release}. */
final class InstallerTest {
  @TempDir private Path folder;

  @Test
  void laysDownTheFolderWithItsLauncher() throws IOException {
    for (String tool : List.of("dpkg-deb", "fakeroot")) {
      assumeTrue(isInPath(tool), "only where " + tool + " is");
    }
    Path packaged = Files.createDirectories(folder.resolve("packaged"));
    Files.createDirectories(packaged.resolve("bin"));
    Files.createDirectories(packaged.resolve("lib"));
    Files.copy(Path.of("..", "bin", "packaged"), packaged.resolve("fovea"));
    Files.writeString(
        packaged.resolve("bin/start.sh"), "start_command() { echo \"${2##*/} $4\"; }\n");

    Path interrupted = Files.createDirectories(folder.resolve("packaged.installer"));
    Files.writeString(interrupted.resolve("fovea_1.2.2_amd64.deb"), "half of an earlier one");

    Path made = Installer.write(packaged, "1.2.3-SNAPSHOT");

    assertThat(made).hasParent(folder).isRegularFile();
    assertThat(made.getFileName().toString()).startsWith("fovea_1.2.3").endsWith(".deb");
    assertThat(folder.toFile().list())
        .containsOnly("packaged", "packaged.installer", made.getFileName().toString());
    Path root = folder.resolve("root");
    assertThat(run("dpkg-deb", "-x", made.toString(), root.toString()).status()).isZero();
    Path launcher = root.resolve("opt/fovea/fovea");
    Command.Result r = run("env", "-i", "PATH=", launcher.toString(), "--version");
    assertThat(r.err()).isEmpty();
    assertThat(r.out()).containsExactly("fovea --version");
    Path link = Files.createSymbolicLink(folder.resolve("link"), launcher);
    assertThat(run(link.toString(), "doctor").out()).containsExactly("fovea doctor");
  }

  @Test
  void namesTheLicenceOnLinux() {
    boolean linux = System.getProperty("os.name").startsWith("Linux");
    assertThat(Installer.words(folder, folder, "1.2.3").contains("Apache-2.0")).isEqualTo(linux);
  }

  @Test
  void saysInOneLineWhatJpackageSays() {
    Path missing = folder.resolve("missing");
    assertThatThrownBy(() -> Installer.write(missing, "development"))
        .isInstanceOf(FoveaException.class)
        .hasMessageStartingWith(missing + ": no installer is made of it: jpackage: ")
        .hasMessageNotContaining("\n");
  }

  private Command.Result run(String program, String... args) {
    return ProcessCommand.launcher(Path.of(program), folder).run(args);
  }

  private static boolean isInPath(String tool) {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
  }
}
