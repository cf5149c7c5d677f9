package dev.fovea.systems.panoptic;

import dev.fovea.io.Json;
import dev.fovea.systems.mask.PixelBox;
import dev.fovea.systems.measure.PanopticMap;
import dev.fovea.systems.measure.PanopticMap.Segment;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Segments in COCO's panoptic form (Kirillov et al., 2019): a JSON file that names the segments of
 * PNG files, whose colours are their ids, red + 256 · green + 65536 · blue.
 *
 * <p>Pictures and classes count from 1. One thread adds at a time.
 */
public final class PanopticFile {
  private static final int BYTE = 256;

  private final List<Object> images = new ArrayList<>();
  private final List<Object> annotations = new ArrayList<>();
  private final List<String> things;
  private final List<String> stuff;

  /**
   * Creates a file for segments of these classes, whose numbers count things first.
   *
   * @param things the names of classes with objects
   * @param stuff the names of classes without
   */
  public PanopticFile(List<String> things, List<String> stuff) {
    this.things = List.copyOf(things);
    this.stuff = List.copyOf(stuff);
  }

  /** Returns the ids of segments as colours [H, W, 3], 0 … 255. */
  public static Tensor colours(PanopticMap map) {
    Shape shape = map.numbers().shape();
    Tensor colours = Tensor.zeros(Shape.of(shape.dim(0), shape.dim(1), 3));
    for (int i = 0; i < map.numbers().data().length; i++) {
      int id = (int) map.numbers().data()[i];
      for (int k = 0; k < 3; k++) {
        colours.data()[3 * i + k] = id % BYTE;
        id /= BYTE;
      }
    }
    return colours;
  }

  /**
   * Adds a picture.
   *
   * @param picture the name of its file
   * @param png the name of the file of {@link #colours}
   */
  public void add(String picture, String png, PanopticScene scene) {
    Shape shape = scene.map().numbers().shape();
    int id = images.size() + 1;
    images.add(
        fields("id", id, "file_name", picture, "height", shape.dim(0), "width", shape.dim(1)));
    int count = scene.map().segments().size();
    List<PixelBox> boxes = PixelBox.each(scene.map().numbers(), count);
    int[] areas = new int[count + 1];
    for (float number : scene.map().numbers().data()) {
      areas[(int) number]++;
    }
    List<Object> segments = new ArrayList<>();
    for (Segment s : scene.map().segments()) {
      PixelBox b = boxes.get(s.number() - 1);
      Map<String, Object> one =
          fields(
              "id",
              s.number(),
              "category_id",
              s.label() + 1,
              "area",
              areas[s.number()],
              "bbox",
              List.of(b.left(), b.top(), b.width(), b.height()),
              "iscrowd",
              0);
      if (s.number() <= scene.objects().size()) {
        one.put("score", scene.objects().get(s.number() - 1).score());
      }
      segments.add(one);
    }
    annotations.add(fields("image_id", id, "file_name", png, "segments_info", segments));
  }

  private static Map<String, Object> fields(Object... namesAndValues) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return fields;
  }

  /** Returns the text of the JSON file. */
  public String json() {
    List<Object> categories = new ArrayList<>();
    List<String> names = new ArrayList<>(things);
    names.addAll(stuff);
    for (int i = 0; i < names.size(); i++) {
      categories.add(
          fields("id", i + 1, "name", names.get(i), "isthing", i < things.size() ? 1 : 0));
    }
    return Json.write(
        fields("images", images, "annotations", annotations, "categories", categories));
  }
}
