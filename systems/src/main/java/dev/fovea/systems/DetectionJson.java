package dev.fovea.systems;

import dev.fovea.data.Box;
import dev.fovea.data.KeyPoint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Detections as JSON values. */
public final class DetectionJson {
  private DetectionJson() {}

  /**
   * Returns a detection as a JSON object: {@code label}, {@code score}, {@code box} with left, top,
   * right and bottom in pixels of the picture and, where it has key points, {@code keypoints} as
   * {@link #keyPoints} gives them.
   */
  public static Map<String, Object> of(Detection detection) {
    Box box = detection.box();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("label", detection.label());
    fields.put("score", detection.score());
    fields.put("box", List.of(box.left(), box.top(), box.right(), box.bottom()));
    if (!box.points().isEmpty()) {
      fields.put("keypoints", keyPoints(box, 0));
    }
    return fields;
  }

  /**
   * Returns a detection as a JSON object: as {@link #of(Detection)} and, where it has a mask,
   * {@code mask} as COCO's run lengths in the picture.
   *
   * @param height the height of the picture
   * @param width the width of the picture
   */
  public static Map<String, Object> of(Detection detection, int height, int width) {
    Map<String, Object> fields = of(detection);
    detection.mask().ifPresent(m -> fields.put("mask", m.runLengths(height, width).toJson()));
    return fields;
  }

  /**
   * Returns x, y and 2 of all key points in a row; three zeros for one that is not there.
   *
   * @param offset what is subtracted from x and y
   */
  public static List<Number> keyPoints(Box box, double offset) {
    List<Number> all = new ArrayList<>();
    for (KeyPoint p : box.points()) {
      boolean there = p.isKnown();
      all.add(there ? p.x() - offset : 0);
      all.add(there ? p.y() - offset : 0);
      all.add(there ? 2 : 0);
    }
    return all;
  }
}
