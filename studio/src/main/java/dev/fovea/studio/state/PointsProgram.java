package dev.fovea.studio.state;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What learns points of the plane as a program of its own, with the points in it. */
final class PointsProgram {
  private static final int PER_LINE = 12;

  private PointsProgram() {}

  /** Returns the source of {@code MyNetwork.java}, which does so many steps. */
  static String of(Play.Settings settings, long steps) {
    return """
    import static dev.fovea.nn.Layers.*;
    import static dev.fovea.nn.Losses.crossEntropy;

    import dev.fovea.engine.Engine;
    import dev.fovea.nn.Layer;
    import dev.fovea.nn.Model;
    import dev.fovea.optim.Optimizers;
    import dev.fovea.tensor.Seed;
    import dev.fovea.tensor.Shape;
    import dev.fovea.tensor.Tensor;
    import dev.fovea.train.TrainingStep;
    import java.nio.file.Path;

    /** A network of the playground: it tells of which class a point [x, y] is. */
    public final class MyNetwork {
      private static final int POINTS = %1$s;
      private static final float[] PLACES = {
        %2$s
      };
      private static final float[] LABELS = {
        %3$s
      };

      /** Returns the network. */
      static Layer network() {
        return %4$s;
      }

      public static void main(String[] args) {
        Seed seed = Seed.of(%5$s);
        Model model = Model.build(network(), Shape.of(2), seed.split("model"), Engine.shared());
        TrainingStep step = TrainingStep.of(model, crossEntropy(), %6$s, POINTS);
        Tensor places = Tensor.of(Shape.of(POINTS, 2), PLACES);
        Tensor labels = Tensor.of(Shape.of(POINTS), LABELS);
        float loss = 0;
        for (int i = 0; i < %7$s; i++) {
          loss = step.gradients(seed.split(i), places, labels);
          step.apply();
        }
        model.parameters().changed();
        System.out.println("loss " + loss);
        model.save(Path.of("my-network.safetensors"));
      }
    }
    """
        .formatted(
            settings.points().labels().shape().dim(0),
            numbers(settings.points().places().data()),
            numbers(settings.points().labels().data()),
            settings.net().java(),
            Long.toString(settings.seed()),
            settings.optimizer().java(),
            Long.toString(steps));
  }

  private static String numbers(float... values) {
    return IntStream.range(0, values.length)
        .mapToObj(i -> values[i] + "f" + (i % PER_LINE == PER_LINE - 1 ? ",\n    " : ", "))
        .collect(Collectors.joining())
        .strip();
  }
}
