package dev.fovea.systems.net;

import dev.fovea.io.Suggest;
import dev.fovea.tensor.FoveaException;
import java.util.List;
import java.util.Optional;

/** The vision systems by name. */
public final class Systems {
  private static final List<VisionSystem> ALL =
      List.of(
          new YoloV1(),
          new YoloV3(),
          new YoloTiny(),
          new YoloFastest(),
          new SsdSmall(),
          new Ssd300(),
          new RetinaNetSmall(),
          new Localization(),
          new SlidingWindowSmall(),
          new RcnnSmall(),
          new FastRcnnSmall(),
          new FasterRcnnSmall(),
          new FasterRcnn(),
          new MaskRcnnSmall(),
          new PanopticFpnSmall(),
          new KeypointRcnnSmall(),
          new DeepPose(),
          new PoseHeatMap(),
          new PosePartFields(),
          new FaceLandmarks());

  private Systems() {}

  /** Returns all systems. */
  public static List<VisionSystem> all() {
    return ALL;
  }

  /** Returns the names of all systems. */
  public static List<String> names() {
    return ALL.stream().map(VisionSystem::name).toList();
  }

  /**
   * Returns the system of a name.
   *
   * @throws FoveaException if there is none; the message names the nearest
   */
  public static VisionSystem find(String name) {
    return named(name)
        .orElseThrow(() ->
            new FoveaException("no system named \"" + name + "\"" + Suggest.hint(name, names())));
  }

  /** Returns the system of a name, if there is one. */
  public static Optional<VisionSystem> named(String name) {
    return ALL.stream().filter(s -> s.name().equals(name)).findFirst();
  }
}
