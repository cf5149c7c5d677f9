package dev.fovea.apps.play;

import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.optim.Optimizers.adam;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.nn.Model;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import org.junit.jupiter.api.Test;

final class PlayTest {

  /** Whoever follows the ball's column at the end catches every ball. */
  @Test
  void catchCanBeWonAlways() {
    Catch game = new Catch();
    double sum = 0;
    for (int round = 0; round < 200; round++) {
      game.begin(Seed.of(round).rng());
      int drift = -2;
      double reward = 0;
      while (!game.isOver()) {
        reward = game.move(drift == -2 ? 1 : toward(game, drift));
        drift = drift(game);
      }
      sum += reward;
    }
    assertThat(sum).isEqualTo(200);
  }

  private static int place(Tensor look, int channel, float value) {
    for (int i = 0; i < 100; i++) {
      if (look.data()[2 * i + channel] == value) {
        return i;
      }
    }
    return -1;
  }

  private static int drift(Catch game) {
    int last = place(game.look(), 0, 0.5f);
    return last < 0 ? 0 : place(game.look(), 0, 1) % 10 - last % 10;
  }

  private static int toward(Catch game, int drift) {
    int ball = place(game.look(), 0, 1);
    int column = ball % 10;
    int step = drift;
    for (int row = ball / 10; row < 9; row++) {
      step = column + step < 0 || column + step > 9 ? -step : step;
      column += step;
    }
    return 1 + Integer.signum(column - place(game.look(), 1, 1) % 10);
  }

  @Test
  void breakoutCountsBricksAndEnds() {
    Breakout game = new Breakout();
    assertThat(game.isOver()).isTrue();
    Rng rng = Seed.of(1).rng();
    game.begin(rng);
    int bricks = bricks(game);
    assertThat(bricks).isEqualTo(30);
    double sum = 0;
    int moves = 0;
    while (!game.isOver()) {
      sum += game.move(rng.nextInt(3));
      moves++;
    }
    assertThat(bricks - bricks(game)).isEqualTo((int) sum);
    assertThat(moves).isBetween(5, 300);
  }

  private static int bricks(Breakout game) {
    int count = 0;
    for (int i = 0; i < 100; i++) {
      count += game.look().data()[4 * i + 3] > 0 ? 1 : 0;
    }
    return count;
  }

  private static ReplayMemory.Move move(int number, double reward, boolean ended) {
    Tensor state = Tensor.of(Shape.of(1, 1, 1), number);
    return new ReplayMemory.Move(state, number % 2, reward, Tensor.of(Shape.of(1, 1, 1), 1), ended);
  }

  @Test
  void theOldestMovesAreForgotten() {
    ReplayMemory memory = new ReplayMemory(3);
    assertThatThrownBy(() -> memory.draw(1, Seed.of(1).rng()))
        .hasMessage("replay memory: nothing to draw from");
    for (int i = 0; i < 5; i++) {
      memory.add(move(i, i, false));
    }
    assertThat(memory.size()).isEqualTo(3);
    ReplayMemory.Draw draw = memory.draw(60, Seed.of(1).rng());
    assertThat(draw.moves()).extracting(ReplayMemory.Move::reward).containsOnly(2.0, 3.0, 4.0);
    assertThat(draw.before().data()).containsOnly(2, 3, 4);
  }

  /** A move in state 0 leads to state 1, whose move 1 ends with 1: worth γ and 1. */
  @Test
  void aRewardIsWorthLessAMoveBefore() {
    Model network = Model.build(sequence(flatten(), dense(2)), Shape.of(1, 1, 1), Seed.of(1));
    QLearner learner = new QLearner(network, adam(2e-2), 16, 0.5, 0.05);
    ReplayMemory memory = new ReplayMemory(10);
    memory.add(move(0, 0, false));
    memory.add(move(1, 1, true));
    Tensor one = Tensor.of(Shape.of(1, 1, 1), 1);
    memory.add(new ReplayMemory.Move(one, 0, 0, one, true));
    for (int i = 0; i < 600; i++) {
      learner.learn(memory, Seed.of(i), 2e-2);
    }
    float[] first = network.run(Tensor.zeros(Shape.of(1, 1, 1, 1))).data();
    float[] second = network.run(Tensor.of(Shape.of(1, 1, 1, 1), 1)).data();
    assertThat(first[0]).isCloseTo(0.5f, within(0.03f));
    assertThat(second[1]).isCloseTo(1, within(0.03f));
    assertThat(learner.best(one)).isEqualTo(1);
  }

  @Test
  void aNetworkWithoutAnOutputPerMoveIsRefused() {
    Model network = Model.build(sequence(relu()), Shape.of(2, 2, 1), Seed.of(1));
    assertThatThrownBy(() -> new QLearner(network, adam(1e-3), 1, 0.9, 0.1))
        .hasMessage("Q-learning: needs a network with one output [moves], got [[2,2,1]]");
  }
}
