package dev.fovea.studio.room;

import dev.fovea.data.Box;
import dev.fovea.data.KeyPoint;
import dev.fovea.studio.room.DetectRoom.Seen;
import dev.fovea.studio.web.Bundle;
import dev.fovea.studio.web.Fields;
import dev.fovea.systems.Detection;
import dev.fovea.systems.Pose;
import dev.fovea.systems.RegionMask;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.systems.box.Suppression;
import dev.fovea.systems.detect.Candidates;
import dev.fovea.systems.detect.DetectionReader;
import dev.fovea.systems.detect.DetectionRule;
import dev.fovea.systems.detect.Detector;
import dev.fovea.systems.detect.GridAnchors;
import dev.fovea.systems.label.Skeleton;
import dev.fovea.systems.measure.PanopticMap;
import dev.fovea.systems.panoptic.PanopticScene;
import dev.fovea.systems.panoptic.PanopticSegmenter;
import dev.fovea.systems.pose.PoseEstimator;
import dev.fovea.systems.segment.SegmentationMap;
import dev.fovea.systems.segment.Segmenter;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import dev.fovea.vision.Placement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What networks find in pictures, as answers: boxes in pixels of the picture, regions as a map. */
final class FoundView {
  /** The longer side of a picture as it is shown. */
  static final int SHOWN = 640;

  /** So many of the surest boxes are shown before suppression. */
  private static final int CANDIDATES = 300;

  private static final int MOST_REGIONS = 255;

  private FoundView() {}

  /** Returns boxes, what suppression did with each candidate, and the maps they come from. */
  static Bundle boxes(Seen seen, Fields f) {
    Detector usual = Detector.of(seen.net().model());
    Detector detector =
        usual
            .score(f.number("score", 0, 1, usual.rule().score()))
            .overlap(f.number("overlap", 0, 1, usual.rule().overlap()));
    DetectionReader reader = detector.reader();
    List<Detection> found = reader.read(seen.outputs(), 0, seen.placed().placement());
    Map<String, Object> head = head(seen, "boxes");
    head.put("score", detector.rule().score());
    head.put("overlap", detector.rule().overlap());
    head.put("found", found.stream().map(FoundView::found).toList());
    head.put("bones", bones(detector.rule().decoder().skeleton()));
    head.put("steps", steps(seen, reader));
    head.put("maps", detector.rule().decoder().anchors().map(a -> maps(a, seen)).orElse(List.of()));
    return regions(seen, head, instances(found));
  }

  private static Map<String, Object> head(Seen seen, String kind) {
    Shape s = seen.picture().image().shape();
    Map<String, Object> head = new LinkedHashMap<>();
    head.put("kind", kind);
    head.put("input", seen.net().input().times());
    head.put("height", s.dim(0));
    head.put("width", s.dim(1));
    head.put("millis", seen.millis());
    return head;
  }

  /** Tells what was found. */
  static Map<String, Object> found(Detection d) {
    Map<String, Object> fields = new LinkedHashMap<>();
    Box b = d.box();
    fields.put("label", d.label());
    fields.put("score", d.score());
    fields.put("box", List.of(b.left(), b.top(), b.right(), b.bottom()));
    fields.put("points", b.points().stream().map(FoundView::point).toList());
    return fields;
  }

  private static List<Double> point(KeyPoint p) {
    return p.isKnown() ? List.of(p.x(), p.y()) : List.of();
  }

  private static List<List<Integer>> bones(Skeleton skeleton) {
    return skeleton.bones().stream().map(b -> List.of(b.from(), b.to())).toList();
  }

  /** Returns what suppression does with each of the surest boxes, the surest first. */
  private static List<Map<String, Object>> steps(Seen seen, DetectionReader reader) {
    DetectionRule rule = reader.rule();
    Candidates all = new Candidates();
    rule.decoder().decode(seen.outputs(), 0, rule.score(), all);
    Candidates some = all.surest(CANDIDATES);
    BoxArray boxes = some.boxes().clip(reader.input().height(), reader.input().width());
    float[] scores = some.scores();
    int[] classes = some.classes();
    List<Suppression.Step> steps = Suppression.above(rule.overlap()).steps(boxes, scores, classes);
    int[] order = new int[boxes.size()];
    for (int i = 0; i < order.length; i++) {
      order[steps.get(i).box()] = i;
    }
    List<Map<String, Object>> told = new ArrayList<>();
    for (Suppression.Step s : steps) {
      int label = classes[s.box()];
      List<String> labels = reader.labels();
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("label", label < labels.size() ? labels.get(label) : Integer.toString(label));
      fields.put("score", scores[s.box()]);
      fields.put("box", corners(boxes, s.box(), seen.placed().placement()));
      fields.put("by", s.stays() ? -1 : order[s.by()]);
      fields.put("overlap", s.overlap());
      told.add(fields);
    }
    return told;
  }

  /** Returns left, top, right and bottom of a box of the input in pixels of the picture. */
  static List<Double> corners(BoxArray boxes, int i, Placement placement) {
    return List.of(
        placement.pictureX(boxes.left(i)),
        placement.pictureY(boxes.top(i)),
        placement.pictureX(boxes.right(i)),
        placement.pictureY(boxes.bottom(i)));
  }

