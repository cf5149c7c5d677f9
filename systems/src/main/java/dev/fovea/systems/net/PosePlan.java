package dev.fovea.systems.net;

import dev.fovea.data.Box;
import dev.fovea.io.Json;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.label.LabelledObject;
import dev.fovea.systems.label.Skeleton;
import dev.fovea.tensor.FoveaException;
import dev.fovea.vision.Placement.Size;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What systems of key points read in their plan: the class that has them, and its skeleton. */
final class PosePlan {
  private static final String SKELETON = "skeleton";
  private static final String POSED = "posed";

  private PosePlan() {}

  /**
   * Returns a plan for the class whose objects have key points, with their skeleton.
   *
   * @throws FoveaException if the samples have no key points
   */
  static Plan fitted(Plan plan, String system, LabelledData samples) {
    if (samples.skeleton().joints().isEmpty()) {
      throw new FoveaException(
          system + ": learns key points, and the data set has none; see --data keypoints");
    }
    return plan.classes(List.of(label(system, samples)))
        .with(SKELETON, Json.write(samples.skeleton().fields()));
  }

  /**
   * Returns a plan for all classes of samples, with the skeleton and the names of the classes whose
   * objects have key points.
   *
   * @throws FoveaException if the samples have no key points
   */
  static Plan fittedToAll(Plan plan, String system, LabelledData samples) {
    Plan one = fitted(plan, system, samples);
    String posed =
        IntStream.range(0, samples.size())
            .boxed()
            .flatMap(i -> samples.labels(i).objects().stream())
            .map(LabelledObject::box)
            .filter(Box::hasKnownPoint)
            .map(b -> samples.things().get(b.label()))
            .distinct()
            .sorted()
            .collect(Collectors.joining("\n"));
    return one.classes(plan.classes()).with(POSED, posed);
  }

  /**
   * Returns the numbers of the classes whose objects have key points.
   *
   * @throws FoveaException if the plan does not say it
   */
  static Set<Integer> posed(Plan plan, String system) {
    String text =
        plan.text(POSED)
            .orElseThrow(() ->
                new FoveaException(
                    system + ": no class with key points is said; fit the plan to samples"));
    return Stream.of(text.split("\n", -1))
        .map(plan.classes()::indexOf)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Returns the class of the first object with key points whose places are known. */
  private static String label(String system, LabelledData samples) {
    return IntStream.range(0, samples.size())
        .boxed()
        .flatMap(i -> samples.labels(i).objects().stream())
        .map(LabelledObject::box)
        .filter(Box::hasKnownPoint)
        .findFirst()
        .map(Box::label)
        .map(samples.things()::get)
        .orElseThrow(() ->
            new FoveaException(
                system + ": no object to train on has key points whose places are marked"));
  }

  /**
   * Returns the skeleton of a plan.
   *
   * @throws FoveaException if it has none
   */
  static Skeleton skeleton(Plan plan, String system) {
    String text =
        plan.text(SKELETON)
            .orElseThrow(() ->
                new FoveaException(
                    system + ": no skeleton is said; fit the plan to samples with key points"));
    Skeleton skeleton = Skeleton.parse(Json.parseObject(text, system + ": skeleton"), system);
    if (skeleton.joints().isEmpty()) {
      throw new FoveaException(system + ": the skeleton has no joints");
    }
    return skeleton;
  }

  /** Returns the size of the input, which must be a multiple of a stride. */
  static Size input(Plan plan, String system, int stride) {
    Size input = new Size(plan.rule().height(), plan.rule().width());
    if (input.height() % stride != 0 || input.width() % stride != 0) {
      throw new FoveaException(
          "%s: pictures of %s×%s pixels: height and width must be multiples of %s"
              .formatted(system, input.height(), input.width(), stride));
    }
    return input;
  }
}
