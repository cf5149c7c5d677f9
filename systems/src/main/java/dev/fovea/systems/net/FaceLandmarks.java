package dev.fovea.systems.net;

import dev.fovea.data.Task;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.pose.PoseMeasure;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.zoo.Recipe;
import java.util.List;

/**
 * Heat maps of the landmarks of a face, whose error is measured in distances of the pupils. The
 * text {@code pupils} of the plan has their numbers; the first two landmarks by default.
 */
final class FaceLandmarks implements VisionSystem {
  private static final String PUPILS = "pupils";
  private static final String FIRST_TWO = "0,1";
  private static final Profile PROFILE =
      new Profile(
          "face-landmarks",
          "Simple baseline, for the landmarks of faces",
          2018,
          "Xiao, Wu, Wei: Simple Baselines for Human Pose Estimation and Tracking",
          Task.KEY_POINTS,
          Shape.of(128, 128, 3),
          new Recipe(
              "adamw",
              4e-3,
              "one-cycle",
              60,
              8,
              1e-3,
              10,
              "rotate:10,scale:0.15,shift:0.06,brightness:0.2,contrast:0.2"));

  @Override
  public Profile profile() {
    return PROFILE;
  }

  @Override
  public Plan fitted(Plan plan, LabelledData samples) {
    Plan fitted = PosePlan.fitted(plan, name(), samples);
    return fitted.text(PUPILS).isPresent() ? fitted : fitted.with(PUPILS, FIRST_TWO);
  }

  @Override
  public Setup setUp(Plan plan) {
    int kinds = PosePlan.skeleton(plan, name()).joints().size();
    String[] pupils = plan.text(PUPILS).orElse(FIRST_TWO).split(",", -1);
    if (pupils.length != 2) {
      throw new FoveaException(name() + ": pupils: the numbers of two landmarks expected");
    }
    int first = kind(pupils[0], kinds);
    int second = kind(pupils[1], kinds);
    return PoseHeatMap.setUp(
        plan,
        name(),
        (reader, samples) ->
            List.of(
                PoseMeasure.error(reader, samples, first, second),
                PoseMeasure.correct(reader, samples, PoseMeasure.NEAR)));
  }

  private int kind(String text, int kinds) {
    boolean number = text.strip().matches("\\d{1,6}");
    int kind = number ? Integer.parseInt(text.strip()) : -1;
    if (kind < 0 || kind >= kinds) {
      throw new FoveaException(
          "%s: pupils: \"%s\": the number of a landmark, 0 to %s, expected"
              .formatted(name(), text, kinds - 1));
    }
    return kind;
  }
}
