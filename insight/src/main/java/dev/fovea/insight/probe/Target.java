package dev.fovea.insight.probe;

import dev.fovea.io.Suggest;
import dev.fovea.nn.Output;
import dev.fovea.nn.Traced;
import dev.fovea.op.Activation;
import dev.fovea.op.Elementwise;
import dev.fovea.op.Movement;
import dev.fovea.op.Normalization;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Map;

/**
 * The number that is explained: a class's score, a unit's activation, the score of a box, the sum
 * of a mask.
 */
@FunctionalInterface
public interface Target {
  /**
   * Returns one number per sample, [N].
   *
   * @throws FoveaException if the network has no such number
   */
  Value of(Traced network);

  /**
   * Returns the score of a class of the first output before its softmax or sigmoid: behind these a
   * sure class has a gradient of nearly nothing, and the softmax mixes all classes. Where each
   * place has a class it is the mean over the places.
   *
   * @param number the class, from 0
   */
  static Target logit(int number) {
    return network -> ofClass(beforeProbability(network.outputs().getFirst()), number);
  }

  /**
   * Returns the score of a class of a classifier: {@link #logit(int)}, but where the output has one
   * number for two classes, that number is the score of class 1 and its negative that of class 0.
   *
   * @param output the first output of the network
   * @param number the class, from 0
   */
  static Target logit(Output output, int number) {
    if (output.width() != 1) {
      return logit(number);
    }
    if (number < 0 || number > 1) {
      throw new FoveaException("target: one score is that of classes 0 and 1, asked for " + number);
    }
    return number == 1 ? logit(0) : network -> logit(0).of(network).times(-1);
  }

  /** Returns the probability of a class as the first output gives it. */
  static Target probability(int number) {
    return network -> ofClass(network.outputs().getFirst(), number);
  }

  /**
   * Returns a weighted sum of an output's numbers: of a box's score, of the pixels of a mask.
   *
   * @param output which output
   * @param weights the weights, as many as a sample of the output has numbers
   */
  static Target weighted(int output, Tensor weights) {
    return network -> {
      Value y = beforeProbability(network.outputs().get(output));
      Value flat = flat(y);
      int count = flat.shape().dim(1);
      if (count != weights.data().length) {
        throw new FoveaException(
            "target: %s weights for an output of %s numbers"
                .formatted(weights.data().length, count));
      }
      Value w = Value.constant(weights.reshape(Shape.of(1, count)));
      return flat.times(w).sum(1).reshape(Shape.of(y.shape().dim(0)));
    };
  }

  /**
   * Returns the sum of a class's scores over the pixels of a mask, of an output [N, H, W, classes].
   * An output [N, H, W, 1] has the scores of class 1; their negatives are those of class 0.
   *
   * @param mask 1 for the pixels that count, else 0: [H, W] of the output
   */
  static Target mask(int output, int number, Tensor mask) {
    return network -> {
      Shape s = network.outputs().get(output).shape();
      int width = s.dim(-1);
      if (s.rank() != 4 || number < 0 || number >= Math.max(2, width)) {
        throw new FoveaException(
            "target: class %s of an output %s, which is no mask with it"
                .formatted(number, s.batched()));
      }
      Tensor weights = Tensor.zeros(Shape.of(mask.data().length, width));
      int channel = width == 1 ? 0 : number;
      float sign = width == 1 && number == 0 ? -1 : 1;
      for (int i = 0; i < mask.data().length; i++) {
        weights.data()[i * width + channel] = sign * mask.data()[i];
      }
      return weighted(output, weights).of(network);
    };
  }

  /** Returns one number of an output: that at an index of a sample's numbers in row-major order. */
  static Target element(int output, int index) {
    return network -> {
      Value flat = flat(beforeProbability(network.outputs().get(output)));
      return column(flat, index, "output " + output);
    };
  }

  /** Returns the mean over the places of one channel of a layer. */
  static Target channel(String path, int channel) {
    return network -> ofClass(layer(network, path), channel);
  }

