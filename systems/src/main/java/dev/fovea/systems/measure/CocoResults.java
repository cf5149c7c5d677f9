package dev.fovea.systems.measure;

import dev.fovea.data.KeyPoint;
import dev.fovea.data.KeyPoint.Visibility;
import dev.fovea.io.Json;
import dev.fovea.systems.mask.PixelBox;
import dev.fovea.systems.mask.RunLengths;
import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * COCO's file of results: what was found in many pictures, as a JSON array of {"image_id",
 * "category_id", "bbox": [x, y, width, height], "score"}, with "segmentation" for masks and
 * "keypoints" for points.
 *
 * <p>Numbers are written with all their digits, since rounded boxes have another average precision.
 * Key points count from the corner of the first pixel here, in files from its middle.
 *
 * @param pictures what was found, by the number of the picture
 */
public record CocoResults(Map<Long, List<Found>> pictures) {
  /** What files lack of a key point's x and y: they count from the middle of the first pixel. */
  public static final double POINT_OFFSET = 0.5;

  /** Copies the map. */
  public CocoResults {
    Map<Long, List<Found>> copy = new LinkedHashMap<>();
    pictures.forEach((picture, found) -> copy.put(picture, List.copyOf(found)));
    pictures = Collections.unmodifiableMap(copy);
  }

  /** Returns what was found in a picture; nothing if the file does not name it. */
  public List<Found> of(long picture) {
    return pictures.getOrDefault(picture, List.of());
  }

  /**
   * Returns the text of the file.
   *
   * @param categories the numbers that stand for the classes in files, in the classes' order
   * @throws FoveaException if a class has none
   */
  public String write(List<Long> categories) {
    return write(categories, true);
  }

  /**
   * Returns the text of the file without boxes, as COCO has results of key points. Of files with
   * boxes COCO's tool takes sizes from these, of others from the points.
   *
   * @param categories the numbers that stand for the classes in files, in the classes' order
   * @throws FoveaException if a class has none
   */
  public String writeKeyPoints(List<Long> categories) {
    return write(categories, false);
  }

  private String write(List<Long> categories, boolean boxes) {
    StringBuilder text = new StringBuilder("[");
    pictures.forEach((picture, found) -> {
      for (Found f : found) {
        text.append(text.length() == 1 ? "\n" : ",\n");
        text.append(Json.write(record(picture, f, categories, boxes)));
      }
    });
    return text.append("\n]\n").toString();
  }

