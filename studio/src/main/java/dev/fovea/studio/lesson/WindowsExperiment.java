package dev.fovea.studio.lesson;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.studio.web.Fields;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.systems.region.RegionPool;
import dev.fovea.systems.window.FullyConvolutional;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;

/**
 * A network for windows of 28 × 28 over a larger picture: asked window by window, and in one pass.
 * Beside it, RoI pooling of a region of a map of 8 × 8.
 */
final class WindowsExperiment implements Experiment {
  private static final int WINDOW = 28;

  @Override
  public String name() {
    return "windows";
  }

  @Override
  public Figures show(Fields f) {
    int side = f.integer("side", WINDOW, 128);
    Model classifier =
        SmallDigits.build(
            sequence(
                conv2d(8, 5),
                relu(),
                maxPool(2),
                conv2d(16, 5),
                relu(),
                maxPool(2),
                flatten(),
                dense(10)));
    Shape picture = Shape.of(side, side, 1);
    Model whole =
        Model.build(
            in -> List.of(FullyConvolutional.over(classifier, in.getFirst()).outputs()),
            List.of(picture),
            Seed.of(0),
            Engine.shared());
    Tensor input = Numbers.uniform(picture.prepend(1), Seed.of(3));
    Tensor outputs = whole.run(input);
    int rows = outputs.shape().dim(1);
    int step = rows == 1 ? 0 : (side - WINDOW) / (rows - 1);
    double each = (double) rows * rows * classifier.summary().flops() / 2;
    Figures out =
        new Figures()
            .number("windows", (double) rows * rows)
            .number("pixels from window to window", step)
            .number("multiply-adds, window by window", each)
            .number("multiply-adds, in one pass", whole.summary().flops() / 2.0)
            .number("largest difference of scores", difference(classifier, input, outputs, step));
    pool(f, out);
    return out;
  }

  private static double difference(Model classifier, Tensor picture, Tensor outputs, int step) {
    int rows = outputs.shape().dim(1);
    int side = picture.shape().dim(1);
    double most = 0;
    for (int i = 0; i < rows * rows; i++) {
      Tensor window = Tensor.zeros(Shape.of(1, WINDOW, WINDOW, 1));
      for (int y = 0; y < WINDOW; y++) {
        int from = (i / rows * step + y) * side + i % rows * step;
        System.arraycopy(picture.data(), from, window.data(), y * WINDOW, WINDOW);
      }
      float[] scores = classifier.run(window).data();
      for (int c = 0; c < scores.length; c++) {
        most = Math.max(most, Math.abs(scores[c] - outputs.data()[i * scores.length + c]));
      }
    }
    return most;
  }

  private static void pool(Fields f, Figures out) {
    int bins = f.integer("bins", 1, 4, 2);
    Shape map = Shape.of(8, 8, 1);
    Tensor values = Tensor.zeros(map);
    for (int i = 0; i < values.data().length; i++) {
      values.data()[i] = i * 37 % 64;
    }
    Model pool =
        Model.build(
            in -> List.of(new RegionPool(bins, bins, 1).apply(in.get(0), in.get(1))),
            List.of(Shape.of(1, 4), map),
            Seed.of(0),
            Engine.shared());
    Tensor region = BoxArray.of(1, 2, 6, 7).toTensor().reshape(Shape.of(1, 1, 4));
    Tensor pooled = pool.run(List.of(region, values.reshape(map.prepend(1)))).getFirst();
    out.grid("a map", values.reshape(Shape.of(8, 8)))
        .grid("RoI pooling of columns 2 to 7, rows 3 to 8", pooled.reshape(Shape.of(bins, bins)));
  }
}
