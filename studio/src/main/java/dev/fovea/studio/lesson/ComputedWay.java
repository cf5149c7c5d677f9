package dev.fovea.studio.lesson;

import dev.fovea.insight.convolution.ConvolutionWay;
import dev.fovea.insight.convolution.Convolved;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * One of the ways of computing one convolution: the same numbers, with other counts of work and
 * memory.
 *
 * @param name what the way is called
 * @param multiplications how many it takes
 * @param bytes how much memory it takes beside input and result
 * @param millis how long it took, this once
 * @param difference the greatest difference from what the definition gives
 */
public record ComputedWay(
    String name, long multiplications, long bytes, double millis, double difference) {
  private static final double NANOS = 1e6;

  /**
   * Computes a convolution in each way that takes its kernel; the definition comes first.
   *
   * @param x the image [H, W, Cin]
   * @param weights [kh, kw, Cin, Cout]
   */
  public static List<ComputedWay> all(Tensor x, Tensor weights) {
    Tensor defined = ConvolutionWay.DIRECT.convolve(x, weights).output();
    List<ComputedWay> all = new ArrayList<>();
    for (ConvolutionWay way : ConvolutionWay.values()) {
      if (way.takes(weights.shape().dim(0), weights.shape().dim(1))) {
        all.add(of(way, x, weights, defined));
      }
    }
    return all;
  }

  private static ComputedWay of(ConvolutionWay way, Tensor x, Tensor weights, Tensor defined) {
    long begin = System.nanoTime();
    Convolved c = way.convolve(x, weights);
    double millis = (System.nanoTime() - begin) / NANOS;
    double difference = Numbers.difference(defined, c.output());
    return new ComputedWay(way.text(), c.multiplications(), c.bytes(), millis, difference);
  }
}
