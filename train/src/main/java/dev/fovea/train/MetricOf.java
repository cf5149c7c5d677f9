package dev.fovea.train;

import dev.fovea.nn.Output;
import dev.fovea.tensor.FoveaException;
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
  public int sums(Output of) {
    return metric.sums(of);
  }

  @Override
  public void add(double[] sums, Output of, Tensor values, Tensor targets) {
    metric.add(sums, of, values, targets);
  }

  @Override
  public double value(double[] sums) {
    return metric.value(sums);
  }
}
