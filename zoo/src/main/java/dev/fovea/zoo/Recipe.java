package dev.fovea.zoo;

/**
 * A training recipe: the default settings for training an architecture.
 *
 * @param optimizer the name of the optimiser: {@code sgd}, {@code adam}, {@code adamw}, {@code
 *     rmsprop}
 * @param learningRate the highest learning rate
 * @param schedule the name of the schedule: {@code constant}, {@code step}, {@code cosine}, {@code
 *     one-cycle}
 * @param epochs how often every sample is seen
 * @param batch the number of samples of a step
 * @param weightDecay the weight decay
 * @param clipNorm the largest norm of all gradients together; infinite for no limit
 * @param augment the augmentations as text; {@code none} for no augmentation
 */
public record Recipe(
    String optimizer,
    double learningRate,
    String schedule,
    int epochs,
    int batch,
    double weightDecay,
    double clipNorm,
    String augment) {

  /** Creates a recipe without gradient clipping and augmentation. */
  public Recipe(
      String optimizer,
      double learningRate,
      String schedule,
      int epochs,
      int batch,
      double weightDecay) {
    this(
        optimizer,
        learningRate,
        schedule,
        epochs,
        batch,
        weightDecay,
        Double.POSITIVE_INFINITY,
        "none");
  }

  /** Returns the recipe of most papers since 2015: Nesterov's SGD, cosine, decay 10⁻⁴. */
  static Recipe sgd(double learningRate, int epochs, int batch) {
    return new Recipe("sgd", learningRate, "cosine", epochs, batch, 1e-4);
  }

  /** Returns the recipe for small networks: Adam under one cycle. */
  static Recipe adam(double learningRate, int epochs, int batch) {
    return new Recipe("adam", learningRate, "one-cycle", epochs, batch, 0);
  }
}
