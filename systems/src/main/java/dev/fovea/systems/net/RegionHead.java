package dev.fovea.systems.net;

import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Signal;
import dev.fovea.tensor.Shape;
import java.util.List;

/**
 * The second stage for boxes (Girshick, 2015): what is read of each region goes through two dense
 * layers, then it is said of which class it is and, for each class, where its box is.
 */
final class RegionHead {
  private static final double CLASS_STD = 0.01;
  private static final double BOX_STD = 0.001;

  private final RegionReader reader;
  private final int classes;
  private final Layer common;
  private final Layer logits;
  private final Layer deltas;

  /**
   * Creates the head.
   *
   * @param reader what is read of a region
   * @param units how many units both dense layers have
   * @param classes how many classes there are, background included
   */
  RegionHead(RegionReader reader, int units, int classes) {
    this.reader = reader;
    this.classes = classes;
    this.common =
        sequence(
                dense(units).init(Initializer.heNormal()),
                relu(),
                dense(units).init(Initializer.heNormal()),
                relu())
            .named("regions");
    this.logits = dense(classes).init(Initializer.normal(CLASS_STD)).named("classes");
    this.deltas = dense(4 * classes).init(Initializer.normal(BOX_STD)).named("boxes");
  }

  /**
   * What is said of regions.
   *
   * @param logits of each class, background first [N, R, classes]
   * @param deltas the code of each class's box [N, R, 4·classes]
   */
  record Said(Signal logits, Signal deltas) {}

  /** Returns what is said of regions [N, R, 4]. */
  Said of(Signal regions, List<Signal> maps) {
    int n = regions.shape().dim(0);
    int count = regions.shape().dim(1);
    Signal read = reader.read(regions, maps);
    int numbers = read.shape().elements() / n / count;
    Signal common =
        this.common.apply(read.with(read.value().reshape(Shape.of(n * count, numbers))));
    return new Said(
        rows(logits.apply(common), Shape.of(n, count, classes)),
        rows(deltas.apply(common), Shape.of(n, count, 4 * classes)));
  }

  private static Signal rows(Signal flat, Shape shape) {
    return flat.with(flat.value().reshape(shape));
  }
}
