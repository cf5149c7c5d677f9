package dev.fovea.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BenchTest {
  /** The launcher shows this file without building the benchmarks. */
  @Test
  void theHelpInTheFileIsThatOfTheCommand() throws IOException {
    assertThat(Files.readString(Path.of("help.txt"))).isEqualTo(Bench.usage());
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
