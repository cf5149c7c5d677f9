package dev.fovea.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A change of what users of this module see has a line in {@code CHANGELOG.md}. Its types refer to
 * Spark's, which are on the class path here and not in the distribution.
 */
final class SparkApiTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  @Test
  void everyChangeIsTold() throws Exception {
    Process check =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    classPath(),
                    ROOT.resolve("bin/Api.java").toString(),
                    "check",
                    classes().toString(),
                    ROOT.resolve("spark/api.txt").toString(),
                    ROOT.resolve("CHANGELOG.md").toString()))
            .redirectErrorStream(true)
            .start();
    assertThat(told(check)).endsWith(" public types, 0 changes that CHANGELOG.md does not tell");
    assertThat(check.waitFor()).isZero();
  }

  private static String told(Process check) throws IOException {
    return new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
  }

  private static Path classes() throws Exception {
    return Path.of(SparkTrainer.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private static String classPath() {
    String own = System.getProperty("java.class.path", "");
    return System.getProperty("surefire.test.class.path", own);
  }
}
