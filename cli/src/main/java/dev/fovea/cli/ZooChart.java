package dev.fovea.cli;

import dev.fovea.zoo.Architecture;
import java.util.List;
import org.knowm.xchart.XYChart;

/** Errors against operations of networks. */
final class ZooChart {
  private static final int WIDTH = 1200;
  private static final int HEIGHT = 800;

  private ZooChart() {}

  /** Returns the chart of the networks whose error is published. */
  static XYChart of(List<Architecture> networks) {
    List<NamedPoints.Point> points =
        networks.stream()
            .filter(a -> a.published().top1().isPresent())
            .map(a ->
                new NamedPoints.Point(
                    a.name(),
                    ZooCommand.summary(a).flops() / 1e9,
                    a.published().top1().getAsDouble()))
            .toList();
    double least = points.stream().mapToDouble(NamedPoints.Point::y).min().orElse(0);
    double most = points.stream().mapToDouble(NamedPoints.Point::y).max().orElse(0);
    return NamedPoints.chart(
        new NamedPoints.Sheet(
            WIDTH,
            HEIGHT,
            "top-1 error on ImageNet as published, in percent",
            "FLOPs of one picture, in units of 10⁹",
            NamedPoints.Scale.LOGARITHMIC,
            "top-1 error",
            Math.floor(least) - 1,
            Math.ceil(most) + 2),
        points);
  }
}
