package dev.fovea.apps;

import dev.fovea.nn.Model;
import dev.fovea.nn.Signal;
import dev.fovea.optim.Optimizer;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.TrainingStep;
import java.util.List;
import java.util.function.Supplier;

/**
 * A generator, which makes samples of noise, and a judge of samples, which learn from each other
 * (Goodfellow et al., 2014).
 *
 * <pre>{@code
 * Discriminator judge = new Discriminator(network, binaryCrossEntropy());
 * Adversaries pair = Adversaries.classifying(generator, judge, adam(2e-4).betas(0.5, 0.999), 64);
 * for (int i = 0; i < steps; i++) {
 *   Adversaries.Losses losses = pair.learn(() -> batches.next().input(), seed.split(i));
 * }
 * Tensor drawn = generator.run(Noise.normal(Shape.of(100, 64), seed));
 * }</pre>
 */
public final class Adversaries {
  private static final float STEEP = 10;

  private final Shape noise;
  private final int batch;
  private final int judgements;
  private final TrainingStep judge;
  private final TrainingStep forge;

  /**
   * The losses of a step.
   *
   * @param judge that of the last step of the judge
   * @param generator that of the generator
   */
  public record Losses(float judge, float generator) {}

  private Adversaries(
      Model generator, int batch, int judgements, TrainingStep judge, TrainingStep forge) {
    this.noise = generator.inputs().get(0);
    this.batch = batch;
    this.judgements = judgements;
    this.judge = judge;
    this.forge = forge;
  }

  /**
   * Returns a pair of which the judge learns to tell real from made and the generator to be taken
   * for real; each has a step in turn (Radford et al., 2016).
   *
   * @param judge from a sample to one number, high for a real one
   * @param optimizer of both, each with a state of its own
   * @param batch the number of real samples, and of made ones, of a step
   */
  public static Adversaries classifying(
      Model generator, Discriminator judge, Optimizer optimizer, int batch) {
    Model network = judge.network();
    TrainingStep judging =
        TrainingStep.of(
            in -> {
              Signal made = generator.asInTraining("**").apply(in.get(1));
              return List.of(judge.judging(in.get(0), made));
            },
            List.of(network.inputs().get(0), generator.inputs().get(0), Shape.of(1)),
            optimizer,
            batch,
            network);
    TrainingStep forging =
        TrainingStep.of(
            in -> List.of(judge.fooling(generator.apply(in.get(0)))),
            generator.inputs(),
            optimizer,
            batch,
            generator);
    return new Adversaries(generator, batch, 1, judging, forging);
  }

  /**
   * Returns a pair of which the judge, the critic, learns the distance between what is real and
   * what is made, with a {@link GradientPenalty} of weight 10, and the generator to shorten it
   * (Gulrajani et al., 2017).
   *
   * @param critic from a sample to one number, high for a real one; without batch norm
   * @param optimizer of both, each with a state of its own
   * @param batch the number of real samples, and of made ones, of a step
   * @param judgements the number of steps of the critic for each of the generator
   */
  public static Adversaries wasserstein(
      Model generator, Model critic, Optimizer optimizer, int batch, int judgements) {
    TrainingStep judging =
        TrainingStep.of(
            in -> {
              Signal made = generator.asInTraining("**").apply(in.get(1));
              Signal closer = mean(critic.apply(made)).minus(mean(critic.apply(in.get(0))));
              Signal steep = GradientPenalty.of(critic::apply, in.get(0), made, in.get(2));
              return List.of(closer.plus(steep.times(STEEP)));
            },
            List.of(critic.inputs().get(0), generator.inputs().get(0), Shape.of(1)),
            optimizer,
            batch,
            critic);
    TrainingStep forging =
        TrainingStep.of(
            in -> List.of(mean(critic.apply(generator.apply(in.get(0)))).times(-1)),
            generator.inputs(),
            optimizer,
            batch,
            generator);
    return new Adversaries(generator, batch, judgements, judging, forging);
  }

  private static Signal mean(Signal x) {
    return x.with(x.value().mean().reshape(Shape.scalar()));
  }

  /**
   * Takes the steps of the judge, each with other real samples and other noise, and then one of the
   * generator.
   *
   * @param real returns the next batch of real samples
   * @param seed of the noise
   */
  public Losses learn(Supplier<Tensor> real, Seed seed) {
    float judged = 0;
    for (int k = 0; k < judgements; k++) {
      Seed turn = seed.split("judge").split(k);
      Tensor between = Noise.uniform(Shape.of(batch, 1), turn.split("between"));
      judged = judge.gradients(turn, real.get(), noise(turn), between);
      judge.apply();
    }
    Seed turn = seed.split("forge");
    float forged = forge.gradients(turn, noise(turn));
    forge.apply();
    return new Losses(judged, forged);
  }

  private Tensor noise(Seed seed) {
    return Noise.normal(noise.prepend(batch), seed.split("noise"));
  }
}
