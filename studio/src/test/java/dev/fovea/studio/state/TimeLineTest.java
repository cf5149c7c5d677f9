package dev.fovea.studio.state;

import static dev.fovea.nn.Losses.crossEntropy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.DataSplit;
import dev.fovea.data.Digits;
import dev.fovea.nn.Layers;
import dev.fovea.nn.Model;
import dev.fovea.optim.Optimizers;
import dev.fovea.optim.Schedules;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.train.Epochs;
import dev.fovea.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept of a training. */
final class TimeLineTest {
  @TempDir private Path folder;

  private static Model train(TimeLine line) {
    DataSplit digits = Digits.load(Seed.of(1), 60, 10);
    Model model =
        Model.build(
            Layers.sequence(Layers.flatten(), Layers.dense(10)), Shape.of(28, 28, 1), Seed.of(1));
    var _ =
        Trainer.of(model, crossEntropy(), Optimizers.sgd(0.1))
            .callbacks(line)
            .fit(digits.train().batches(10), Epochs.epochs(2), digits.test());
    return model;
  }

  /** The disk is full from the beginning: nothing is kept, and the training comes to its end. */
  @Test
  void letsATrainingGoOnWhenTheDiskIsFull() {
    TimeLine full = new TimeLine(folder.resolve("full"), () -> 1000);
    Model there = train(full);
    assertThat(full.isFull()).isTrue();
    assertThat(full.size()).isZero();
    assertThatThrownBy(() -> full.before(3))
        .isInstanceOf(FoveaException.class)
        .hasMessage("time line: nothing was kept before step 3");
    TimeLine empty = new TimeLine(folder.resolve("empty"), () -> Long.MAX_VALUE);
    assertThat(train(empty).parameters().values()).containsExactly(there.parameters().values());
    assertThat(empty.isFull()).isFalse();
    assertThat(empty.before(0)).isEqualTo(folder.resolve("empty").resolve("step-0"));
  }

  /** The disk told that it has room, and then a checkpoint could not be written after all. */
  @Test
  void letsATrainingGoOnWhenACheckpointCannotBeWritten() throws IOException {
    Path file = Files.writeString(folder.resolve("no-folder"), "a file");
    TimeLine line = new TimeLine(file, () -> Long.MAX_VALUE);
    Model there = train(line);
    assertThat(line.isFull()).isTrue();
    assertThat(line.size()).isZero();
    TimeLine good = new TimeLine(folder.resolve("good"), () -> Long.MAX_VALUE);
    assertThat(train(good).parameters().values()).containsExactly(there.parameters().values());
    good.close();
    assertThat(folder.resolve("good")).doesNotExist();
    assertThat(good.size()).isZero();
    Files.createDirectory(folder.resolve("good")); // as if one was being written
    var _ = train(good);
    assertThat(folder.resolve("good")).doesNotExist();
  }

  @Test
  void curvesLoseNoSpike() {
    Curve curve = new Curve();
    for (int i = 0; i < 100_000; i++) {
      curve.add(i, i == 54_321 ? 99 : i == 77_777 ? -5 : 1);
    }
    float[][] points = curve.points(2000);
    assertThat(points[0].length).isLessThanOrEqualTo(2000);
    assertThat(points[1]).contains(99f, -5f);
    assertThat(points[0]).isSorted().startsWith(0f).endsWith(99_999f);
    assertThat(curve.points(2000)[1]).containsExactly(points[1]);
    curve.cut(9);
    assertThat(curve.points(2000)[0]).hasSize(10);
  }

  /** A change by hand holds from the first step whose rate nobody has asked for yet. */
  @Test
  void changesTheRateOfStepsThatHaveNotBegun() {
    RateChanges rates = new RateChanges(Schedules.constant());
    rates.addNow(0.5);
    assertThat(rates.factor(0, 100)).isEqualTo(0.5);
    assertThat(rates.factor(7, 100)).isEqualTo(0.5);
    rates.addNow(0.1);
    assertThat(rates.factor(7, 100)).isEqualTo(0.5);
    assertThat(rates.factor(8, 100)).isEqualTo(0.1);
  }

  /** Changes hold from their step on; what is before a branch is as it was. */
  @Test
  void keepsChangesOfTheRate() {
    RateChanges rates = new RateChanges(Schedules.constant());
    rates.add(10, 0.5);
    rates.add(20, 2);
    assertThat(rates.factor(9, 100)).isEqualTo(1);
    assertThat(rates.factor(10, 100)).isEqualTo(0.5);
    assertThat(rates.factor(25, 100)).isEqualTo(2);
    RateChanges branch = rates.until(15);
    branch.add(15, 0.1);
    assertThat(branch.factor(12, 100)).isEqualTo(0.5);
    assertThat(branch.factor(25, 100)).isEqualTo(0.1);
    assertThat(rates.factor(25, 100)).isEqualTo(2);
    RateChanges notBegun = rates.until(15);
    notBegun.addNow(3);
    assertThat(notBegun.changes().getLast()).isEqualTo(new RateChanges.Change(15, 3));
  }

  /** Layers are frozen from the first step that has not begun; one at least learns. */
  @Test
  void keepsWhichLayersAreFrozen() {
    FreezeChanges freezing = new FreezeChanges(List.of("0", "3"));
    assertThat(freezing.at(4)).isEmpty();
    assertThat(freezing.addNow("0", true)).isEqualTo(5);
    assertThat(freezing.addNow("0", true)).isEqualTo(5);
    assertThat(freezing.at(4)).isEmpty();
    assertThat(freezing.at(5)).containsExactly("0");
    assertThatThrownBy(() -> freezing.addNow("3", true))
        .isInstanceOf(FoveaException.class)
        .hasMessage("freeze: layer 3 is the last that learns; let another learn first");
    assertThat(freezing.at(8)).containsExactly("0");
    assertThat(freezing.addNow("0", false)).isEqualTo(9);
    assertThat(freezing.addNow("3", true)).isEqualTo(9);
    assertThat(freezing.frozen()).containsExactly("3");
    assertThat(freezing.spans())
        .containsExactly(
            new FreezeChanges.Span("0", 5, 9), new FreezeChanges.Span("3", 9, Long.MAX_VALUE));
    assertThat(freezing.until(9).addNow("0", false)).isEqualTo(9);
    FreezeChanges branch = freezing.until(9);
    assertThat(branch.at(20)).containsExactly("0");
    assertThat(branch.changes()).containsExactly(new FreezeChanges.Change(5, "0", true));
  }
}
