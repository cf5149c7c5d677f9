package dev.fovea.apps.quality;

import dev.fovea.nn.Prediction;
import dev.fovea.tensor.FoveaException;
import java.util.List;

/**
 * How evenly generated pictures spread over the classes that a classifier sees in them: H = −Σ pᵢ ·
 * log₂ pᵢ, with the share pᵢ of pictures whose best class is i, in bits.
 *
 * <p>It is log₂ of the number of classes (3.32 bits for ten) when all are equally frequent, and 0
 * when a generator has collapsed to one of them.
 */
public final class ClassEntropy {
  private ClassEntropy() {}

  /**
   * Returns the entropy of the best classes.
   *
   * @throws FoveaException if there is no prediction
   */
  public static double of(List<Prediction> predictions) {
    if (predictions.isEmpty()) {
      throw new FoveaException("class entropy: no predictions");
    }
    int[] counts = new int[predictions.get(0).probabilities().length];
    predictions.forEach(p -> counts[p.best().index()]++);
    double entropy = 0;
    for (int count : counts) {
      double share = (double) count / predictions.size();
      entropy -= share > 0 ? share * Math.log(share) / Math.log(2) : 0;
    }
    return entropy;
  }
}
