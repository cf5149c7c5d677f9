package dev.fovea.systems.net;

import dev.fovea.io.Suggest;
import dev.fovea.nn.Model;
import dev.fovea.tensor.FoveaException;
import java.util.List;
import java.util.Map;
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

  /**
   * Returns a network for other tools: that of a system that searches regions in Java takes them as
   * its second input, see {@link Setup#forOtherTools}; any other is as it is.
   *
   * @param used a network as it is used
   * @throws FoveaException if its metadata names a system and does not say how it is set up
   */
  public static Model forOtherTools(Model used) {
    Map<String, String> texts = used.metadata();
    return named(texts.getOrDefault("net", ""))
        .filter(s -> texts.containsKey(Plan.SYSTEM))
        .map(s -> s.setUp(Plan.of(texts, "model")).forOtherTools(used))
        .orElse(used);
  }

  /** Returns the system of a name, if there is one. */
  public static Optional<VisionSystem> named(String name) {
    return ALL.stream().filter(s -> s.name().equals(name)).findFirst();
  }
}
