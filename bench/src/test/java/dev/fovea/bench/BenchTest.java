package dev.fovea.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BenchTest {
  /** The launcher shows this file without building the benchmarks. */
  @Test
  void theHelpInTheFileIsThatOfTheCommand() throws IOException {
    assertThat(Files.readString(Path.of("help.txt"))).isEqualTo(Bench.usage());
  }

  /** The command makes networks itself, so it needs the vectors like the processes it starts. */
  @Test
  void everyBenchmarkGetsTheOptionsOfTheLauncher(@TempDir Path home) throws Exception {
    Path run = copied(Path.of("run"), home.resolve("bench/run"));
    Path options = home.toRealPath().resolve("bin/java.options");
    var _ = copied(Path.of("../bin/find-jdk.sh"), home.resolve("bin/find-jdk.sh"));
    Files.createDirectories(home.resolve("bench/target/bench"));
    Files.writeString(home.resolve("bench/target/bench/jars.classpath"), "/jars/jhdf-1.jar");
    Files.writeString(home.resolve("bench/target/bench/stamp"), "");
    Files.createDirectories(home.resolve("jdk/bin"));
    Files.writeString(home.resolve("jdk/release"), "JAVA_VERSION=\"25\"\n");
    for (String program : List.of("java", "javac")) {
      Path fake = home.resolve("jdk/bin").resolve(program);
      Files.writeString(fake, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
      assertThat(fake.toFile().setExecutable(true)).isTrue();
    }
    ProcessBuilder command = new ProcessBuilder("bash", run.toString(), "Bench", "--task", "x");
    command.environment().put("JAVA_HOME", home.resolve("jdk").toString());
    Process process = command.redirectError(Redirect.DISCARD).start();
    assertThat(process.inputReader().lines())
        .contains("@" + options)
        .endsWith("dev.fovea.bench.Bench", "--task", "x");
  }

  private static Path copied(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    return Files.copy(from, to);
  }

  @Test
  void rowsAreAllUnlessChosen() {
    List<Case> all = Bench.cases(null, null, null, 2, false);
    assertThat(all).hasSize(21).startsWith(new Case("lenet5", Mode.INFER, 1, 2));
    assertThat(Bench.cases("vgg16", "train", null, 1, false))
        .containsExactly(new Case("vgg16", Mode.TRAIN, 8, 1));
    assertThat(Bench.cases(null, "infer", 1, 2, false)).hasSize(7);
  }

  @Test
  void networksOfEightBitsAreMeasuredInInference() {
    assertThat(Bench.cases("mobilenet", null, null, 2, true))
        .containsExactly(
            new Case("mobilenet-int8", Mode.INFER, 1, 2),
            new Case("mobilenet-int8", Mode.INFER, 16, 2));
    assertThat(BenchNets.find("mobilenet-int8").input())
        .isEqualTo(BenchNets.find("mobilenet").input());
    assertThatThrownBy(() -> Peers.requireNoFile("mobilenet-int8"))
        .hasMessage("has no such network of 8 bits");
  }

  @Test
  void anyBatchMayBeGivenForOneRow() {
    assertThat(Bench.cases("unet", "infer", 3, 2, false))
        .containsExactly(new Case("unet", Mode.INFER, 3, 2));
    assertThatThrownBy(() -> Bench.cases("unet", null, 3, 2, false))
        .hasMessage("--batch: no row has 3; with --net and --mode any number may be given");
  }

  @Test
  void modesAndPeersAreChecked() {
    assertThatThrownBy(() -> Bench.cases(null, "test", null, 2, false))
        .hasMessage("--mode: must be infer or train, got \"test\"");
    assertThatThrownBy(() -> PeersTest.peers().contestants(List.of("caffe")))
        .hasMessage("--peers: no peer \"caffe\"; there are ort, torch, torch-compile, djl, dl4j");
  }

  @Test
  void aCaseSurvivesTheCommandLine() {
    Case c = new Case("resnet50", Mode.TRAIN, 16, 2);
    assertThat(Case.of(c.arguments().toArray(String[]::new))).isEqualTo(c);
  }

  @Test
  void trainingCountsThreeTimesInference() {
    assertThat(new Case("lenet5", Mode.TRAIN, 100, 1).gflop()).isCloseTo(0.249912, within(1e-9));
    assertThat(new Case("lenet5", Mode.INFER, 1, 1).gflop()).isCloseTo(0.00083304, within(1e-9));
  }
}