  /**
   * Returns the mean over the places of what a layer computes along a direction, Σ d_c · a_c / ‖d‖:
   * channels together, as they act in an activation atlas (Carter et al., 2019).
   *
   * @param path the layer
   * @param direction d, one number for each channel, not all 0
   * @throws FoveaException if all of them are 0 or one is not finite; and where the network is
   *     given, if it has no such layer or another number of channels
   */
  static Target direction(String path, Tensor direction) {
    double squares = 0;
    for (float d : direction.data()) {
      squares += (double) d * d;
    }
    float norm = (float) Math.sqrt(squares);
    if (!(norm > 0 && Float.isFinite(norm))) {
      throw new FoveaException(
          "target: a direction for %s of finite numbers, not all 0, expected".formatted(path));
    }
    return network -> {
      Value v = layer(network, path);
      Shape s = v.shape();
      if (direction.data().length != s.dim(-1)) {
        throw new FoveaException(
            "target: a direction of %s numbers expected for %s, got %s"
                .formatted(s.dim(-1), path, direction.data().length));
      }
      int samples = s.dim(0);
      int places = s.elements() / samples / s.dim(-1);
      Value d = Value.constant(direction.reshape(Shape.of(1, 1, s.dim(-1))));
      return v.reshape(Shape.of(samples, places, s.dim(-1)))
          .times(d)
          .sum(1, 2)
          .times(1 / (norm * places))
          .reshape(Shape.of(samples));
    };
  }

  /** Returns a layer's activation at one place of one channel. */
  static Target unit(String path, int channel, int row, int column) {
    return network -> {
      Value v = layer(network, path);
      Shape s = v.shape();
      boolean inside =
          s.rank() == 4
              && channel >= 0
              && channel < s.dim(3)
              && row >= 0
              && row < s.dim(1)
              && column >= 0
              && column < s.dim(2);
      if (!inside) {
        throw new FoveaException(
            "target: no unit %s at row %s, column %s of %s, which gives %s"
                .formatted(channel, row, column, path, s.batched()));
      }
      Shape one = Shape.of(s.dim(0), 1, 1, 1);
      return v.slice(new int[] {0, row, column, channel}, one).reshape(Shape.of(s.dim(0)));
    };
  }

  private static Value layer(Traced network, String path) {
    Map<String, Value> layers = network.layers();
    Value v = layers.get(path);
    if (v == null) {
      throw new FoveaException("target: no layer " + path + Suggest.hint(path, layers.keySet()));
    }
    return v;
  }

  private static Value ofClass(Value y, int number) {
    int n = y.shape().dim(0);
    int classes = y.shape().rank() == 1 ? 1 : y.shape().dim(-1);
    Value rows = y.reshape(Shape.of(n, y.shape().elements() / n / classes, classes));
    return column(rows.mean(1).reshape(Shape.of(n, classes)), number, "the network");
  }

  private static Value column(Value flat, int number, String what) {
    if (number < 0 || number >= flat.shape().dim(1)) {
      throw new FoveaException(
          "target: %s has numbers 0 … %s, asked for %s"
              .formatted(what, flat.shape().dim(1) - 1, number));
    }
    return flat.slice(1, number, 1).reshape(Shape.of(flat.shape().dim(0)));
  }

  private static Value flat(Value y) {
    int n = y.shape().dim(0);
    return y.reshape(Shape.of(n, y.shape().elements() / n));
  }

  /** Returns what a softmax or sigmoid at the end of a network is applied to. */
  private static Value beforeProbability(Value y) {
    return switch (y.op()) {
      case Normalization.Softmax s -> y.input(0);
      case Normalization.LogSoftmax s -> y.input(0);
      case Elementwise.Activate a when a.activation().kind() == Activation.Kind.SIGMOID ->
          y.input(0);
      case Movement.Reshape r -> beforeProbability(y.input(0)).reshape(y.shape());
      case Movement.Transpose t -> Value.of(t, beforeProbability(y.input(0)));
      default -> y;
    };
  }
}
