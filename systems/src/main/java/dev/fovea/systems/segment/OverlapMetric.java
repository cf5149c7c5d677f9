package dev.fovea.systems.segment;

import dev.fovea.nn.Output;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.ConfusionMatrix;
import dev.fovea.train.Metric;
import dev.fovea.train.Metrics;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Intersection over union or Dice coefficient of classes of pixels, over all pixels together. Sums:
 * one per pair of true and predicted class.
 *
 * @param dice whether it is the Dice coefficient
 * @param only the class that it is of; if empty, the mean over classes that are there or predicted
 */
record OverlapMetric(boolean dice, OptionalInt only) implements Metric {
  private static final Metric COUNTS = Metrics.meanIou();

  @Override
  public String name() {
    return dice ? "dice" : "iou";
  }

  @Override
  public int sums(Output output) {
    return COUNTS.sums(output);
  }

  @Override
  public void add(double[] sums, Output output, Tensor values, Tensor target) {
    COUNTS.add(sums, output, values, target);
  }

  @Override
  public double value(double[] sums) {
    int n = (int) Math.round(Math.sqrt(sums.length));
    long[][] counts = new long[n][n];
    for (int i = 0; i < sums.length; i++) {
      counts[i / n][i % n] = (long) sums[i];
    }
    ConfusionMatrix matrix = ConfusionMatrix.of(counts, List.of());
    IntToDoubleFunction figure = dice ? matrix::f1 : matrix::iou;
    if (only.isPresent()) {
      return figure.applyAsDouble(only.getAsInt());
    }
    return IntStream.range(0, n)
        .filter(c -> matrix.samples(c) + matrix.predicted(c) > 0)
        .mapToDouble(figure)
        .average()
        .orElse(Double.NaN);
  }
}
