package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.io.Json;
import dev.fovea.optim.RmsProp;
import dev.fovea.optim.Schedule;
import dev.fovea.optim.Sgd;
import dev.fovea.tensor.FoveaException;
import dev.fovea.zoo.Zoo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class OptimizationTest {
  private static Optimization.Choice choose(int samples, String options) {
    String[] args = options.isEmpty() ? new String[0] : options.split(" ");
    return CommandLine.populateCommand(new Optimization(), args)
        .choose(Zoo.find("lenet5").recipe(), samples, 1);
  }

  private static void fails(int samples, String options, String message) {
    assertThatThrownBy(() -> choose(samples, options))
        .isInstanceOf(FoveaException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void momentumIsOfTheOptimizersThatHaveOne() {
    assertThat(((Sgd) choose(100, "--optimizer sgd").optimizer()).momentum()).isEqualTo(0.9);
    assertThat(((Sgd) choose(100, "--optimizer sgd --momentum 0").optimizer()).momentum()).isZero();
    assertThat(((RmsProp) choose(100, "--optimizer rmsprop").optimizer()).momentum()).isZero();
    RmsProp heavy = (RmsProp) choose(100, "--optimizer rmsprop --momentum 0.5").optimizer();
    assertThat(heavy.momentum()).isEqualTo(0.5);
    assertThat(heavy.slots()).hasSize(2);
    fails(100, "--momentum 0.9", "--momentum: the optimizer is adam, which has none");
    fails(100, "--optimizer adamw --momentum 0", "--momentum: the optimizer is adamw,");
    fails(100, "--optimizer rmsprop --momentum 1", "--momentum 1.0: a number from 0");
  }

  /**
   * The parameters are 32-bit floats: the largest is 3.4e38, the least of full precision 1.2e-38.
   */
  @ParameterizedTest
  @ValueSource(strings = {"1e300", "3.5e38", "1e-39", "NaN", "Infinity", "0", "-1"})
  void ratesThatAreNoFloatsAreRefused(String rate) {
    fails(100, "--lr " + rate, "--lr ");
  }

  @ParameterizedTest
  @ValueSource(doubles = {3.4e38, 1.2e-38, 0.1})
  void ratesThatAreFloatsAreTaken(double rate) {
    assertThat(choose(100, "--lr " + rate).optimizer().learningRate()).isEqualTo(rate);
  }

  /** 1000 samples in batches of 10 are 100 steps; 21474836 · 100 is below 2³¹, one more is not. */
  @ParameterizedTest
  @CsvSource({"constant", "step", "cosine", "one-cycle"})
  void asManyStepsAsAnIntegerCounts(String schedule) {
    String options = "--batch 10 --schedule " + schedule + " --epochs ";
    assertThat(choose(1000, options + 21474836).schedule().factor(0, 2147483600L)).isPositive();
    fails(
        1000,
        options + 21474837,
        "--epochs 21474837: 2147483700 steps of all epochs, at most 2147483647 expected");
  }

  /** The first step of a warm-up over w steps has the factor 1/w of a constant schedule. */
  @Test
  void longWarmUpsDoNotOverflow() {
    Optimization.Choice c =
        choose(1000, "--batch 10 --epochs 21474836 --schedule constant --warmup 21474835");
    assertThat(c.schedule().factor(0, 2147483600L)).isEqualTo(1 / 2147483500.0);
  }

  @Test
  void fieldsTellEveryOption() {
    assertThat(
            choose(
                    1000,
                    "--optimizer rmsprop --lr 0.01 --momentum 0.5 --weight-decay 0.001"
                        + " --clip-norm 2 --schedule step --warmup 1.5 --epochs 4 --batch 50"
                        + " --label-smoothing 0.125")
                .fields())
        .containsEntry("optimizer", "rmsprop")
        .containsEntry("learning_rate", 0.01)
        .containsEntry("momentum", 0.5)
        .containsEntry("weight_decay", 0.001)
        .containsEntry("clip_norm", 2.0)
        .containsEntry("schedule", "step")
        .containsEntry("warmup", 1.5)
        .containsEntry("epochs", 4)
        .containsEntry("batch", 50)
        .extractingByKey("label_smoothing")
        .asString()
        .isEqualTo("0.125");
    assertThat(choose(1000, "").fields())
        .doesNotContainKey("momentum")
        .containsEntry("clip_norm", Json.Null.NULL);
  }

  /** 100 batches in groups of 3 are 34 steps: a third of 2 epochs is 23 steps, rounded up. */
  @Test
  void schedulesCountStepsNotBatches() {
    Optimization chosen =
        CommandLine.populateCommand(
            new Optimization(), "--batch 10 --epochs 2 --schedule step --warmup 1".split(" "));
    Schedule s = chosen.choose(Zoo.find("lenet5").recipe(), 1000, 3).schedule();
    assertThat(s.factor(0, 68)).isEqualTo(1 / 34.0);
    assertThat(s.factor(33, 68)).isEqualTo(1);
    assertThat(s.factor(34 + 22, 68)).isEqualTo(1);
    assertThat(s.factor(34 + 23, 68)).isEqualTo(0.1);
  }

  /** Four bytes each: two checkpoints of the parameters and the slots, and one model. */
  @Test
  void roomForCheckpointsAndModel() {
    int adam = choose(100, "--optimizer adam").optimizer().slots().size();
    int heavy = choose(100, "--optimizer rmsprop --momentum 0.5").optimizer().slots().size();
    int plain = choose(100, "--optimizer sgd --momentum 0").optimizer().slots().size();
    long some = TrainCommand.room(0, 1 + adam);
    assertThat(TrainCommand.room(1000, 1 + adam) - some).isEqualTo(4 * 1000 * (2 * 3 + 1));
    assertThat(TrainCommand.room(1000, 1 + heavy) - some).isEqualTo(4 * 1000 * (2 * 3 + 1));
    assertThat(TrainCommand.room(1000, 1 + plain) - some).isEqualTo(4 * 1000 * (2 * 1 + 1));
    assertThat(TrainCommand.room(1_000_000_000, 1 + adam)).isGreaterThan(28_000_000_000L);
  }
}
