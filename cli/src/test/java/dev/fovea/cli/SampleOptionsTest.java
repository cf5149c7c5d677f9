package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.ClassSampling;
import dev.fovea.data.DataSplit;
import dev.fovea.data.InMemoryImages;
import dev.fovea.data.Preprocessing;
import dev.fovea.data.Task;
import dev.fovea.nn.Losses;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** How training samples are drawn, mixed and weighed. */
final class SampleOptionsTest {
  private static final Losses.CrossEntropy LOSS = Losses.crossEntropy().labelSmoothing(0.1);
  private static final Preprocessing RULE = Preprocessing.scaled(Shape.of(2, 2, 1));

  private static SampleOptions options(String text) {
    String[] args = text.isEmpty() ? new String[0] : text.split(" ");
    return CommandLine.populateCommand(new SampleOptions(), args);
  }

  /** Six pictures of class a, two of b; those to test with are one of each. */
  private static DataSplit split() {
    int[] labels = {0, 0, 0, 1, 0, 0, 0, 1};
    List<String> classes = List.of("a", "b");
    return new DataSplit(
        new InMemoryImages(RULE, new byte[32], labels, classes),
        new InMemoryImages(RULE, new byte[8], new int[] {0, 1}, classes));
  }

  @Test
  void samplesAreDrawnChangedMixedAndShuffled() {
    DataSplit plain = options("").samples(split(), RULE);
    assertThat(plain.train().inRandomOrder()).isTrue();
    assertThat(plain.train().description()).isEmpty();
    assertThat(plain.test().targetShapes()).containsExactly(Shape.scalar());
    DataSplit all = options("--balanced --augment flip --cutmix 1").samples(split(), RULE);
    assertThat(all.train().description()).isEqualTo("balanced classes, flip, cutmix:1");
    assertThat(all.train().targetShapes()).containsExactly(Shape.of(2));
    assertThat(all.test().description()).isEmpty();
    assertThat(all.test().targetShapes()).containsExactly(Shape.of(2));
    assertThat(options("--mixup 0.2").samples(split(), RULE).train().description())
        .isEqualTo("mixup:0.2");
    assertThat(ClassSampling.counts(options("--balanced").samples(split(), RULE).train()))
        .containsExactly(4, 4);
  }

  /** 8 samples: 8/(2·6) and 8/(2·2). */
  @Test
  void weightsOfClassesBecomePartOfTheLoss() {
    assertThat(options("").weighted(LOSS, split().train())).isEqualTo(LOSS);
    assertThat(options("--class-weights 1,2.5").weighted(LOSS, split().train()))
        .isEqualTo(LOSS.weights(1, 2.5f));
    assertThat(options("--class-weights balanced").weighted(LOSS, split().train()).weights())
        .containsExactly(8 / 12f, 2f);
    assertThatThrownBy(() -> options("--class-weights 1,2,3").weighted(LOSS, split().train()))
        .isInstanceOf(FoveaException.class)
        .hasMessage("--class-weights 1,2,3: 3 weights for 2 classes");
  }

  @Test
  void mixedSamplesHaveALossOfDistributions() {
    assertThat(options("--balanced").loss(LOSS)).isEqualTo(LOSS);
    assertThat(options("--mixup 1").loss(LOSS).description())
        .isEqualTo("cross_entropy_of_distribution(0.1)");
  }

  @Test
  void settingsSayWhatWasChosen() {
    Map<String, Object> fields = new LinkedHashMap<>();
    options("--balanced --mixup 0.2 --augment flip").put(fields, LOSS);
    assertThat(fields)
        .containsOnly(
            Map.entry("augment", "flip"), Map.entry("balanced", true), Map.entry("mixup", 0.2));
    Map<String, Object> weighed = new LinkedHashMap<>();
    options("--class-weights 1,2").put(weighed, LOSS.weights(1, 2));
    assertThat(weighed).containsEntry("class_weights", List.of(1f, 2f));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--mixup 0 | --mixup 0.0: a number from 0.01 to 100 expected",
        "--cutmix NaN | --cutmix NaN: a number from 0.01 to 100 expected",
        "--mixup 1 --cutmix 1 | --mixup, --cutmix: pictures are mixed in one way; give one of them",
        "--class-weights x | --class-weights \"x\": balanced, or a number from 0 on for each class,"
            + " expected",
        "--class-weights 1,-2 | --class-weights \"-2\": balanced, or a number from 0 on for each"
            + " class, expected",
        "--class-weights 0,0 | --class-weights 0,0: a weight above 0 expected",
        "--class-weights balanced --mixup 1 | --class-weights: not with --mixup, give --balanced"
            + " without weights instead",
        "--class-weights 1,2 --balanced | --class-weights: not with --balanced, give --balanced"
            + " without weights instead",
        "--augment flip:1 | --augment: augmentation flip:1: takes no number, got 1",
        "--augment flop | --augment: augmentation \"flop\": unknown; did you mean flip?",
      })
  void saysWhatIsWrong(String args, String message) {
    assertThatThrownBy(() -> options(args).require(Task.CLASSES))
        .isInstanceOf(FoveaException.class)
        .hasMessage(message);
  }
}
