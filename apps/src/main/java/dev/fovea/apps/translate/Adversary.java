package dev.fovea.apps.translate;

import dev.fovea.nn.Loss;
import dev.fovea.nn.Model;
import dev.fovea.nn.Signal;

/**
 * A discriminator with its loss, the two sides of a generative adversarial training (Goodfellow et
 * al., 2014): it learns to answer 1 to what is real and 0 to what is made, and the generator learns
 * to be taken for real. The answer may be one number or a map of them, one for each patch (Isola et
 * al., 2017).
 *
 * <p>With {@code binaryCrossEntropy()} answers are logits; with {@code meanSquaredError()} it is a
 * least squares GAN (Mao et al., 2017).
 *
 * @param discriminator the model of one input and one output
 * @param loss of the answers
 */
public record Adversary(Model discriminator, Loss loss) {
  /** Returns the discriminator's loss, the mean over what is real and what is made. */
  public Signal judging(Signal real, Signal made) {
    return loss(real, 1).plus(loss(made, 0)).times(0.5f);
  }

  /** Returns the generator's loss for what it made. */
  public Signal fooling(Signal made) {
    return loss(made, 1);
  }

  private Signal loss(Signal pictures, float wanted) {
    Signal answer = discriminator.apply(pictures);
    return loss.of(answer, answer.filled(wanted));
  }
}
