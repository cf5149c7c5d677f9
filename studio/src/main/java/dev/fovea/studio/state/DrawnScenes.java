package dev.fovea.studio.state;

import dev.fovea.systems.label.LabelOptions;
import dev.fovea.systems.label.LabelSplit;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.label.Marking;
import dev.fovea.systems.label.SceneCast;
import dev.fovea.systems.label.Shapes;
import dev.fovea.tensor.Seed;
import dev.fovea.vision.InputRule;
import java.util.List;

/** The drawn scenes of which it is known what is in them: to learn from, and to measure with. */
public final class DrawnScenes {
  /** How many there are to measure with. */
  public static final int TEST = 40;

  private DrawnScenes() {}

  /**
   * Returns scenes in the size that a rule makes of pictures; those to measure with are the same
   * however many there are to learn from.
   *
   * @param train how many there are to learn from
   * @param markings what is told of them
   */
  static LabelSplit load(InputRule rule, int train, List<Marking> markings) {
    LabelOptions options = LabelOptions.of(rule.preprocessing(), markings.toArray(Marking[]::new));
    return Shapes.load(Seed.of(1), train, TEST, new SceneCast(1, 5, 0, 2), options);
  }

  /** Returns the scenes to measure with, with the boxes of what is in them. */
  public static LabelledData test(InputRule rule) {
    return load(rule, 1, List.of(Marking.BOXES)).test();
  }

  /** Returns the names of the classes in them. */
  public static List<String> things() {
    return Shapes.names().things();
  }
}
