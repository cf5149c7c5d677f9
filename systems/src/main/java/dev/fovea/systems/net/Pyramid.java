package dev.fovea.systems.net;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.subsample;
import static dev.fovea.nn.Layers.upsample;

import dev.fovea.nn.Layer;
import dev.fovea.nn.Signal;
import java.util.ArrayList;
import java.util.List;

/**
 * The feature pyramid network (Lin et al., 2017): a 1×1 convolution of each map of a backbone, to
 * which the coarser one is added in twice its resolution, then a 3×3 convolution; and one map more,
 * every second place of the coarsest.
 */
final class Pyramid {
  private final List<Layer> laterals = new ArrayList<>();
  private final List<Layer> outputs = new ArrayList<>();

  /**
   * Creates a pyramid.
   *
   * @param maps how many maps the backbone has
   * @param channels how many channels all maps of the pyramid have
   */
  Pyramid(int maps, int channels) {
    for (int i = 0; i < maps; i++) {
      laterals.add(conv2d(channels, 1).named("lateral" + i));
      outputs.add(conv2d(channels, 3).same().named("pyramid" + i));
    }
  }

  /** Returns the maps of the pyramid of those of a backbone, finest first, and one more. */
  List<Signal> of(List<Signal> maps) {
    List<Signal> all = new ArrayList<>();
    Signal coarser = laterals.getLast().apply(maps.getLast());
    all.add(outputs.getLast().apply(coarser));
    for (int i = maps.size() - 2; i >= 0; i--) {
      coarser = laterals.get(i).apply(maps.get(i)).plus(upsample(2).apply(coarser));
      all.addFirst(outputs.get(i).apply(coarser));
    }
    all.add(subsample(2).apply(all.getLast()));
    return all;
  }
}
