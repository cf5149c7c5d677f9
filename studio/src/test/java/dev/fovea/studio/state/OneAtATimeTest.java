package dev.fovea.studio.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.FoveaException;
import org.junit.jupiter.api.Test;

final class OneAtATimeTest {
  @Test
  void whatComesMeanwhileIsRefusedAndWhatComesAfterIsDone() {
    OneAtATime turn = new OneAtATime("busy");
    assertThatThrownBy(() -> turn.alone(() -> turn.alone(() -> 1)))
        .isInstanceOf(FoveaException.class)
        .hasMessage("busy");
    assertThat(turn.<Integer>alone(() -> 2)).as("a failure ends the turn").isEqualTo(2);
    assertThat(turn.<Integer>alone(() -> 3)).isEqualTo(3);
  }
}