  private static Map<String, Object> record(
      long picture, Found found, List<Long> categories, boolean boxes) {
    if (found.label() >= categories.size()) {
      throw new FoveaException(
          "COCO results: class %s, there are numbers for %s"
              .formatted(found.label(), categories.size()));
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("image_id", picture);
    json.put("category_id", categories.get(found.label()));
    Rectangle box = found.box();
    if (boxes) {
      json.put("bbox", List.of(box.x(), box.y(), box.width(), box.height()));
    }
    found.mask().ifPresent(m -> json.put("segmentation", m.toJson()));
    if (!found.points().isEmpty()) {
      json.put("keypoints", flat(found.points()));
    }
    json.put("score", found.score());
    return json;
  }

  /** Returns x, y and visibility by kind; zeros for kinds that were not found. */
  private static List<Double> flat(List<KeyPoint> points) {
    int kinds = points.stream().mapToInt(KeyPoint::label).max().orElse(-1) + 1;
    List<Double> flat = new ArrayList<>(Collections.nCopies(3 * kinds, 0.0));
    for (KeyPoint p : points) {
      if (p.isKnown()) {
        flat.set(3 * p.label(), p.x() - POINT_OFFSET);
        flat.set(3 * p.label() + 1, p.y() - POINT_OFFSET);
        flat.set(3 * p.label() + 2, (double) p.visibility().number());
      }
    }
    return flat;
  }

  /**
   * Returns the results that a text holds, in its order.
   *
   * @param text the text
   * @param source what the text is of, named in messages
   * @param categories the numbers that stand for the classes in files, in the classes' order
   * @throws FoveaException if it is no array of results, or has a number that stands for no class
   */
  public static CocoResults read(String text, String source, List<Long> categories) {
    Map<Long, Integer> labels = new LinkedHashMap<>();
    for (int c = 0; c < categories.size(); c++) {
      labels.put(categories.get(c), c);
    }
    Map<Long, List<Found>> pictures = new LinkedHashMap<>();
    List<Object> records = Json.array(Json.parse(text, source), source);
    for (int i = 0; i < records.size(); i++) {
      String where = source + ": result " + (i + 1);
      Map<String, Object> json = Json.object(records.get(i), where);
      long picture = Json.integer(Json.member(json, "image_id", where), where + ": image_id");
      pictures.computeIfAbsent(picture, p -> new ArrayList<>()).add(found(json, labels, where));
    }
    return new CocoResults(pictures);
  }

  private static Found found(Map<String, Object> json, Map<Long, Integer> labels, String where) {
    long category = Json.integer(Json.member(json, "category_id", where), where + ": category_id");
    Integer label = labels.get(category);
    if (label == null) {
      throw new FoveaException(
          "%s: category_id %s; there are %s".formatted(where, category, labels.keySet()));
    }
    double score = Json.number(Json.member(json, "score", where), where + ": score");
    Optional<RunLengths> mask =
        Optional.ofNullable(json.get("segmentation"))
            .map(s -> RunLengths.fromJson(s, where + ": segmentation"));
    List<KeyPoint> points =
        json.containsKey("keypoints")
            ? points(numbers(Json.member(json, "keypoints", where), where + ": keypoints"), where)
            : List.of();
    try {
      return new Found(label, score, box(json, mask, points, where), mask, points);
    } catch (FoveaException e) {
      throw new FoveaException(where + ": " + e.getMessage(), e);
    }
  }

  /** Returns the box; where none is written, that of the mask or around the points. */
  private static Rectangle box(
      Map<String, Object> json, Optional<RunLengths> mask, List<KeyPoint> points, String where) {
    if (json.containsKey("bbox")) {
      double[] b = numbers(Json.member(json, "bbox", where), where + ": bbox");
      if (b.length != 4) {
        throw new FoveaException("bbox has " + b.length + " numbers; need x, y, width, height");
      }
      return new Rectangle(b[0], b[1], b[2], b[3]);
    }
    if (mask.isPresent()) {
      PixelBox b = mask.get().box().orElse(new PixelBox(0, 0, 0, 0));
      return new Rectangle(b.left(), b.top(), b.width(), b.height());
    }
    if (points.isEmpty()) {
      throw new FoveaException("needs one of bbox, segmentation and keypoints");
    }
    return around(points);
  }

  private static Rectangle around(List<KeyPoint> points) {
    double left = points.stream().mapToDouble(KeyPoint::x).min().orElse(0);
    double top = points.stream().mapToDouble(KeyPoint::y).min().orElse(0);
    double right = points.stream().mapToDouble(KeyPoint::x).max().orElse(0);
    double bottom = points.stream().mapToDouble(KeyPoint::y).max().orElse(0);
    return new Rectangle(left, top, right - left, bottom - top);
  }

  private static double[] numbers(Object value, String where) {
    return Json.array(value, where).stream().mapToDouble(n -> Json.number(n, where)).toArray();
  }

  /** The third number of a point says nothing here: other tools write scores in its place. */
  private static List<KeyPoint> points(double[] numbers, String where) {
    if (numbers.length % 3 != 0) {
      throw new FoveaException(
          "%s: keypoints has %s numbers; need x, y, visibility of each point"
              .formatted(where, numbers.length));
    }
    List<KeyPoint> points = new ArrayList<>();
    for (int i = 0; i < numbers.length; i += 3) {
      double x = numbers[i] + POINT_OFFSET;
      double y = numbers[i + 1] + POINT_OFFSET;
      points.add(new KeyPoint(x, y, i / 3, Visibility.VISIBLE));
    }
    return points;
  }
}
