package dev.fovea.train;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/** A metric of another output or target than the first. */
record MetricOf(Metric metric, int output, int target) implements Metric {
  MetricOf {
    if (output < 0 || target < 0) {
      throw new FoveaException(
          "metric " + metric.name() + ": output " + output + " and target " + target);
    }
  }

  @Override
  public String name() {
    return metric.name() + "_" + output + (target == output ? "" : "_" + target);
  }

  @Override
  public boolean higherIsBetter() {
    return metric.higherIsBetter();
  }

  @Override
  public int sums(Shape outputShape) {
    return metric.sums(outputShape);
  }

  @Override
  public void add(double[] sums, Tensor outputs, Tensor targets) {
    metric.add(sums, outputs, targets);
  }

  @Override
  public double value(double[] sums) {
    return metric.value(sums);
  }
}
