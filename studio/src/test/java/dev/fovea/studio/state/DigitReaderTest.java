package dev.fovea.studio.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.fovea.data.DataSplit;
import dev.fovea.studio.web.Events;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.Callback;
import dev.fovea.train.Training;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class DigitReaderTest {
  @Test
  void knowsItsDigitsBeforeTheyAreDrawn() {
    DataSplit digits = DigitReader.digits();
    assertThat(digits.train().normalization()).contains(DigitReader.RULE);
    Workspace workspace = new Workspace();
    DigitReader reader = new DigitReader(workspace, new Events());
    reader.begin();
    reader.stop();
    assertThat(workspace.model(DigitReader.ID).model().labels())
        .isEqualTo(digits.train().classes());
  }

  /** Without a stop there would be 3 epochs of 188 steps. */
  @Test
  void stopsWhenItIsAskedTo() throws InterruptedException {
    Workspace workspace = new Workspace();
    DigitReader reader = new DigitReader(workspace, new Events());
    reader.begin();
    reader.stop();
    reader.await();
    assertThat(reader.progress().steps()).isEqualTo(564);
    assertThat(reader.progress().step()).isLessThan(564);
    assertThat(workspace.model(DigitReader.ID).label(3)).isEqualTo("3");
  }

  /** Other rooms compute with the learner as it is shown, not as it began. */
  @Test
  void opensTheLearnerAsItIsShown() throws InterruptedException {
    Workspace workspace = new Workspace();
    Tensor digit = Tensor.full(Shape.of(1, 28, 28, 1), 1);
    List<List<float[]>> answers = new ArrayList<>();
    AtomicReference<@Nullable DigitReader> reading = new AtomicReference<>();
    Callback watcher =
        new Callback() {
          @Override
          public void onStep(Training training) {
            DigitReader reader = Objects.requireNonNull(reading.get());
            if (training.step() == 1 || training.step() == 25) {
              reader.open();
              answers.add(answers(workspace.model(DigitReader.ID), digit));
            }
            if (training.step() == 25) {
              reader.stop();
            }
          }
        };
    DigitReader reader = new DigitReader(workspace, new Events(), watcher);
    reading.set(reader);
    reader.begin();
    reader.await();
    assertThat(answers).hasSize(2);
    answers.forEach(a -> assertThat(a.getFirst()).containsExactly(a.getLast(), offset(1e-5f)));
    assertThat(answers.getFirst().getFirst()).isNotEqualTo(answers.getLast().getFirst());
  }

  /** Returns what a network computes, and what the room that watches it shows. */
  private static List<float[]> answers(OpenModel net, Tensor input) {
    Tensor shown = net.watch().of(input).get(net.layers().getLast().path());
    return List.of(net.model().run(input).data(), Objects.requireNonNull(shown).data());
  }

  /** The page shows the line; what was learned until then stays open. */
  @Test
  void tellsWhyItCannotGoOn() throws InterruptedException {
    Workspace workspace = new Workspace();
    Callback broken =
        new Callback() {
          @Override
          public void onStep(Training training) {
            throw new FoveaException("broken at step " + training.step());
          }
        };
    DigitReader reader = new DigitReader(workspace, new Events(), broken);
    reader.begin();
    reader.await();
    assertThat(reader.progress().json("accuracy")).containsEntry("problem", "broken at step 1");
    assertThat(workspace.model(DigitReader.ID).label(3)).isEqualTo("3");
  }
}
