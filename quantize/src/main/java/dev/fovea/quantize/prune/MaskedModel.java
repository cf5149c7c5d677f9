package dev.fovea.quantize.prune;

import dev.fovea.nn.Model;
import dev.fovea.nn.Network;
import dev.fovea.nn.Parameters;
import dev.fovea.nn.Signal;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.quantize.QuantizationAwareModel;
import dev.fovea.quantize.retrace.Retrace;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A model some of whose weights are 0 and stay so while it is trained: the network computes with
 * weight · mask, where masks of zeros and ones are states of the model. Checkpoints hold them, so a
 * resumed training has the same.
 *
 * <p>Weights of convolutions and dense layers, the trainable parameters with two axes or more, have
 * masks; biases and norms have none. A weight is never brought back: pruning again takes those that
 * are 0 first.
 */
public final class MaskedModel {
  /** What the name of a mask ends in. */
  private static final String MASK = ".mask";

  private final Model plain;
  private final Model model;
  private final List<Parameters.Parameter> weights;

  private MaskedModel(Model plain, List<Parameters.Parameter> weights) {
    this.plain = plain;
    this.weights = weights;
    this.model =
        Retrace.built(new Masked(plain, weights.stream().map(p -> p.name()).toList()), plain);
  }

  /**
   * Returns a model with masks that keep all weights that are not 0.
   *
   * @param model the trained model; it stays as it is
   * @throws FoveaException if it has no weights to prune
   */
  public static MaskedModel of(Model model) {
    List<Parameters.Parameter> weights =
        model.parameters().all().stream()
            .filter(p -> p.trainable() && p.shape().rank() >= 2 && !model.isFrozen(p.name()))
            .toList();
    if (weights.isEmpty()) {
      throw new FoveaException("prune: the network has no weights that can be trained");
    }
    return new MaskedModel(model, weights);
  }

  /**
   * The network with masks.
   *
   * @param plain the model without
   * @param masked the names of the parameters that have masks
   */
  private record Masked(Model plain, List<String> masked) implements Network {
    @Override
    public boolean fixesBatch() {
      return plain.fixesBatch();
    }

    @Override
    public List<Signal> forward(List<Signal> inputs) {
      Retrace retrace = new Retrace(plain, inputs);
      return retrace.run(v ->
          v.op() instanceof Source.Parameter p && masked.contains(p.name())
              ? retrace.usual(v).times(mask(inputs.get(0), p))
              : retrace.usual(v));
    }

    private Value mask(Signal signal, Source.Parameter p) {
      Tensor ones = plain.parameters().tensor(p.name());
      for (int i = 0; i < ones.data().length; i++) {
        ones.data()[i] = ones.data()[i] == 0 ? 0 : 1;
      }
      return signal.trace().state(p.name() + MASK, ones.shape(), Retrace.values(ones));
    }
  }

  /** Returns the model to train and to run. */
  public Model model() {
    return model;
  }

  /** Returns the names of the parameters that have masks. */
  public List<String> weights() {
    return weights.stream().map(Parameters.Parameter::name).toList();
  }

  /**
   * Sets the smallest weights to 0 until a share of them is.
   *
   * @param share the share, from 0 to 1, of each parameter's weights or of all
   * @param together whether weights of all layers are compared with each other, so that layers keep
   *     different shares; otherwise each layer keeps the same (Han et al., 2015, <i>Learning both
   *     Weights and Connections for Efficient Neural Networks</i>)
   * @throws FoveaException if the share is not from 0 to 1
   */
  public void prune(double share, boolean together) {
    prune(model, share, together);
  }

