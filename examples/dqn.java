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
static final int PADDLE = 0x40FF40;

static final int BALL = 0xFF4040;

/** Where the ball was one move ago. */
static final int FAINT = 0x802020;

static final int BRICK = 0x787878;

static final List<String> MOVES = List.of("left", "stay", "right");

Layer network(int moves) {
  return sequence(conv2d(16, 3).same(), relu(), conv2d(16, 3).stride(2).same(), relu(), flatten(),
      dense(64), relu(), dense(moves));
}

/**
 * Learns a game by so many moves, after every second of them from a batch of old ones; films the
 * first moves of a round and returns the player.
 */
QLearner learn(Example dqn, Game game, int moves, int... colours) {
  String name = game.getClass().getSimpleName();
  System.out.println(name.toLowerCase(Locale.ROOT) + "; return: mean of the last 50 rounds");
  Seed seed = dqn.seed().split(name);
  Model model = Model.build(network(game.moves()), game.picture(), seed.split("network"));
  QLearner learner = new QLearner(model, adam(1e-3), 32, 0.95, 0.02);
  ReplayMemory memory = new ReplayMemory(20_000);
  Rng rng = seed.split("explore").rng();
  LinkedList<Double> returns = new LinkedList<>();
  float loss = 0;
  int steps = dqn.steps(moves);
  for (int i = 0; i < steps; i++) {
    if (game.isOver()) {
      game.begin(seed.split("round").split(i).rng());
      returns.add(0.0);
      if (returns.size() > 51) {
        returns.removeFirst();
      }
    }
    double epsilon = Math.max(0.05, 1 - 2.0 * i / steps);
    Tensor before = game.look();
    int move = learner.explore(before, epsilon, rng);
    double reward = game.move(move);
    returns.add(returns.removeLast() + reward);
    memory.add(new ReplayMemory.Move(before, move, reward, game.look(), game.isOver()));
    if (i % 2 == 0) {
      loss = learner.learn(memory, seed.split(i), i < steps * 2 / 3 ? 1e-3 : 1e-4);
    }
    // The round that is being played counts once it is over.
    double mean = returns.stream().limit(Math.max(1, returns.size() - 1)).mapToDouble(r -> r).average().orElse(0);
    dqn.progress(i, "return", mean, "loss", loss, "exploring", epsilon);
  }
  dqn.picture(name.toLowerCase(Locale.ROOT) + ".png", film(game, learner, seed, colours));
  return learner;
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

/** Returns the first moves of a round, picture by picture, and what the faint pixel is. */
java.awt.image.BufferedImage film(Game game, QLearner learner, Seed seed, int... colours) {
  ContactSheet sheet = new ContactSheet(80, 80);
  game.begin(seed.split("film").rng());
  sheet.add(inColour(game.look(), colours), "start");
  for (int i = 1; i < 20 && !game.isOver(); i++) {
    int move = learner.best(game.look());
    game.move(move);
    sheet.add(inColour(game.look(), colours), "move " + i + ": " + MOVES.get(move));
  }
  sheet.add(Tensor.full(game.picture().withDim(2, 3), 255), "faint: ball a move ago");
  return sheet.toImage();
}

/** Returns a state as a picture: each channel in its colour. */
Tensor inColour(Tensor state, int... colours) {
  Tensor rgb = Tensor.zeros(state.shape().withDim(2, 3));
  for (int i = 0; i < state.data().length; i++) {
    int colour = colours[i % colours.length];
    for (int c = 0; c < 3; c++) {
      rgb.data()[i / colours.length * 3 + c] += state.data()[i] * (colour >> 16 - 8 * c & 255);
    }
  }
  return rgb;
}

void main(String[] args) {
  Example dqn = Example.start("dqn", args);
  Game ball = new Catch();
  dqn.measure("catch, random moves", random(dqn, ball));
  QLearner catcher = learn(dqn, ball, 44_000, BALL, PADDLE);
  dqn.measureDrawn("catch, learned; the best possible is 1",
      catcher.play(ball, dqn.count(500), dqn.seed().split("test")), 1);
  Game wall = new Breakout();
  dqn.measure("breakout, random moves, bricks of 30 in a game", random(dqn, wall));
  QLearner breaker = learn(dqn, wall, 12_000, PADDLE, BALL, FAINT, BRICK);
  // Nothing but the side where the ball starts is left to chance.
  dqn.measureDrawn("breakout, learned, bricks of 30 in a game; mean of 20 from its two starts",
      breaker.play(wall, dqn.count(20), dqn.seed().split("test")), 3.6);
  dqn.end();
}
