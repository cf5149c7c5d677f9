package dev.fovea.studio.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.studio.web.Events;
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
}
