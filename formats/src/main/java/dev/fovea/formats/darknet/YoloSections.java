package dev.fovea.formats.darknet;

import dev.fovea.io.Json;
import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the sections {@code yolo} of a cfg file say of boxes, as a text of the metadata. */
final class YoloSections {
  /**
   * The name of the text: a JSON object with {@code anchors}, for each output a list of [width,
   * height] in pixels of the input, the number of {@code classes}, and {@code stretch}, by how many
   * cells the middle of a box may move (scale_x_y).
   */
  static final String KEY = "yolo";

  private YoloSections() {}

  /**
   * Returns the text; empty where an end is another section or has no anchors, or sections differ
   * in more than anchors.
   *
   * @throws FoveaException if numbers of a section do not fit each other
   */
  static Optional<String> text(List<Section> sections) {
    List<Section> ends =
        sections.stream().filter(s -> DarknetNetwork.isHead(s.kind() + "_")).toList();
    List<Object> anchors = new ArrayList<>();
    List<Integer> classes = new ArrayList<>();
    List<Float> stretch = new ArrayList<>();
    for (Section s : ends) {
      if (!s.kind().equals("yolo") || s.integer("new_coords", 0, 0) != 0) {
        return Optional.empty();
      }
      List<Object> own = anchors(s);
      if (own.isEmpty()) {
        return Optional.empty();
      }
      anchors.add(own);
      classes.add(s.integer("classes", 20, 1));
      stretch.add(s.number("scale_x_y", 1));
    }
    boolean alike = classes.stream().distinct().count() == 1;
    if (!alike || stretch.stream().distinct().count() != 1) {
      return Optional.empty();
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("anchors", anchors);
    fields.put("classes", classes.get(0));
    fields.put("stretch", stretch.get(0));
    return Optional.of(Json.write(fields));
  }

  private static List<Object> anchors(Section s) {
    List<Integer> sides = s.integers("anchors");
    List<Integer> mask = s.integers("mask");
    List<Object> chosen = new ArrayList<>();
    for (int i : mask) {
      if (i < 0 || 2 * i + 1 >= sides.size()) {
        throw new FoveaException(
            "%s: mask has anchor %s, there are %s".formatted(s.name(), i, sides.size() / 2));
      }
      chosen.add(List.of(sides.get(2 * i), sides.get(2 * i + 1)));
    }
    return chosen;
  }
}