  /** Returns of each map its cells, and where its first cell and the one after it begin. */
  private static List<Map<String, Object>> maps(GridAnchors anchors, Seen seen) {
    Placement p = seen.placed().placement();
    List<Map<String, Object>> maps = new ArrayList<>();
    for (GridAnchors.Grid g : anchors.maps()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("rows", g.rows());
      fields.put("columns", g.columns());
      fields.put("anchors", g.sizes().size());
      fields.put("left", p.pictureX(0));
      fields.put("top", p.pictureY(0));
      fields.put("stepX", p.pictureX(g.stepX()) - p.pictureX(0));
      fields.put("stepY", p.pictureY(g.stepY()) - p.pictureY(0));
      maps.add(fields);
    }
    return maps;
  }

  /** Tells which region a point of the picture belongs to: 0 for none. */
  @FunctionalInterface
  private interface Regions {
    int at(double x, double y);
  }

  private static Regions instances(List<Detection> found) {
    Regions none = (x, y) -> 0;
    if (found.stream().allMatch(d -> d.mask().isEmpty())) {
      return none;
    }
    return (x, y) -> {
      for (int i = 0; i < Math.min(found.size(), MOST_REGIONS); i++) {
        Box b = found.get(i).box();
        boolean inside = x >= b.left() && x < b.right() && y >= b.top() && y < b.bottom();
        if (inside && found.get(i).mask().map(m -> covers(m, x, y)).orElse(false)) {
          return i + 1;
        }
      }
      return none.at(x, y);
    };
  }

  private static boolean covers(RegionMask mask, double x, double y) {
    return mask.at(x, y) >= 0.5;
  }

  /** Adds the picture as it is shown, and the region of each of its pixels. */
  private static Bundle regions(Seen seen, Map<String, Object> head, Regions regions) {
    Tensor picture = seen.picture().image();
    Tensor shown = Images.within(picture, SHOWN);
    int height = shown.shape().dim(0);
    int width = shown.shape().dim(1);
    double scaleY = (double) picture.shape().dim(0) / height;
    double scaleX = (double) picture.shape().dim(1) / width;
    byte[] map = new byte[height * width];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        map[y * width + x] = (byte) regions.at((x + 0.5) * scaleX, (y + 0.5) * scaleY);
      }
    }
    return Pictures.bytes(head, shown).add("regions", List.of(height, width), map);
  }

  /** Returns the class of each pixel. */
  static SegmentationMap map(Seen seen) {
    return Segmenter.of(seen.net().model(), seen.net().rule())
        .read(seen.outputs(), 0, seen.placed().placement());
  }

  /**
   * Returns the class of each pixel, and the share of each class.
   *
   * @param more what else is told
   */
  static Bundle pixels(Seen seen, Map<String, Object> more) {
    SegmentationMap map = map(seen);
    Map<String, Object> head = head(seen, "pixels");
    head.putAll(more);
    List<Map<String, Object>> classes = new ArrayList<>();
    for (int c = 0; c < seen.net().model().output(0).classes(); c++) {
      if (map.share(c) > 0) {
        classes.add(Map.of("region", c + 1, "label", map.label(c), "share", map.share(c)));
      }
    }
    head.put("classes", classes);
    return regions(seen, head, (x, y) -> Math.min(MOST_REGIONS, map.classAt((int) x, (int) y) + 1));
  }

  /** Returns the segment of each pixel, and the share of each segment. */
  static Bundle segments(Seen seen, Fields f) {
    PanopticSegmenter usual = PanopticSegmenter.of(seen.net().model());
    PanopticSegmenter asked = f.has("score") ? usual.score(f.number("score", 0, 1)) : usual;
    PanopticScene scene = asked.reader().read(seen.outputs(), 0, seen.placed().placement());
    Map<String, Object> head = head(seen, "segments");
    List<PanopticMap.Segment> segments = scene.map().segments();
    Map<Integer, Integer> numbers = new LinkedHashMap<>();
    List<Map<String, Object>> told = new ArrayList<>();
    for (PanopticMap.Segment s : segments) {
      numbers.put(s.number(), Math.min(MOST_REGIONS, numbers.size() + 1));
      told.add(Map.of("region", numbers.size(), "label", scene.label(s), "share", scene.share(s)));
    }
    head.put("classes", told);
    float[] map = scene.map().numbers().data();
    int width = scene.map().numbers().shape().dim(1);
    return regions(
        seen, head, (x, y) -> numbers.getOrDefault((int) map[((int) y) * width + (int) x], 0));
  }

  /** Returns the joints of each pose. */
  static Bundle points(Seen seen, Fields f) {
    PoseEstimator usual = PoseEstimator.of(seen.net().model());
    double score = f.number("score", 0, 1, usual.reader().rule().score());
    PoseEstimator asked = f.has("score") ? usual.least(score, score) : usual;
    List<Pose> poses = asked.reader().read(seen.outputs(), 0, seen.placed().placement());
    Map<String, Object> head = head(seen, "points");
    head.put("score", score);
    head.put("joints", asked.skeleton().joints());
    head.put("bones", bones(asked.skeleton()));
    head.put(
        "found",
        poses.stream().flatMap(p -> p.detection().stream()).map(FoundView::found).toList());
    return regions(seen, head, (x, y) -> 0);
  }
}
