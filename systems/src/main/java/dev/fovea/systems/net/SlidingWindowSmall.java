package dev.fovea.systems.net;

import dev.fovea.data.Task;
import dev.fovea.systems.box.BoxCode;
import dev.fovea.systems.box.ClassDetections;
import dev.fovea.systems.box.Matcher;
import dev.fovea.systems.box.Sampler;
import dev.fovea.systems.detect.RegionDetector;
import dev.fovea.systems.detect.RegionSampler;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.zoo.Scale;
import java.util.ArrayList;
import java.util.List;

/**
 * Sliding windows: a classifier of squares that is asked about windows of seven sizes everywhere in
 * a picture, in one pass for each size, or with the text {@code windows} of the plan being {@code
 * each} about one after the other. Boxes are the windows themselves, which are square.
 */
final class SlidingWindowSmall implements VisionSystem {
  /** The name of a plan's text that says how windows are looked at. */
  static final String KEY = "windows";

  private static final String EACH = "each";
  private static final String PASS = "pass";

  /**
   * The side of the smallest window, as a share of the side of a square as large as the picture.
   */
  private static final double SMALLEST = 0.06;

  /** How much larger the windows of each size are than those of the one before. */
  private static final double LARGER = Math.sqrt(2);

  private static final int SIZES = 7;
  private static final int DETECTIONS = 100;
  private static final double OVERLAP = 0.3;
  private static final double OBJECT = 0.5;
  private static final Sampler REGIONS = new Sampler(64, 0.4);
  private static final Profile PROFILE =
      new Profile(
          "sliding-window-small",
          "Sliding windows, for small sets",
          2014,
          "Sermanet, Eigen, Zhang, Mathieu, Fergus, LeCun: OverFeat: Integrated Recognition,"
              + " Localization and Detection using Convolutional Networks",
          Task.BOXES,
          Shape.of(128, 128, 3),
          RcnnSmall.recipe());

  @Override
  public Profile profile() {
    return PROFILE;
  }

  @Override
  public Setup setUp(Plan plan) {
    String way = plan.text(KEY).orElse(PASS);
    if (!way.equals(EACH) && !way.equals(PASS)) {
      throw new FoveaException(
          "%s: windows \"%s\": %s or %s expected".formatted(name(), way, EACH, PASS));
    }
    int height = plan.rule().height();
    int width = plan.rule().width();
    BoxCode code = BoxCode.plain();
    ClassDetections found = new ClassDetections(0.01, OVERLAP, DETECTIONS, 1);
    WindowNetwork network =
        new WindowNetwork(
            WindowNetwork.classifier(new Scale(plan.classes().size(), plan.width()))
                .named("window"),
            new Windows(height, width, sides(plan), WindowNetwork.SIDE, WindowNetwork.STEP),
            way.equals(PASS),
            new RegionSampler(Matcher.above(OBJECT), REGIONS, code),
            new RegionDetector(code, found, height, width));
    return new RegionNetworkSetup(name(), plan, network, OVERLAP);
  }

  private static List<Double> sides(Plan plan) {
    double side = SMALLEST * Math.sqrt((double) plan.rule().height() * plan.rule().width());
    List<Double> sides = new ArrayList<>();
    for (int i = 0; i < SIZES; i++) {
      sides.add(side);
      side *= LARGER;
    }
    return sides;
  }
}
