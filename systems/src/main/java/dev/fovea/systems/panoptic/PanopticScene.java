package dev.fovea.systems.panoptic;

import dev.fovea.systems.Detection;
import dev.fovea.systems.measure.PanopticMap;
import java.util.List;

/**
 * What a network sees in a picture: every pixel belongs to an object, to a class of what cannot be
 * counted, or to nothing.
 *
 * @param map the segments in the picture's size; segment i is object i − 1, those behind are what
 *     cannot be counted
 * @param objects the objects, the surest first
 * @param classes the names of the classes by number: of objects, then of what cannot be counted
 */
public record PanopticScene(PanopticMap map, List<Detection> objects, List<String> classes) {
  /** Copies the lists. */
  public PanopticScene {
    objects = List.copyOf(objects);
    classes = List.copyOf(classes);
  }

  /** Returns the name of a segment's class. */
  public String label(PanopticMap.Segment segment) {
    return classes.get(segment.label());
  }

  /** Returns the share of the picture's pixels that a segment has. */
  public double share(PanopticMap.Segment segment) {
    int own = 0;
    for (float number : map.numbers().data()) {
      own += number == segment.number() ? 1 : 0;
    }
    return (double) own / map.numbers().data().length;
  }
}
