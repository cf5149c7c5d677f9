package dev.fovea.systems.measure;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A picture divided into segments: one for each object, and one for each class of what is no
 * object, such as sky.
 *
 * @param numbers the number of the segment of each pixel [H, W]; 0 is void, which nobody has
 *     labelled, or of which nothing is predicted
 * @param segments the segments, each of one pixel at least
 */
public record PanopticMap(Tensor numbers, List<Segment> segments) {
  /**
   * A segment.
   *
   * @param number its number in the map, not 0
   * @param label the number of its class
   * @param crowd whether it is several objects that nobody told apart
   */
  public record Segment(int number, int label, boolean crowd) {
    /** Creates a segment that is no crowd. */
    public Segment(int number, int label) {
      this(number, label, false);
    }
  }

  /**
   * Checks that map and list say the same.
   *
   * @throws FoveaException if the map is none [H, W], a segment is listed twice, or stands in one
   *     of the two only
   */
  public PanopticMap {
    segments = List.copyOf(segments);
    if (numbers.shape().rank() != 2) {
      throw new FoveaException("panoptic map: need a map [H, W], got " + numbers.shape());
    }
    Set<Integer> listed = new HashSet<>();
    for (Segment s : segments) {
      if (s.number() == 0 || !listed.add(s.number())) {
        throw new FoveaException(
            "panoptic map: segment %s is listed; need each once, and none of 0"
                .formatted(s.number()));
      }
    }
    Set<Integer> seen = new HashSet<>();
    for (float number : numbers.data()) {
      if (number != 0) {
        seen.add((int) number);
      }
    }
    requireAll(seen, listed, "in the map, but not in the list of segments");
    requireAll(listed, seen, "in the list of segments, but not in the map");
  }

  private static void requireAll(Set<Integer> these, Set<Integer> among, String where) {
    for (int number : these) {
      if (!among.contains(number)) {
        throw new FoveaException("panoptic map: segment %s is %s".formatted(number, where));
      }
    }
  }

  /**
   * Returns the map of classes and instances: the pixels of one class and one instance make a
   * segment.
   *
   * @param classes the class of each pixel [H, W]
   * @param instances the number of the object of each pixel [H, W], 0 for none
   * @param ignored the class of pixels that are void
   * @throws FoveaException if the maps are of different shapes
   */
  public static PanopticMap of(Tensor classes, Tensor instances, OptionalInt ignored) {
    if (!classes.shape().equals(instances.shape())) {
      throw new FoveaException(
          "panoptic map: classes are %s, instances %s"
              .formatted(classes.shape(), instances.shape()));
    }
    Map<List<Integer>, Segment> segments = new LinkedHashMap<>();
    Tensor numbers = Tensor.zeros(classes.shape());
    for (int i = 0; i < numbers.data().length; i++) {
      int label = (int) classes.data()[i];
      if (ignored.isEmpty() || label != ignored.getAsInt()) {
        List<Integer> key = List.of(label, (int) instances.data()[i]);
        int next = segments.size() + 1;
        numbers.data()[i] = segments.computeIfAbsent(key, k -> new Segment(next, label)).number();
      }
    }
    return new PanopticMap(numbers, new ArrayList<>(segments.values()));
  }

  /** Returns how many pixels each segment has, by its number; those of 0 are void. */
  Map<Integer, Integer> areas() {
    Map<Integer, Integer> areas = new HashMap<>();
    for (float number : numbers.data()) {
      areas.merge((int) number, 1, Integer::sum);
    }
    return areas;
  }
}
