package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The command as its users start it: the launcher of the folder that {@code package} has made.
 * Without an archive of classes: whoever makes it goes on when a test has ended.
 */
final class LauncherTest {
  @TempDir private Path folder;

  private ProcessCommand launcher() {
    Path distribution = Path.of(System.getProperty("fovea.distribution"));
    return ProcessCommand.launcher(distribution.resolve("fovea"), folder)
        .with("FOVEA_JAVA_OPTS", "-Dfovea.aot=off");
  }

  @Test
  void showsASummary() {
    Command.Result r = launcher().run("summary", "lenet5");
    assertThat(r.err()).isEmpty();
    assertThat(r.status()).isZero();
    assertThat(r.text()).contains("parameters 61,706");
  }

  @Test
  void usesTheVectorKernels() {
    Command.Result r = launcher().run("doctor", "--json");
    assertThat(r.status()).isZero();
    assertThat(r.lastJson()).containsEntry("kernels", "simd").containsEntry("problems", List.of());
    assertThat(r.lastJson()).extractingByKey("remarks").asString().startsWith("[machine code");
  }

  @Test
  void badInputIsOneLineAndExitCode2() {
    for (String args : List.of("summary lenet6", "train lenet5 --lr NaN", "nonsense", "train")) {
      Command.Result r = launcher().run(args.split(" "));
      assertThat(r.status()).as(args).isEqualTo(2);
      assertThat(r.out()).isEmpty();
      assertThat(r.err()).hasSize(1);
      assertThat(r.err().getFirst()).startsWith("fovea: ");
    }
  }

  @Test
  void fileNamesOfAnyScriptInTheLocaleC() {
    Command.Result r = launcher().inLocaleC(".safetensors").run("summary");
    assertThat(r.status()).isEqualTo(2);
    assertThat(r.err())
        .containsExactly("fovea: é.safetensors: no such file; fovea train writes model files");
  }

  @Test
  void trainsAndPredicts() {
    Command.Result r = launcher().run("train", "lenet5", "--limit", "100", "--epochs", "1");
    assertThat(r.err()).isEmpty();
    assertThat(r.status()).isZero();
    assertThat(r.text()).contains("model:   runs/lenet5-digits/model.safetensors");
    String picture = Fixtures.picture(folder.resolve("bar.png"), 30, 30).toString();
    Command.Result p =
        launcher().run("predict", "runs/lenet5-digits/model.safetensors", picture, "--top", "1");
    assertThat(p.status()).isZero();
    assertThat(p.text()).startsWith(picture + ": ").endsWith(" %");
  }
}
