package dev.fovea.systems.measure;

import dev.fovea.data.KeyPoint;
import dev.fovea.data.KeyPoint.Visibility;
import dev.fovea.io.Json;
import dev.fovea.systems.VisionFacts;
import dev.fovea.systems.VisionFacts.Fact;
import dev.fovea.systems.mask.RunLengths;
import dev.fovea.systems.measure.Truth.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Pictures of cases that are written as COCO writes them. */
final class CocoCases {
  private static final double OFFSET = CocoResults.POINT_OFFSET;

  private CocoCases() {}

  /** Adds the pictures of a case, in the order of their numbers. */
  static CocoEvaluation add(Fact fact, CocoEvaluation to) {
    List<Object> categories = categories(fact);
    List<Object> images =
        VisionFacts.list(fact.input("images")).stream()
            .sorted((a, b) -> Long.compare((Long) a, (Long) b))
            .toList();
    for (Object image : images) {
      List<Truth> truth =
          VisionFacts.objects(fact.input("ground_truth")).stream()
              .filter(o -> image.equals(o.get("image_id")))
              .map(o -> truth(o, categories))
              .toList();
      List<Found> found =
          VisionFacts.objects(fact.input("detections")).stream()
              .filter(o -> image.equals(o.get("image_id")))
              .map(o -> found(o, categories))
              .toList();
      to.add(truth, found);
    }
    return to;
  }

  static List<Object> categories(Fact fact) {
    return Json.array(fact.inputs().getOrDefault("categories", List.of(1L)), fact.name());
  }

  static List<String> names(Fact fact) {
    return categories(fact).stream().map(String::valueOf).toList();
  }

  private static Object member(Map<String, Object> object, String name) {
    return Json.member(object, name, "case");
  }

  static Truth truth(Map<String, Object> o, List<Object> categories) {
    boolean crowd = VisionFacts.whole(member(o, "iscrowd")) == 1;
    return new Truth(
        categories.indexOf(member(o, "category_id")),
        rectangle(VisionFacts.numbers(member(o, "bbox"))),
        VisionFacts.number(member(o, "area")),
        crowd ? Role.CROWD : Role.OBJECT,
        mask(o),
        points(o));
  }

  static Found found(Map<String, Object> o, List<Object> categories) {
    Object box = o.get("bbox");
    return new Found(
        categories.indexOf(member(o, "category_id")),
        VisionFacts.number(member(o, "score")),
        box == null ? new Rectangle(0, 0, 0, 0) : rectangle(VisionFacts.numbers(box)),
        mask(o),
        points(o).stream()
            .map(p -> new KeyPoint(p.x(), p.y(), p.label(), Visibility.VISIBLE))
            .toList());
  }

  static Rectangle rectangle(double[] xywh) {
    return new Rectangle(xywh[0], xywh[1], xywh[2], xywh[3]);
  }

  private static Optional<RunLengths> mask(Map<String, Object> o) {
    return Optional.ofNullable(o.get("segmentation")).map(s -> RunLengths.fromJson(s, "case"));
  }

  private static List<KeyPoint> points(Map<String, Object> o) {
    Object points = o.get("keypoints");
    return points == null ? List.of() : points(VisionFacts.numbers(points));
  }

  /** Returns the points of x, y, visibility, x, y, … as files have them. */
  static List<KeyPoint> points(double[] numbers) {
    List<KeyPoint> points = new ArrayList<>();
    for (int i = 0; i < numbers.length; i += 3) {
      Visibility seen = seen((int) numbers[i + 2]);
      points.add(new KeyPoint(numbers[i] + OFFSET, numbers[i + 1] + OFFSET, i / 3, seen));
    }
    return points;
  }

  private static Visibility seen(int number) {
    return switch (number) {
      case 0 -> Visibility.ABSENT;
      case 1 -> Visibility.HIDDEN;
      default -> Visibility.VISIBLE;
    };
  }
}
