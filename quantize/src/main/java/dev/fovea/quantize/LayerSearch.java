package dev.fovea.quantize;

import dev.fovea.nn.Model;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The search for layers that hurt: the fewest that must stay in floating point so that a network
 * loses no more than allowed.
 *
 * <p>Layers are sorted by the {@linkplain Quantizer#sensitivity error} that each causes alone; of
 * this list the shortest beginning that suffices is found by halving, so that a network of L layers
 * is tried about log₂ L times.
 */
public final class LayerSearch {
  private LayerSearch() {}

  /**
   * What was found.
   *
   * @param quantizer the quantizer, which leaves the layers out
   * @param drop what the network loses with them left out
   * @param all what it loses if none is
   */
  public record Found(Quantizer quantizer, double drop, double all) {}

  /**
   * Searches.
   *
   * @param quantizer a quantizer that has seen its samples; what it leaves out stays left out
   * @param samples what errors are measured on, each one tensor per input, without a batch axis
   * @param drop what a network of 8 bits loses, such as points of accuracy
   * @param most the loss that is allowed, 0 or more; if even the network with every layer left out
   *     loses more, that is returned
   */
  public static Found of(
      Quantizer quantizer, List<List<Tensor>> samples, ToDoubleFunction<Model> drop, double most) {
    double all = drop.applyAsDouble(quantizer.finish().model());
    if (all <= most) {
      return new Found(quantizer, all, all);
    }
    List<String> worst =
        quantizer.sensitivity(samples).entrySet().stream()
            .sorted(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder()))
            .map(Map.Entry::getKey)
            .toList();
    Found best = leavingOut(quantizer, worst, drop, all);
    int tooFew = 0;
    int enough = worst.size();
    while (enough - tooFew > 1) {
      int some = (tooFew + enough) >>> 1;
      Found f = leavingOut(quantizer, worst.subList(0, some), drop, all);
      if (f.drop <= most) {
        enough = some;
        best = f;
      } else {
        tooFew = some;
      }
    }
    return best;
  }

  private static Found leavingOut(
      Quantizer quantizer, List<String> worst, ToDoubleFunction<Model> drop, double all) {
    List<String> paths = new ArrayList<>(quantizer.skipped());
    paths.addAll(worst);
    Quantizer q = quantizer.skipping(paths);
    return new Found(q, drop.applyAsDouble(q.finish().model()), all);
  }
}
