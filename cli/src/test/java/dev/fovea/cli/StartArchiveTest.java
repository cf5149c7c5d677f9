package dev.fovea.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive of classes that the launcher of a distribution makes beside its first start. */
final class StartArchiveTest {
  private static final String PROGRAM = "dev.fovea.cli.StartArchive \"$archive\"";
  private static final long WAIT_NANOS = 300_000_000_000L;

  @TempDir private Path folder;
  private Path launcher;

  /** Makes a folder as {@code package} does, whose archive has the classes of one brief command. */
  @BeforeEach
  void makeFolder() throws IOException {
    Path distribution = Path.of(System.getProperty("fovea.distribution")).toAbsolutePath();
    launcher = Files.copy(distribution.resolve("bin/packaged"), folder.resolve("fovea"));
    Path lib = Files.createDirectories(folder.resolve("lib"));
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(distribution.resolve("lib"))) {
      for (Path jar : jars) {
        Files.copy(jar, lib.resolve(jar.getFileName()));
      }
    }
    Files.createSymbolicLink(lib.resolve("runtime"), Path.of(System.getProperty("java.home")));
    Files.createDirectories(folder.resolve("bin"));
    Files.copy(distribution.resolve("bin/java.options"), folder.resolve("bin/java.options"));
    String script = Files.readString(distribution.resolve("bin/start.sh"));
    assertThat(script).contains(PROGRAM);
    String brief = script.replace(PROGRAM, PROGRAM + " dev.fovea.cli.Main --version");
    Files.writeString(folder.resolve("bin/start.sh"), brief);
  }

  @Test
  void theNextStartUsesItAndADamagedOneIsDeleted() throws Exception {
    assertThat(start("").err()).isEmpty();
    Path archive = awaitArchive();
    String source = "dev.fovea.cli.Main source: ";
    assertThat(start("-Xlog:class+load").text()).contains(source + "shared objects file");
    assertThat(start("-Xlog:class+load -Dfovea.aot=off").text()).contains(source + "file:");
    assertThat(start("", "doctor", "--json").lastJson())
        .containsEntry("kernels", "simd")
        .containsEntry("problems", List.of());
    assertThat(archive).exists();

    byte[] whole = Files.readAllBytes(archive);
    for (byte[] damaged :
        List.of(
            Arrays.copyOf(whole, whole.length / 2), "no archive".getBytes(UTF_8), flipped(whole))) {
      Files.write(archive, damaged);
      Command.Result r = start("");
      assertThat(r.status()).isZero();
      assertThat(r.out()).hasSize(1);
      assertThat(r.err()).isEmpty();
      assertThat(archive).doesNotExist();
    }
  }

  private static byte[] flipped(byte[] whole) {
    byte[] flipped = whole.clone();
    for (int i = whole.length / 2; i < whole.length / 2 + 1000; i++) {
      flipped[i] ^= 0x55;
    }
    return flipped;
  }

  private Command.Result start(String options) {
    return start(options, "--version");
  }

  private Command.Result start(String options, String... command) {
    return ProcessCommand.launcher(launcher, folder).with("FOVEA_JAVA_OPTS", options).run(command);
  }

  /** Waits until the process that the first start left behind has made the archive. */
  private Path awaitArchive() throws IOException, InterruptedException {
    long begin = System.nanoTime();
    while (System.nanoTime() - begin < WAIT_NANOS) {
      Path made = folder.resolve("archive");
      if (Files.isDirectory(made)) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(made, "*.jsa")) {
          for (Path archive : files) {
            assertThat(archive).isNotEmptyFile();
            return archive;
          }
        }
      }
      Thread.sleep(20);
    }
    throw new AssertionError("no archive was made within five minutes");
  }
}
