package dev.fovea.apps.play;

import static dev.fovea.nn.Losses.huber;

import dev.fovea.nn.Model;
import dev.fovea.nn.Signal;
import dev.fovea.op.Value;
import dev.fovea.optim.Optimizer;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.TrainingStep;
import java.util.List;

/**
 * Deep Q-learning: a network learns the worth Q(s, a) of each move a in the state s, which is the
 * reward of the move and the worth of the best move after it.
 *
 * <pre>Q(s, a) → r + γ · Q′(s′, argmaxₐ Q(s′, a)),   r alone where the round ended</pre>
 *
 * <p>Q′ is the target network, a copy that follows slowly (θ′ ← τ·θ + (1 − τ)·θ′); that the online
 * network chooses the move and the target network values it is double Q-learning, which does not
 * overrate moves. The loss is Huber's. Mnih et al. (2015); van Hasselt et al. (2016); Lillicrap et
 * al. (2016).
 */
public final class QLearner {
  private final Model online;
  private final Model target;
  private final TrainingStep step;
  private final int batch;
  private final double discount;
  private final double share;

  /**
   * Creates a learner.
   *
   * @param online the network from pictures to a number per move; it is trained in place
   * @param batch how many moves it learns from at once
   * @param discount γ, how much a reward is worth one move later
   * @param share τ, how far the target network follows at each step
   */
  public QLearner(Model online, Optimizer optimizer, int batch, double discount, double share) {
    if (online.outputs().size() != 1 || online.outputs().get(0).rank() != 1) {
      throw new FoveaException(
          "Q-learning: needs a network with one output [moves], got " + online.outputs());
    }
    this.online = online;
    this.target = online.copy();
    this.batch = batch;
    this.discount = discount;
    this.share = share;
    Shape moves = online.outputs().get(0);
    this.step =
        TrainingStep.of(
            in -> {
              Signal all = online.apply(in.get(0));
              Value chosen = all.times(in.get(1)).value().sum(1);
              Signal worth = all.with(chosen.reshape(Shape.of(chosen.shape().elements(), 1)));
              return List.of(huber(1).of(worth, in.get(2)));
            },
            List.of(online.inputs().get(0), moves, Shape.of(1)),
            optimizer,
            batch,
            online);
  }

  /** Returns the best move in a state [H, W, C]; of several equal ones the first. */
  public int best(Tensor state) {
    Tensor worth = online.run(state.reshape(state.shape().prepend(1)));
    return best(worth.data(), 0, worth.data().length);
  }

  private static int best(float[] values, int from, int count) {
    int best = 0;
    for (int i = 1; i < count; i++) {
      if (values[from + i] > values[from + best]) {
        best = i;
      }
    }
    return best;
  }

  /** Returns a random move with probability ε, the best one otherwise. */
  public int explore(Tensor state, double epsilon, Rng rng) {
    return rng.nextDouble() < epsilon
        ? rng.nextInt(online.outputs().get(0).elements())
        : best(state);
  }

  /**
   * Learns from a batch of remembered moves.
   *
   * @param rate the learning rate of this step
   * @return the loss
   */
  public float learn(ReplayMemory memory, Seed seed, double rate) {
    ReplayMemory.Draw draw = memory.draw(batch, seed.split("draw").rng());
    int moves = online.outputs().get(0).elements();
    float[] chooses = online.run(draw.after()).data();
    float[] values = target.run(draw.after()).data();
    Tensor chosen = Tensor.zeros(Shape.of(batch, moves));
    Tensor worth = Tensor.zeros(Shape.of(batch, 1));
    for (int i = 0; i < batch; i++) {
      ReplayMemory.Move m = draw.moves().get(i);
      chosen.data()[i * moves + m.move()] = 1;
      double later = m.ended() ? 0 : values[i * moves + best(chooses, i * moves, moves)];
      worth.data()[i] = (float) (m.reward() + discount * later);
    }
    float loss = step.gradients(seed, draw.before(), chosen, worth);
    step.apply(rate);
    online.copyTo(target, share);
    return loss;
  }

  /**
   * Plays rounds with the best moves and returns the mean of their rewards.
   *
   * @param seed the chance in them
   */
  public double play(Game game, int rounds, Seed seed) {
    double sum = 0;
    for (int i = 0; i < rounds; i++) {
      game.begin(seed.split(i).rng());
      while (!game.isOver()) {
        sum += game.move(best(game.look()));
      }
    }
    return sum / rounds;
  }
}
