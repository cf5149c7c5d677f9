package dev.fovea.insight.explain;

import dev.fovea.nn.Model;
import dev.fovea.nn.Parameters;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A check of whether a method depends on what the network has learned (Adebayo et al., 2018): layer
 * by layer, from the last on, the weights are replaced by random ones, and each time the method's
 * map is compared with that of the trained network. A map that stays similar shows the picture, not
 * the network.
 *
 * @param steps one per layer whose weights are random, the unchanged network first
 */
public record RandomisationCheck(List<Step> steps) {
  /**
   * One map.
   *
   * @param layer the layer whose weights have gone last; empty for the unchanged network
   * @param map the method's map
   * @param correlation the rank correlation of its absolute values with those of the first
   */
  public record Step(String layer, Tensor map, double correlation) {}

  /** Copies the list. */
  public RandomisationCheck {
    steps = List.copyOf(steps);
  }

  /**
   * Checks a method.
   *
   * @param model the network, which stays as it is
   * @param method from a network to the map of some input
   * @param seed from which the weights' new order is drawn
   */
  public static RandomisationCheck of(Model model, Function<Model, Tensor> method, Seed seed) {
    Model changed = model.copy();
    Tensor first = method.apply(changed);
    List<Step> steps = new ArrayList<>(List.of(new Step("", first, 1)));
    for (Map.Entry<String, List<Parameters.Parameter>> layer : layers(model).reversed()) {
      for (Parameters.Parameter p : layer.getValue()) {
        changed.parameters().set(p.name(), shuffled(changed, p, seed.split(p.name())));
      }
      Tensor map = method.apply(changed);
      double like = RankCorrelation.of(sizes(first), sizes(map));
      steps.add(new Step(layer.getKey(), map, like));
    }
    return new RandomisationCheck(steps);
  }

  /**
   * Returns a network of the same layers that has forgotten what its weights learned: the numbers
   * of each trained parameter are at other places. What has no gradient, such as the running
   * statistics of batch norms, stays; in training they soon follow the new features.
   *
   * @param seed from which their new order is drawn
   */
  public static Model forgotten(Model model, Seed seed) {
    Model changed = model.copy();
    for (Parameters.Parameter p : model.parameters().all()) {
      if (p.trainable()) {
        changed.parameters().set(p.name(), shuffled(model, p, seed.split(p.name())));
      }
    }
    return changed;
  }

  /** Returns the trained parameters by the path of their layer, in order. */
  private static List<Map.Entry<String, List<Parameters.Parameter>>> layers(Model model) {
    Map<String, List<Parameters.Parameter>> layers = new LinkedHashMap<>();
    for (Parameters.Parameter p : model.parameters().all()) {
      String name = p.name();
      String layer = name.contains(".") ? name.substring(0, name.lastIndexOf('.')) : name;
      if (p.trainable()) {
        layers.computeIfAbsent(layer, path -> new ArrayList<>()).add(p);
      }
    }
    return new ArrayList<>(layers.entrySet());
  }

  /** The same numbers at other places: their size stays that of the layer's. */
  private static Tensor shuffled(Model model, Parameters.Parameter p, Seed seed) {
    Tensor weights = model.parameters().tensor(p.name());
    Rng rng = seed.rng();
    int[] order = rng.permutation(weights.data().length);
    Tensor out = Tensor.zeros(weights.shape());
    for (int i = 0; i < order.length; i++) {
      out.data()[i] = weights.data()[order[i]];
    }
    return out;
  }

  private static float[] sizes(Tensor map) {
    float[] sizes = map.data().clone();
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = Math.abs(sizes[i]);
    }
    return sizes;
  }
}
