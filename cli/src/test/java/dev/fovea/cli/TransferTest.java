package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.data.ClassSampling;
import dev.fovea.data.DataSplit;
import dev.fovea.data.Dataset;
import dev.fovea.data.Digits;
import dev.fovea.io.Json;
import dev.fovea.io.Safetensors;
import dev.fovea.tensor.Tensor;
import dev.fovea.zoo.Whitening;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Beginning from weights, freezing, looking for a rate and drawing, one after the other. */
final class TransferTest {
  @WorkingFolder private static Path folder;

  private static Command.Result run(String... args) {
    return Command.in(folder).run(args);
  }

  @BeforeAll
  static void train() {
    Command.Result r =
        run("train", "lenet5", "--limit", "100", "--epochs", "1", "--out", "a", "--json");
    assertThat(r.status()).as("%s", r).isZero();
  }

  private static Tensor tensor(String out, String name) {
    Safetensors file = Safetensors.read(folder.resolve(out).resolve("model.safetensors"));
    return Objects.requireNonNull(file.tensors().get(name));
  }

  @Test
  void trainingBeginsFromWeightsAndLeavesWhatIsFrozen() throws IOException {
    Command.Result r =
        run(
            "train",
            "lenet5",
            "--limit",
            "100",
            "--epochs",
            "1",
            "--out",
            "b",
            "--json",
            "--from",
            "a/model.safetensors",
            "--freeze",
            "0.**,3",
            "--optimizer",
            "lion",
            "--accumulate",
            "2",
            "--ema",
            "0.9",
            "--rate",
            "7.**=0.5",
            "--tensorboard",
            "events");
    assertThat(r.status()).as("%s", r).isZero();
    assertThat(r.err()).containsExactly("fovea: a/model.safetensors: 10 of 10 parameters matched");
    for (String name : new String[] {"0.weight", "0.bias", "3.weight"}) {
      assertThat(tensor("b", name).data()).isEqualTo(tensor("a", name).data());
    }
    assertThat(tensor("b", "7.weight").data()).isNotEqualTo(tensor("a", "7.weight").data());
    try (Stream<Path> files = Files.list(folder.resolve("events"))) {
      assertThat(files).hasSize(1).allMatch(f -> f.getFileName().toString().contains("tfevents"));
    }
  }

  /**
   * Two of the digits, four pictures of each; the filters stay those that whiten these pictures.
   */
  @Test
  void whitensChosenClassesAndLeavesTheFiltersSo() {
    String[] args = {
      "train",
      "airbench",
      "--classes",
      "3,8",
      "--per-class",
      "4",
      "--batch",
      "4",
      "--epochs",
      "1",
      "--whiten",
      "whiten",
      "--limit",
      "8",
      "--out",
      "w",
      "--json"
    };
    Command.Result r = run(args);
    assertThat(r.status()).as("%s", r).isZero();
    assertThat(r.lastJson()).containsEntry("event", "result");
    DataSplit digits = Digits.load();
    Dataset some = ClassSampling.firstOfEach(only(digits.train()), 4);
    assertThat(tensor("w", "whiten.weight").data()).isEqualTo(Whitening.filters(some, 2, 8).data());
    assertThat(tensor("w", "head.weight").shape().dim(1)).isEqualTo(2);
    Command.Result e = run("eval", "w/model.safetensors", "--limit", "8", "--json");
    assertThat(e.status()).as("%s", e).isZero();
    Command.Result other = run("train", "lenet5", "--whiten", "0", "--limit", "20", "--out", "v");
    assertThat(other.status()).isEqualTo(2);
    assertThat(other.err())
        .containsExactly(
            "fovea: --whiten: 0.weight has the shape [5,5,1,6]; [k, k, 1, 2·k·k·1] expected");
  }

  private static Dataset only(Dataset data) {
    return ClassSampling.only(data, List.of("3", "8"));
  }

  @Test
  void weightsOfAnotherArchitectureAreOneLine() {
    Command.Result r =
        run("train", "cnn", "--limit", "20", "--out", "c", "--from", "a/model.safetensors");
    assertThat(r.status()).isNotZero();
    assertThat(r.err()).last().asString().contains("a/model.safetensors: ");
    Command.Result frozen = run("train", "lenet5", "--limit", "20", "--out", "c", "--freeze", "x");
    assertThat(frozen.status()).isEqualTo(2);
    assertThat(frozen.err())
        .containsExactly("fovea: parameters: nothing matches x; names look like 0.weight");
  }

  @Test
  void rateIsFoundAndDrawn() {
    Command.Result r =
        run("find-lr", "lenet5", "--limit", "200", "--steps", "20", "--plot", "lr.png", "--json");
    assertThat(r.status()).as("%s", r).isZero();
    Map<String, Object> found = r.lastJson();
    assertThat(Json.array(Json.member(found, "rates", "output"), "rates")).hasSizeBetween(2, 20);
    assertThat(Json.number(Json.member(found, "steepest", "output"), "steepest"))
        .isBetween(1e-6, 10.0);
    assertThat(folder.resolve("lr.png")).isNotEmptyFile();
  }

  @Test
  void evaluationIsDrawnAndLooksAtViews() {
    Command.Result r =
        run(
            "eval",
            "a/model.safetensors",
            "--limit",
            "100",
            "--plots",
            "plots",
            "--tta",
            "flip",
            "--json");
    assertThat(r.status()).as("%s", r).isZero();
    assertThat(r.lastJson()).containsKeys("top_5", "mean_auc", "best_temperature");
    for (String name : new String[] {"confusion.png", "reliability.png", "roc.png"}) {
      assertThat(folder.resolve("plots").resolve(name)).isNotEmptyFile();
    }
  }
}
