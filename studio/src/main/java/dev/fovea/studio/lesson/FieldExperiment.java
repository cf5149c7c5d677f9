package dev.fovea.studio.lesson;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.engine.Engine;
import dev.fovea.insight.unit.EffectiveField;
import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.nn.ReceptiveField;
import dev.fovea.studio.web.Fields;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What one number behind a stack of convolutions sees of the picture: its receptive field, and how
 * many paths lead from each pixel to it. All weights are 1, so the gradient counts paths.
 */
final class FieldExperiment implements Experiment {
  /** Grids of more rows are shown by their middle row alone. */
  private static final int MOST_ROWS = 15;

  @Override
  public String name() {
    return "field";
  }

  @Override
  public Figures show(Fields f) {
    int kernel = f.integer("kernel", 1, 7);
    int layers = f.integer("layers", 1, 4);
    int dilation = f.integer("dilation", 1, 3, 1);
    int stride = f.integer("stride", 1, 2, 1);
    int side = 1;
    for (int i = 0, step = 1; i < layers; i++, step *= stride) {
      side += (kernel - 1) * dilation * step;
    }
    List<Layer> all = new ArrayList<>();
    for (int i = 0; i < layers; i++) {
      all.add(
          conv2d(1, kernel).dilation(dilation).stride(stride).noBias().init(Initializer.ones()));
    }
    Model model = Model.build(sequence(all), Shape.of(side, side, 1), Seed.of(0), Engine.shared());
    var last = model.summary().rows().getLast();
    ReceptiveField field = last.field().orElseThrow();
    Tensor ways =
        EffectiveField.of(model, last.path(), List.of(Tensor.zeros(Shape.of(side, side, 1))));
    Figures out =
        new Figures()
            .number("receptive field", field.height())
            .number("pixels from one result to the next", field.strideHeight())
            .number("pixels that are read", count(ways))
            .number("pixels in the field", (double) side * side)
            .number("weights of the stack", model.summary().parameters())
            .number("weights of one kernel as large", (double) side * side);
    if (side <= MOST_ROWS) {
      out.grid("paths from each pixel to the result", ways);
    }
    double[] row = middle(ways, side);
    return out.curves(
        "Paths from the pixels of the middle row",
        "column",
        IntStream.rangeClosed(1, side).asDoubleStream().toArray(),
        new Figures.Line("paths", row));
  }

  private static double[] middle(Tensor ways, int side) {
    return IntStream.range(0, side).mapToDouble(x -> ways.get(side / 2, x)).toArray();
  }

  private static double count(Tensor ways) {
    int read = 0;
    for (float w : ways.data()) {
      read += w > 0 ? 1 : 0;
    }
    return read;
  }
}
