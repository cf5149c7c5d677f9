package dev.fovea.studio.lesson;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.engine.Engine;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.studio.web.Fields;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.util.List;

/** How many weights a dense unit and a filter need to look at a picture. */
final class SharingExperiment implements Experiment {
  private static final int MOST_SIZE = 1024;

  @Override
  public String name() {
    return "sharing";
  }

  @Override
  public Figures show(Fields f) {
    int size = f.integer("size", 8, MOST_SIZE);
    int channels = f.integer("channels", 1, 64, 3);
    int kernel = f.integer("kernel", 1, 8);
    int units = f.integer("units", 1, 256, 1);
    Shape picture = Shape.of(size, size, channels);
    long dense = weights(sequence(flatten(), dense(units)), picture, units);
    long filters = weights(conv2d(units, kernel), picture, units);
    return new Figures()
        .number("weights, dense", dense)
        .number("weights, convolution", filters)
        .number("times as many", (double) dense / filters)
        .table(
            "Without biases",
            List.of("layer", "formula", "weights"),
            List.of(
                List.of("dense", "%s · %s · %s · %s".formatted(size, size, channels, units), dense),
                List.of(
                    "convolution",
                    "%s · %s · %s · %s".formatted(kernel, kernel, channels, units),
                    filters)));
  }

  private static long weights(Layer layer, Shape picture, int biases) {
    return Model.build(layer, picture, Seed.of(0), Engine.shared()).summary().parameters() - biases;
  }
}
