package dev.fovea.apps;

import dev.fovea.nn.Loss;
import dev.fovea.nn.Model;
import dev.fovea.nn.Signal;

/**
 * A discriminator with its loss, which both sides of a generative adversarial training learn from
 * (Goodfellow et al., 2014): the network learns to answer 1 to what is real and 0 to what is made,
 * the generator to be taken for real. The answer may be one number or a map of them, one for each
 * patch (Isola et al., 2017).
 *
 * <p>With {@code binaryCrossEntropy()} answers are logits; with {@code meanSquaredError()} it is a
 * least squares GAN (Mao et al., 2017).
 *
 * @param network the model of one input and one output
 * @param loss of the answers
 */
public record Discriminator(Model network, Loss loss) {
  /** Returns the discriminator's loss, the sum of that of what is real and that of what is made. */
  public Signal judging(Signal real, Signal made) {
    return loss(real, 1).plus(loss(made, 0));
  }

  /** Returns the generator's loss for what it made. */
  public Signal fooling(Signal made) {
    return loss(made, 1);
  }

  private Signal loss(Signal samples, float wanted) {
    Signal answer = network.apply(samples);
    return loss.of(answer, answer.filled(wanted));
  }
}
