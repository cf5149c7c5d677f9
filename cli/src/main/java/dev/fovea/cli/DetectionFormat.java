package dev.fovea.cli;

import dev.fovea.data.Box;
import dev.fovea.io.FileNames;
import dev.fovea.io.Json;
import dev.fovea.systems.Detection;
import dev.fovea.systems.DetectionJson;
import dev.fovea.systems.measure.CocoResults;
import dev.fovea.vision.Placement.Size;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The forms in which detections are written. */
enum DetectionFormat {
  /**
   * COCO's results: an array of image_id, category_id, bbox, score, for all pictures; with
   * segmentation and keypoints where there are such.
   */
  COCO(true, "json"),
  /** VOC's results: lines of picture, score, box from 1 on to the last pixel, then the class. */
  VOC(true, "txt"),
  /** YOLO's labels: a file per picture with lines of class, middle, sides as shares, score. */
  YOLO(false, "txt"),
  /** A table of all pictures. */
  CSV(true, "csv"),
  /** An array of pictures with boxes, names, masks and key points. */
  JSON(true, "json");

  private final boolean whole;
  private final String ending;

  DetectionFormat(boolean whole, String ending) {
    this.whole = whole;
    this.ending = ending;
  }

  /**
   * What was found in a picture.
   *
   * @param number the number of the picture, from 1
   */
  record Result(int number, Path picture, Size size, List<Detection> found) {}

  /** Returns whether all pictures are written into one file. */
  boolean isWhole() {
    return whole;
  }

  /** Returns what names of files end in. */
  String ending() {
    return ending;
  }

  /** Returns the text of pictures; of one alone where each has a file. */
  String text(List<Result> results) {
    return switch (this) {
      case COCO ->
          Json.write(results.stream().flatMap(r -> r.found.stream().map(d -> coco(r, d))).toList());
      case JSON -> Json.write(results.stream().map(DetectionFormat::json).toList());
      default -> lines(results);
    };
  }

  /** Returns what detections have and this form does not; empty if all is written. */
  List<String> lost(List<Detection> found) {
    if (this == COCO || this == JSON) {
      return List.of();
    }
    List<String> lost = new ArrayList<>();
    if (found.stream().anyMatch(d -> d.mask().isPresent())) {
      lost.add("masks");
    }
    if (found.stream().anyMatch(d -> !d.box().points().isEmpty())) {
      lost.add("key points");
    }
    return lost;
  }

  private String lines(List<Result> results) {
    StringBuilder text = new StringBuilder();
    if (this == CSV) {
      text.append("image,label,score,left,top,right,bottom\n");
    }
    for (Result r : results) {
      for (Detection d : r.found) {
        text.append(line(r, d)).append('\n');
      }
    }
    return text.toString();
  }

  private String line(Result r, Detection d) {
    Box b = d.box();
    return switch (this) {
      case VOC ->
          String.format(
              Locale.ROOT,
              "%s %.6f %.2f %.2f %.2f %.2f %s",
              FileNames.stem(r.picture),
              d.score(),
              b.left() + 1,
              b.top() + 1,
              b.right(),
              b.bottom(),
              d.label());
      case YOLO ->
          String.format(
              Locale.ROOT,
              "%d %.8f %.8f %.8f %.8f %.6f",
              b.label(),
              (b.left() + b.right()) / 2 / r.size.width(),
              (b.top() + b.bottom()) / 2 / r.size.height(),
              (b.right() - b.left()) / r.size.width(),
              (b.bottom() - b.top()) / r.size.height(),
              d.score());
      default ->
          quoted(r.picture.toString())
              + ","
              + quoted(d.label())
              + ","
              + String.join(
                  ",",
                  List.of(
                      Double.toString(d.score()),
                      Double.toString(b.left()),
                      Double.toString(b.top()),
                      Double.toString(b.right()),
                      Double.toString(b.bottom())));
    };
  }

  private static String quoted(String text) {
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  private static Map<String, Object> coco(Result r, Detection d) {
    Box b = d.box();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("image_id", r.number);
    fields.put("file_name", r.picture.toString());
    fields.put("category_id", b.label() + 1);
    fields.put("bbox", List.of(b.left(), b.top(), b.right() - b.left(), b.bottom() - b.top()));
    d.mask()
        .map(m -> m.runLengths(r.size.height(), r.size.width()).toJson())
        .ifPresent(m -> fields.put("segmentation", m));
    if (!b.points().isEmpty()) {
      fields.put("keypoints", DetectionJson.keyPoints(b, CocoResults.POINT_OFFSET));
    }
    fields.put("score", d.score());
    return fields;
  }

  /** Returns a picture with its detections as JSON values. */
  static Map<String, Object> json(Result r) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("image", r.picture.toString());
    fields.put("width", r.size.width());
    fields.put("height", r.size.height());
    fields.put(
        "detections",
        r.found.stream().map(d -> DetectionJson.of(d, r.size.height(), r.size.width())).toList());
    return fields;
  }
}
