package dev.fovea.cli;

import dev.fovea.data.Preprocessing;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.systems.label.LabelOptions;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.label.Marking;
import dev.fovea.systems.label.Shapes;
import dev.fovea.systems.net.Plan;
import dev.fovea.systems.net.Setup;
import dev.fovea.systems.net.VisionSystem;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Vision systems as networks to look at: set up for drawn scenes, untrained, never run. */
final class SystemNetwork {
  /** So many scenes tell sizes of anchors. */
  private static final int SCENES = 20;

  private SystemNetwork() {}

  /**
   * Returns the network of a system as it is used.
   *
   * @param input the shape of a picture; the system's own if empty
   * @param classes how many classes there are; those of the drawn scenes if null
   */
  static Model of(VisionSystem system, Optional<Shape> input, @Nullable Integer classes) {
    Preprocessing rule = system.preprocessing(input.orElse(system.profile().input()));
    LabelOptions options = LabelOptions.of(rule, system.markings().toArray(Marking[]::new));
    LabelledData drawn = Shapes.load(Seed.of(0), SCENES, 1, system.scenes(), options).train();
    List<String> names =
        classes == null
            ? drawn.things()
            : IntStream.rangeClosed(1, classes).mapToObj(Integer::toString).toList();
    Plan plan = Plan.of(names, rule).objects(drawn.targets().get(0).shape().dim(0));
    Setup setup = system.setUp(system.fitted(plan, drawn));
    return setup.used(setup.model(Seed.of(0), Engine.idle()));
  }
}
