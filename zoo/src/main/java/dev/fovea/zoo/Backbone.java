package dev.fovea.zoo;

import dev.fovea.io.Suggest;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Signal;
import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A backbone: the layers of a classifier before its head, which give feature maps of strides 4, 8,
 * 16 and 32 to other networks. Parameters have the same names as in the classifier.
 *
 * @param layers the layers in order
 */
public record Backbone(List<Layer> layers) {
  private static final int STAGES = 4;
  private static final Map<String, int[]> DEPTHS =
      Map.of("resnet18", new int[] {2, 2, 2, 2}, "resnet34", new int[] {3, 4, 6, 3});
  private static final Map<String, int[]> BOTTLENECKS =
      Map.of("resnet50", new int[] {3, 4, 6, 3}, "resnet101", new int[] {3, 4, 23, 3});

  /** Copies the list. */
  public Backbone {
    layers = List.copyOf(layers);
  }

  /**
   * Returns the backbone of an architecture.
   *
   * @throws FoveaException if there is no backbone of that name
   */
  public static Backbone of(String name, Scale scale) {
    Map<String, int[]> all = new TreeMap<>(DEPTHS);
    all.putAll(BOTTLENECKS);
    int[] depths = all.get(name);
    if (depths == null) {
      List<String> names = List.copyOf(all.keySet());
      throw new FoveaException(
          "no backbone named \"%s\", there are %s%s"
              .formatted(name, String.join(", ", names), Suggest.hint(name, names)));
    }
    return new Backbone(ResNet.stages(scale, BOTTLENECKS.containsKey(name), depths));
  }

  /** Returns the feature maps of strides 4, 8, 16 and 32. */
  public List<Signal> maps(Signal pictures) {
    List<Signal> all = new ArrayList<>();
    Signal x = pictures;
    for (int i = 0; i < layers.size(); i++) {
      x = layers.get(i).apply(x);
      if (i >= layers.size() - STAGES) {
        all.add(x);
      }
    }
    return all;
  }
}
