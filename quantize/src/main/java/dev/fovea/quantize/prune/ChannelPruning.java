package dev.fovea.quantize.prune;

import dev.fovea.nn.Model;
import dev.fovea.nn.Traced;
import dev.fovea.op.Value;
import dev.fovea.quantize.QuantizationAwareModel;
import dev.fovea.quantize.retrace.Retrace;
import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Structured pruning: channels are removed, and with them filters, the input channels of what reads
 * them, entries of norms and biases. The network that is left is smaller and faster on any machine.
 *
 * <p>Channels that an op ties together go together: those of the terms of a residual sum, those
 * before and behind a depthwise convolution. The size of a channel is the sum of |w| over the
 * filters that make it, each layer's divided by its mean (Li et al., 2017, <i>Pruning Filters for
 * Efficient ConvNets</i>); of channels that the same layers make the smallest are removed. Inputs
 * and outputs of the network keep theirs, and so does what an unknown op reads.
 */
public final class ChannelPruning {
  private ChannelPruning() {}

  /**
   * Returns a model without some channels, with the values that the others had.
   *
   * @param share the share of the channels of each layer that goes, at least 0 and below 1; one
   *     channel always stays, of each slice as well
   * @throws FoveaException if the share is out of range, or no channel can be removed
   */
  public static Model of(Model model, double share) {
    if (!(share >= 0 && share < 1)) {
      throw new FoveaException(
          "prune: the share of channels must be from 0 to below 1, got " + share);
    }
    Traced traced = whole(model);
    List<Value> values = NarrowNetwork.values(traced);
    ChannelIds ids = new ChannelIds(values, traced.outputs());
    Set<Integer> removed = removed(model, ids, values, share);
    if (removed.isEmpty()) {
      throw new FoveaException(
          "prune: the network has no channels that a share of %s removes".formatted(share));
    }
    Map<String, List<int[]>> kept = new LinkedHashMap<>();
    ids.parameters()
        .forEach((name, axes) -> {
          List<int[]> places = new ArrayList<>();
          for (int[] axis : axes) {
            places.add(NarrowNetwork.places(axis, id -> !removed.contains(ids.root(id))));
          }
          kept.put(name, places);
        });
    return QuantizationAwareModel.withoutRanges(
        Retrace.built(new NarrowNetwork(model, kept), model));
  }

  /** Returns the graph in training if in inference some layers compute nothing. */
  private static Traced whole(Model model) {
    Traced inference = model.trace(1, false);
    int met = Retrace.names(NarrowNetwork.values(inference)).size();
    return met == model.parameters().all().size() ? inference : model.trace(1, true);
  }

  /** Returns the roots of the channels that go. */
  private static Set<Integer> removed(
      Model model, ChannelIds ids, List<Value> values, double share) {
    Map<Integer, Double> sizes = new HashMap<>();
    Map<Integer, Set<String>> makers = new TreeMap<>();
    ids.parameters()
        .forEach((name, axes) -> {
          if (axes.length >= 2) {
            add(model.parameters().tensor(name).data(), axes[axes.length - 1], ids, sizes);
            for (int id : axes[axes.length - 1]) {
              makers.computeIfAbsent(ids.root(id), _ -> new HashSet<>()).add(name);
            }
          }
        });
    Map<Set<String>, List<Integer>> families = new LinkedHashMap<>();
    makers.forEach((root, names) -> {
      if (root != 0) {
        families.computeIfAbsent(names, _ -> new ArrayList<>()).add(root);
      }
    });
    Set<Integer> removed = new HashSet<>();
    for (List<Integer> family : families.values()) {
      int count = Math.min((int) (share * family.size()), family.size() - 1);
      family.stream()
          .sorted(Comparator.<Integer>comparingDouble(sizes::get).thenComparing(r -> r))
          .limit(count)
          .forEach(removed::add);
    }
    for (Value v : values) {
      List<Integer> own = Arrays.stream(ids.of(v)).mapToObj(ids::root).toList();
      if (removed.containsAll(own)) { // a slice of what a layer makes
        own.stream().max(Comparator.comparingDouble(sizes::get)).ifPresent(removed::remove);
      }
    }
    return removed;
  }

  /** Adds the sizes of a layer's filters, the mean of which is 1. */
  private static void add(float[] w, int[] out, ChannelIds ids, Map<Integer, Double> sizes) {
    double all = 0;
    for (float x : w) {
      all += Math.abs(x);
    }
    double mean = all == 0 ? 1 : all / out.length;
    for (int i = 0; i < w.length; i++) {
      sizes.merge(ids.root(out[i % out.length]), Math.abs(w[i]) / mean, Double::sum);
    }
  }
}