  /** Prunes a model of the same network, such as a copy that a training is computed anew with. */
  void prune(Model of, double share, boolean together) {
    if (!(share >= 0 && share <= 1)) {
      throw new FoveaException("prune: the share must be from 0 to 1, got " + share);
    }
    Map<String, float[]> sizes = sizes(of);
    if (!together) {
      sizes.forEach((name, size) -> mask(of, name, smallest(size, share)));
      return;
    }
    int count = sizes.values().stream().mapToInt(s -> s.length).sum();
    float[] all = new float[count];
    int at = 0;
    for (float[] size : sizes.values()) {
      System.arraycopy(size, 0, all, at, size.length);
      at += size.length;
    }
    boolean[] pruned = smallest(all, share);
    at = 0;
    for (Map.Entry<String, float[]> e : sizes.entrySet()) {
      int end = at + e.getValue().length;
      mask(of, e.getKey(), Arrays.copyOfRange(pruned, at, end));
      at = end;
    }
  }

  /**
   * Keeps of each four weights of an output channel that lie next to each other along the input
   * channels the two largest (Mishra et al., 2021, <i>Accelerating Sparse Deep Neural
   * Networks</i>). Layers whose input channels are no multiple of four keep all their weights.
   */
  public void pruneTwoOfFour() {
    sizes(model)
        .forEach((name, size) -> {
          int[] dims = model.parameters().get(name).shape().dims();
          int out = dims[dims.length - 1];
          int in = dims[dims.length - 2];
          if (in % 4 == 0) {
            mask(model, name, TwoOfFour.pruned(size, in, out));
          }
        });
  }

  /** Returns |weight · mask| of each parameter with a mask. */
  private Map<String, float[]> sizes(Model of) {
    Map<String, float[]> sizes = new LinkedHashMap<>();
    for (Parameters.Parameter p : weights) {
      float[] w = effective(of, p.name()).data();
      for (int i = 0; i < w.length; i++) {
        w[i] = Math.abs(w[i]);
      }
      sizes.put(p.name(), w);
    }
    return sizes;
  }

  private static Tensor effective(Model of, String name) {
    Tensor w = of.parameters().tensor(name);
    float[] mask = of.parameters().tensor(name + MASK).data();
    for (int i = 0; i < mask.length; i++) {
      w.data()[i] = mask[i] == 0 ? 0 : w.data()[i];
    }
    return w;
  }

  /** Returns which numbers are the smallest share; of equal ones the first. */
  private static boolean[] smallest(float[] sizes, double share) {
    int count = (int) Math.rint(share * sizes.length);
    boolean[] chosen = new boolean[sizes.length];
    if (count == 0) {
      return chosen;
    }
    float[] sorted = sizes.clone();
    Arrays.sort(sorted);
    float limit = sorted[count - 1];
    int equal = count;
    for (int i = 0; i < sorted.length && sorted[i] < limit; i++) {
      equal--;
    }
    for (int i = 0; i < sizes.length; i++) {
      chosen[i] = sizes[i] < limit || (sizes[i] == limit && equal-- > 0);
    }
    return chosen;
  }

  /** Sets weights to 0 from now on; those that have been before are among the smallest. */
  private static void mask(Model of, String name, boolean[] pruned) {
    Tensor mask = of.parameters().tensor(name + MASK);
    for (int i = 0; i < pruned.length; i++) {
      mask.data()[i] = pruned[i] ? 0 : mask.data()[i];
    }
    of.parameters().set(name + MASK, mask);
  }

  /** Returns the share of the masked parameters' weights that are 0, by name, in their order. */
  public Map<String, Double> sparsity() {
    Map<String, Double> shares = new LinkedHashMap<>();
    sizes(model)
        .forEach((name, size) -> {
          int zeros = 0;
          for (float s : size) {
            zeros += s == 0 ? 1 : 0;
          }
          shares.put(name, (double) zeros / size.length);
        });
    return shares;
  }

  /**
   * Returns the model without masks, with zeros where they were: a copy of the model that this one
   * was made of, with the values of now.
   */
  public Model finish() {
    Model made = QuantizationAwareModel.withoutRanges(plain.copy());
    Map<String, Tensor> values = new TreeMap<>();
    for (Parameters.Parameter p : made.parameters().all()) {
      boolean masked = model.parameters().contains(p.name() + MASK);
      values.put(
          p.name(), masked ? effective(model, p.name()) : model.parameters().tensor(p.name()));
    }
    made.parameters().load("pruned network", values);
    return made;
  }
}
