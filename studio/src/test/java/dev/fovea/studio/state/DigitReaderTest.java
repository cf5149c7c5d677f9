package dev.fovea.studio.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.studio.web.Events;
import dev.fovea.tensor.FoveaException;
import dev.fovea.train.Callback;
import dev.fovea.train.Training;
import org.junit.jupiter.api.Test;

final class DigitReaderTest {
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
