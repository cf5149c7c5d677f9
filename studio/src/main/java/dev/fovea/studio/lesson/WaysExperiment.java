package dev.fovea.studio.lesson;

import dev.fovea.studio.web.Fields;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * One convolution computed in four ways: the same numbers, other counts. The times in the table are
 * measured, and differ from run to run.
 */
final class WaysExperiment implements Experiment {
  private static final int LARGEST = 128;

  @Override
  public String name() {
    return "ways";
  }

  @Override
  public Figures show(Fields f) {
    int size = f.integer("size", 8, LARGEST, 64);
    int kernel = f.integer("kernel", 1, Math.min(size, 33));
    Tensor x = Numbers.uniform(Shape.of(size, size, 1), Seed.of(1));
    Tensor w = Numbers.uniform(Shape.of(kernel, kernel, 1, 1), Seed.of(2));
    Figures out = new Figures();
    List<List<Object>> rows = new ArrayList<>();
    double difference = 0;
    for (ComputedWay way : ComputedWay.all(x, w)) {
      difference = Math.max(difference, way.difference());
      out.number("multiplications, " + way.name(), way.multiplications());
      rows.add(List.of(way.name(), way.multiplications(), way.bytes(), way.millis()));
    }
    return out.number("largest difference of results", difference)
        .table(
            "A kernel of %s × %s on a picture of %s × %s".formatted(kernel, kernel, size, size),
            List.of("way", "multiplications", "bytes of memory", "ms, this time"),
            rows);
  }
}
