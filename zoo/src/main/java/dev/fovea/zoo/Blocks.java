package dev.fovea.zoo;

import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.nn.Conv2d;
import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Layers;
import dev.fovea.nn.Network;
import dev.fovea.nn.Signal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** What several architectures are made of. */
final class Blocks {
  private Blocks() {}

  /**
   * Returns a square convolution without bias that keeps height and width at stride 1, with the
   * starting values of He et al.: what stands before a batch normalisation.
   */
  static Conv2d conv(int filters, int kernel, int stride) {
    return conv2d(filters, kernel)
        .stride(stride)
        .padding(kernel / 2)
        .noBias()
        .init(Initializer.heNormal());
  }

  /** Returns {@link #conv}, batch normalisation and ReLU, called 0, 1 and 2. */
  static Layer convNormRelu(int filters, int kernel, int stride) {
    return sequence(conv(filters, kernel, stride), batchNorm(), relu());
  }

  /** Returns a square convolution with bias that keeps height and width at stride 1. */
  static Conv2d biased(int filters, int kernel, int stride) {
    return conv2d(filters, kernel).stride(stride).padding(kernel / 2).init(Initializer.heNormal());
  }

  /**
   * Returns the 1×1 convolution that makes logits for a ReLU to follow. Its biases begin at 1,
   * which gives the ReLU positive inputs at first (as Krizhevsky et al., 2012, have it elsewhere):
   * at 0 the logits of a class may be below 0 for every picture, and no gradient would ever change
   * them. The softmax of logits does not see what all have in common.
   */
  static Conv2d rectifiedLogits(int classes) {
    return biased(classes, 1, 1).initBias(Initializer.ones());
  }

  /** Returns the local response normalisation of AlexNet: k 2, 10⁻⁴ per square of 5 channels. */
  static Layer responseNorm() {
    return Layers.localResponseNorm(5).alpha(5e-4f).k(2);
  }

  /** Returns into how many groups channels fall: this many, or fewer in a narrow network. */
  static int groups(int published, int channels) {
    return BigInteger.valueOf(published).gcd(BigInteger.valueOf(channels)).intValue();
  }

  /** A layer made of others that is no step of their path: they are called as if it were not. */
  private record Flat(UnaryOperator<Signal> function) implements Layer {
    @Override
    public Signal forward(Signal x) {
      return function.apply(x);
    }

    @Override
    public Signal apply(Signal x) {
      return forward(x);
    }
  }

  /** Returns a network of layers that are called as if they stood alone. */
  static Layer flat(UnaryOperator<Signal> network) {
    return new Flat(network);
  }

  /** Returns layers in a row that are not a step of their own in the path. */
  static Layer chain(Layer... layers) {
    return chain(List.of(layers));
  }

  /** Returns layers in a row that are not a step of their own in the path. */
  static Layer chain(List<Layer> layers) {
    List<Layer> all = List.copyOf(layers);
    return new Flat(x -> {
      Signal y = x;
      for (Layer layer : all) {
        y = layer.apply(y);
      }
      return y;
    });
  }

  /** Returns the results of several layers on the same signal, one after the other by channel. */
  static Layer parallel(Layer... branches) {
    List<Layer> all = List.of(branches);
    return new Flat(x -> Layers.concat(all.stream().map(b -> b.apply(x)).toList()));
  }

  /**
   * Returns a network whose first output is that of layers in a row and whose further outputs, in
   * training, are those of heads on the results of some of them.
   *
   * @param trunk the layers in a row, with names
   * @param taps where heads begin: after the layer of this index
   */
  static Network withHeads(List<Layer> trunk, Map<Integer, Layer> taps) {
    return in -> {
      Signal x = in.getFirst();
      List<Signal> further = new ArrayList<>();
      for (int i = 0; i < trunk.size(); i++) {
        x = trunk.get(i).apply(x);
        Layer head = taps.get(i);
        if (head != null) {
          further.add(head.apply(x));
        }
      }
      List<Signal> all = new ArrayList<>(List.of(x));
      // Heads are walked through in any case, so that their parameters are found.
      if (x.trace().training()) {
        all.addAll(further);
      }
      return all;
    };
  }

  /** Returns layers that are called by their position. */
  static List<Layer> numbered(List<Layer> layers) {
    return IntStream.range(0, layers.size())
        .mapToObj(i -> layers.get(i).named(Integer.toString(i)))
        .toList();
  }

  /**
   * Returns what each of some layers in a row gives.
   *
   * @param name what the row is called
   * @param row layers with names
   */
  static List<Signal> results(String name, List<Layer> row, Signal x) {
    List<Signal> results = new ArrayList<>();
    Layer steps =
        in -> {
          Signal y = in;
          for (Layer layer : row) {
            y = layer.apply(y);
            results.add(y);
          }
          return y;
        };
    steps.named(name).apply(x);
    return results;
  }

  /**
   * Returns what each of some layers gives of the same signal.
   *
   * @param name what they are called together
   * @param branches layers with names
   */
  static List<Signal> each(String name, List<Layer> branches, Signal x) {
    List<Signal> results = new ArrayList<>();
    Layer all =
        in -> {
          branches.forEach(b -> results.add(b.apply(in)));
          return results.getLast();
        };
    all.named(name).apply(x);
    return results;
  }
}
