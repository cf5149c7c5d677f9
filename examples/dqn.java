import static dev.fovea.nn.Layers.*;
import static dev.fovea.optim.Optimizers.adam;

import dev.fovea.apps.Example;
import dev.fovea.apps.play.*;
import dev.fovea.nn.*;
import dev.fovea.tensor.*;
import dev.fovea.vision.ContactSheet;

/**
 * Deep Q-learning plays two small games from their pixels: catch and breakout.
 *
 * <p>Replay memory, target network and double Q-learning; random play stands beside. Mnih et al.
 * (2015).
 */
Layer network(int moves) {
  return sequence(conv2d(16, 3).same(), relu(), conv2d(16, 3).same(), relu(), flatten(),
      dense(64), relu(), dense(moves));
}

/** Learns a game and returns the mean reward of a round. */
double learn(Example dqn, Game game, int moves, double discount) {
  Seed seed = dqn.seed().split(game.getClass().getSimpleName());
  Model model = Model.build(network(game.moves()), game.picture(), seed.split("network"));
  QLearner learner = new QLearner(model, adam(1e-3), 32, discount, 0.01);
  ReplayMemory memory = new ReplayMemory(20_000);
  Rng rng = seed.split("explore").rng();
  int steps = dqn.steps(moves);
  for (int i = 0; i < steps; i++) {
    if (game.isOver()) {
      game.begin(seed.split("round").split(i).rng());
    }
    double epsilon = Math.max(0.05, 1 - 2.0 * i / steps);
    Tensor before = game.look();
    int move = learner.explore(before, epsilon, rng);
    double reward = game.move(move);
    memory.add(new ReplayMemory.Move(before, move, reward, game.look(), game.isOver()));
    float loss = learner.learn(memory, seed.split(i), i < steps * 2 / 3 ? 1e-3 : 1e-4);
    dqn.progress(i, "loss", loss, "exploring", epsilon);
  }
  dqn.picture(game.getClass().getSimpleName().toLowerCase() + ".png", film(game, learner, seed));
  return learner.play(game, dqn.count(500), seed.split("test"));
}

/** Returns the mean reward of rounds with random moves. */
double random(Example dqn, Game game) {
  Rng rng = dqn.seed().split("random").rng();
  int rounds = dqn.count(500);
  double sum = 0;
  for (int i = 0; i < rounds; i++) {
    game.begin(rng);
    while (!game.isOver()) {
      sum += game.move(rng.nextInt(game.moves()));
    }
  }
  return sum / rounds;
}

/** Returns the first moves of a round, picture by picture. */
java.awt.image.BufferedImage film(Game game, QLearner learner, Seed seed) {
  ContactSheet sheet = new ContactSheet(80, 80);
  game.begin(seed.split("film").rng());
  for (int i = 0; i < 20 && !game.isOver(); i++) {
    sheet.add(inColour(game.look()), "" + i);
    game.move(learner.best(game.look()));
  }
  return sheet.toImage();
}

/** Returns the channels of a state as red, green and blue; the fourth is grey. */
Tensor inColour(Tensor state) {
  int channels = state.shape().dim(2);
  Tensor rgb = Tensor.zeros(state.shape().withDim(2, 3));
  for (int i = 0; i < state.data().length; i++) {
    int pixel = i / channels;
    int channel = i % channels;
    for (int c = 0; c < 3; c++) {
      if (channel == c || channel == 3) {
        rgb.data()[pixel * 3 + c] += state.data()[i] * (channel == 3 ? 120 : 255);
      }
    }
  }
  return rgb;
}

void main(String[] args) {
  Example dqn = Example.start("dqn", args);
  dqn.measure("catch, random moves", random(dqn, new Catch()));
  dqn.measure("catch, learnt; the best possible is 1", learn(dqn, new Catch(), 20_000, 0.95));
  dqn.measure("breakout, random moves", random(dqn, new Breakout()));
  dqn.measure("breakout, learnt, bricks a round", learn(dqn, new Breakout(), 15_000, 0.95));
  dqn.end();
}
