package dev.fovea.systems.label;

import dev.fovea.io.Json;
import dev.fovea.io.TextFile;
import dev.fovea.systems.label.Skeleton.Bone;
import dev.fovea.tensor.FoveaException;
import dev.fovea.vision.Placement.Size;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A label file in COCO's JSON (Lin et al., 2014), as it is written: pictures and categories by
 * their ids, which may have gaps and may be texts, and annotations in order.
 *
 * @param images the pictures by id
 * @param categories the categories by id, in the order of ids
 * @param annotations what is said about pictures
 * @param notes what is odd about the ids
 */
record CocoFile(
    Map<String, Image> images,
    Map<String, Category> categories,
    List<Map<String, Object>> annotations,
    List<String> notes) {
  private static final int MOST_PIXELS = 1 << 20;

  /** A picture: the name of its file, perhaps with folders, and its size, if it is said. */
  record Image(String file, Optional<Size> size) {}

  /** A category: its name, whether its objects can be counted, its key points and their bones. */
  record Category(String name, boolean isThing, List<String> joints, List<Bone> bones) {}

  /** Returns the file, empty if its JSON is something else, such as results. */
  static Optional<CocoFile> read(Path file) {
    Object value = Json.parse(TextFile.read(file, Json.MAX_LENGTH), file.toString());
    return value instanceof Map<?, ?> m && m.get("images") instanceof List
        ? Optional.of(of(Json.object(value, file.toString()), file.toString()))
        : Optional.empty();
  }

  /**
   * Returns what a JSON object says.
   *
   * @param where what it is from, for messages
   * @throws FoveaException if its lists are not those of such a file
   */
  static CocoFile of(Map<String, Object> json, String where) {
    List<String> notes = new ArrayList<>();
    return new CocoFile(
        images(objects(json, "images", where), where, notes),
        categories(objects(json, "categories", where), where, notes),
        objects(json, "annotations", where),
        notes);
  }

  /** Returns whether it names segments of PNG files, as files of the panoptic form do. */
  boolean isPanoptic() {
    return annotations.stream().anyMatch(a -> a.containsKey("segments_info"));
  }

  private static List<Map<String, Object>> objects(
      Map<String, Object> json, String name, String where) {
    Object list = json.getOrDefault(name, List.of());
    return Json.array(list, where + " " + name).stream()
        .map(o -> Json.object(o, where + " " + name))
        .toList();
  }

  /** Returns an id as text: 7, "7" and the 7.0 of tables with gaps are the same. */
  static String id(Map<String, Object> object, String name) {
    Object value = Json.whole(object.getOrDefault(name, ""));
    return value instanceof Number || value instanceof String ? value.toString() : "";
  }

  /** Returns whether several objects are marked together. */
  static boolean isCrowd(Map<String, Object> object) {
    return says(object, "iscrowd", false);
  }

  /** Returns whether a mark says yes: 1 or 0, which some tools write as true or false. */
  private static boolean says(Map<String, Object> object, String name, boolean otherwise) {
    Object said = object.get(name);
    return said instanceof Boolean b
        ? b
        : said instanceof Number n ? n.doubleValue() != 0 : otherwise;
  }

  private static Map<String, Image> images(
      List<Map<String, Object>> list, String where, List<String> notes) {
    Map<String, Image> images = new LinkedHashMap<>();
    for (Map<String, Object> o : list) {
      String file = Json.string(Json.member(o, "file_name", where), where + " file_name");
      Image before = images.putIfAbsent(id(o, "id"), new Image(file, size(o)));
      if (before != null && !before.file.equals(file)) {
        notes.add(
            "the image id %s is that of %s and of %s: the first has it"
                .formatted(id(o, "id"), before.file, file));
      }
    }
    return images;
  }

  private static Optional<Size> size(Map<String, Object> image) {
    return Json.whole(image.getOrDefault("width", "")) instanceof Long w
            && Json.whole(image.getOrDefault("height", "")) instanceof Long h
            && w >= 1
            && h >= 1
            && w <= MOST_PIXELS
            && h <= MOST_PIXELS
        ? Optional.of(new Size(h.intValue(), w.intValue()))
        : Optional.empty();
  }

  private static Map<String, Category> categories(
      List<Map<String, Object>> list, String where, List<String> notes) {
    Map<String, Category> categories = new LinkedHashMap<>();
    Set<String> names = new HashSet<>();
    for (Map<String, Object> o : list.stream().sorted(byId()).toList()) {
      String name = Json.string(Json.member(o, "name", where), where + " category name");
      if (name.isBlank()) {
        notes.add("the category id %s has no name: it is left out".formatted(id(o, "id")));
      } else if (categories.putIfAbsent(id(o, "id"), category(o, name, where)) != null) {
        notes.add("the category id %s occurs twice: the first counts".formatted(id(o, "id")));
      } else if (!names.add(name)) {
        notes.add("the category \"%s\" has several ids: they are one class".formatted(name));
      }
    }
    return categories;
  }

  /** Numbers in their order, then texts in the order of the file. */
  private static Comparator<Map<String, Object>> byId() {
    return Comparator.comparingDouble(o -> {
      String id = id(o, "id");
      return id.matches("-?\\d{1,15}") ? Double.parseDouble(id) : Double.POSITIVE_INFINITY;
    });
  }

  private static Category category(Map<String, Object> o, String name, String where) {
    List<String> joints =
        Json.array(o.getOrDefault("keypoints", List.of()), where + " keypoints").stream()
            .map(j -> Json.string(j, where + " keypoints"))
            .toList();
    List<Bone> bones = new ArrayList<>();
    for (Object pair : Json.array(o.getOrDefault("skeleton", List.of()), where + " skeleton")) {
      List<Object> ends = Json.array(pair, where + " skeleton");
      boolean two =
          ends.size() == 2 && isJoint(ends.get(0), joints) && isJoint(ends.get(1), joints);
      if (!two) {
        throw new FoveaException(
            "%s skeleton: %s is no pair of key points 1 to %s"
                .formatted(where, Json.write(pair), joints.size()));
      }
      bones.add(new Bone(joint(ends.get(0)), joint(ends.get(1))));
    }
    return new Category(name, says(o, "isthing", true), joints, bones);
  }

  private static boolean isJoint(Object value, List<String> joints) {
    return value instanceof Long n && n >= 1 && n <= joints.size();
  }

  private static int joint(Object value) {
    return ((Long) value).intValue() - 1;
  }

  /** Returns the names of classes that are or are not things, each once, in the order of ids. */
  List<String> classes(boolean things) {
    return categories.values().stream()
        .filter(c -> c.isThing == things)
        .map(Category::name)
        .distinct()
        .toList();
  }

  /** Returns the key points of the first category that has some. */
  Skeleton skeleton() {
    return categories.values().stream()
        .filter(c -> !c.joints.isEmpty())
        .findFirst()
        .map(c -> Skeleton.of(c.joints, c.bones))
        .orElse(Skeleton.NONE);
  }
}
