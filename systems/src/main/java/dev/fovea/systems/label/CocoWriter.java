package dev.fovea.systems.label;

import dev.fovea.data.Box;
import dev.fovea.data.KeyPoint;
import dev.fovea.io.Json;
import dev.fovea.systems.label.Skeleton.Bone;
import dev.fovea.systems.mask.RunLengths;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Placement.Size;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes labels in COCO's JSON, a file for each part; ids count from 1. */
final class CocoWriter {
  private final LabelWriter out;
  private final Map<String, List<Object>> images = new LinkedHashMap<>();
  private final Map<String, List<Object>> annotations = new LinkedHashMap<>();
  private long nextImage = 1;
  private long nextAnnotation = 1;

  private CocoWriter(LabelWriter out) {
    this.out = out;
  }

  static void write(LabelWriter out) {
    new CocoWriter(out).write();
  }

  private void write() {
    for (LabelledPicture p : out.set().pictures()) {
      picture(p);
    }
    boolean points = !out.set().names().skeleton().joints().isEmpty();
    images.forEach((part, list) -> {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("images", list);
      json.put("annotations", annotations.getOrDefault(part, List.of()));
      json.put("categories", categories());
      String name = (points ? "person_keypoints_" : "instances_") + part + ".json";
      LabelWriter.write(
          out.folder().resolve(Path.of("annotations", name)), Json.write(json) + "\n");
    });
  }

  private List<Object> categories() {
    List<Object> all = new ArrayList<>();
    List<String> names = out.set().names().things();
    Skeleton skeleton = out.set().names().skeleton();
    for (int i = 0; i < names.size(); i++) {
      Map<String, Object> c = new LinkedHashMap<>();
      c.put("id", i + 1L);
      c.put("name", names.get(i));
      if (!skeleton.joints().isEmpty()) {
        c.put("keypoints", skeleton.joints());
        c.put("skeleton", skeleton.bones().stream().map(CocoWriter::pair).toList());
      }
      all.add(c);
    }
    return all;
  }

  private static List<Long> pair(Bone b) {
    return List.of(b.from() + 1L, b.to() + 1L);
  }

  private void picture(LabelledPicture p) {
    String part = out.part(p);
    String stem = out.copy(p, out.folder().resolve(Path.of("images", part)));
    out.losePixelsAndTexts(p);
    Map<String, Object> image = new LinkedHashMap<>();
    image.put("id", nextImage);
    image.put("file_name", stem + "." + FileIndex.ending(p.file()));
    image.put("width", (long) p.size().width());
    image.put("height", (long) p.size().height());
    images.computeIfAbsent(part, k -> new ArrayList<>()).add(image);
    for (LabelledObject o : p.objects()) {
      annotations.computeIfAbsent(part, k -> new ArrayList<>()).add(annotation(o, p.size()));
    }
    nextImage++;
  }

  private Map<String, Object> annotation(LabelledObject o, Size size) {
    if (o.difficult()) {
      out.lose("marks of difficult objects");
    }
    Box b = o.box();
    Map<String, Object> a = new LinkedHashMap<>();
    a.put("id", nextAnnotation++);
    a.put("image_id", nextImage);
    a.put("category_id", b.label() + 1L);
    a.put("bbox", List.of(b.left(), b.top(), b.right() - b.left(), b.bottom() - b.top()));
    a.put("area", o.area());
    a.put("iscrowd", o.crowd() ? 1L : 0L);
    o.region().ifPresent(r -> a.put("segmentation", segmentation(r, size)));
    int joints = out.set().names().skeleton().joints().size();
    if (joints > 0) {
      points(a, b.points(), joints);
    }
    return a;
  }

  private static Object segmentation(Region region, Size size) {
    if (region instanceof Region.Outline outline) {
      return outline.parts().stream().map(p -> Arrays.stream(p).boxed().toList()).toList();
    }
    Tensor map = region.in(size.height(), size.width());
    return RunLengths.of(map).toJson();
  }

  private static void points(Map<String, Object> a, List<KeyPoint> points, int joints) {
    Double[] numbers = new Double[3 * joints];
    Arrays.fill(numbers, 0.0);
    long known = 0;
    for (KeyPoint p : points) {
      if (p.isKnown()) {
        numbers[3 * p.label()] = p.x() - CocoFormat.POINT_OFFSET;
        numbers[3 * p.label() + 1] = p.y() - CocoFormat.POINT_OFFSET;
        numbers[3 * p.label() + 2] = (double) p.visibility().number();
        known++;
      }
    }
    a.put("num_keypoints", known);
    a.put("keypoints", List.of(numbers));
  }
}
