package dev.fovea.systems.net;

import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.leakyRelu;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Signal;
import dev.fovea.op.Movement;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What the networks of several systems are made of. */
final class Convolutions {
  private static final double SLOPE = 0.1;

  private Convolutions() {}

  /** Returns a convolution with batch normalisation and a leaky ReLU of slope 0.1. */
  static Layer normLeaky(int filters, int kernel) {
    return normLeaky(filters, kernel, 1);
  }

  /** Returns a convolution of a stride with batch normalisation and a leaky ReLU of slope 0.1. */
  static Layer normLeaky(int filters, int kernel, int stride) {
    return sequence(
        conv2d(filters, kernel)
            .stride(stride)
            .padding(kernel / 2)
            .noBias()
            .init(Initializer.heNormal()),
        batchNorm(),
        leakyRelu(SLOPE));
  }

  /**
   * Returns the 1×1 convolution that predicts rows of numbers for each anchor of a cell.
   *
   * @param anchors the anchors of a cell
   * @param bias the biases of a row that the training begins with
   */
  static Layer rows(int anchors, float... bias) {
    float[] begin = bias.clone();
    Initializer biases =
        (shape, values, offset, rng) -> {
          for (int i = 0; i < shape.elements(); i++) {
            values[offset + i] = begin[i % begin.length];
          }
        };
    return conv2d(anchors * begin.length, 1).init(Initializer.normal(0.01)).initBias(biases);
  }

  /** Returns as many zeros, with one number in place of some from a place on. */
  static float[] biases(int numbers, int from, int count, double value) {
    float[] biases = new float[numbers];
    Arrays.fill(biases, from, from + count, (float) value);
    return biases;
  }

  /** Returns maps [N, H, W, anchors · numbers] as rows [N, anchors of all maps, numbers]. */
  static Signal joined(int numbers, List<Signal> maps) {
    List<Value> rows = new ArrayList<>();
    for (Signal map : maps) {
      Shape shape = map.shape();
      int count = shape.elements() / shape.dim(0) / numbers;
      rows.add(map.value().reshape(Shape.of(shape.dim(0), count, numbers)));
    }
    Signal first = maps.get(0);
    return first.with(rows.size() == 1 ? rows.get(0) : Value.of(new Movement.Concat(1), rows));
  }
}
