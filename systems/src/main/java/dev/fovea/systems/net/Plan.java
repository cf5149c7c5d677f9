package dev.fovea.systems.net;

import dev.fovea.data.Preprocessing;
import dev.fovea.io.Json;
import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a vision system is set up for. It lies in the metadata of the model, from which the same
 * network is built again.
 *
 * @param classes the names of the classes, background left out
 * @param rule how pictures become inputs
 * @param width the factor of the number of channels of every layer; 1 by default
 * @param objects how many objects a picture has at most while the network is trained; targets are
 *     padded to it
 * @param texts what else a system is told, by name, such as {@code anchors}; each system knows its
 *     own names
 */
public record Plan(
    List<String> classes,
    Preprocessing rule,
    double width,
    int objects,
    Map<String, String> texts) {
  /** The name of the text of metadata that holds all but classes and preprocessing. */
  public static final String SYSTEM = "system";

  static final String NET = "net";
  private static final String LABELS = "labels";
  private static final String PREPROCESSING = "preprocessing";
  private static final String WIDTH = "width";
  private static final String OBJECTS = "objects";
  private static final int DEFAULT_OBJECTS = 100;
  private static final int MOST_OBJECTS = 10_000;

  /**
   * Checks the numbers.
   *
   * @throws FoveaException if there is no class, or the width or the number of objects is out of
   *     range
   */
  public Plan {
    classes = classes.stream().map(Text::oneLine).toList();
    texts = Collections.unmodifiableMap(new LinkedHashMap<>(texts));
    if (classes.isEmpty()) {
      throw new FoveaException("system: needs at least one class");
    }
    if (!(width > 0 && width <= 64)) {
      throw new FoveaException("system: width must be above 0 and at most 64, got " + width);
    }
    if (objects < 1 || objects > MOST_OBJECTS) {
      throw new FoveaException(
          "system: the most objects of a picture must be 1 to %s, got %s"
              .formatted(MOST_OBJECTS, objects));
    }
  }

  /** Returns a plan for classes and pictures, as wide as published, for up to 100 objects. */
  public static Plan of(List<String> classes, Preprocessing rule) {
    return new Plan(classes, rule, 1, DEFAULT_OBJECTS, Map.of());
  }

  /** Returns this plan for other classes. */
  public Plan classes(List<String> names) {
    return new Plan(names, rule, width, objects, texts);
  }

  /** Returns this plan for pictures that become inputs by another rule. */
  public Plan rule(Preprocessing other) {
    return new Plan(classes, other, width, objects, texts);
  }

  /** Returns this plan for pictures of up to this many objects. */
  public Plan objects(int most) {
    return new Plan(classes, rule, width, most, texts);
  }

  /** Returns this plan with channels multiplied by a factor. */
  public Plan width(double factor) {
    return new Plan(classes, rule, factor, objects, texts);
  }

  /** Returns this plan with one more text. */
  public Plan with(String name, String text) {
    Map<String, String> more = new LinkedHashMap<>(texts);
    more.put(name, text);
    return new Plan(classes, rule, width, objects, more);
  }

  /** Returns what the system is told under a name. */
  public Optional<String> text(String name) {
    return Optional.ofNullable(texts.get(name));
  }

  /** Returns the plan as texts for the metadata of a model of this system. */
  public Map<String, String> toMetadata(String system) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put(WIDTH, width);
    fields.put(OBJECTS, objects);
    fields.putAll(texts);
    Map<String, String> all = new LinkedHashMap<>();
    all.put(NET, system);
    all.put(LABELS, String.join("\n", classes));
    all.put(PREPROCESSING, rule.toText());
    all.put(SYSTEM, Json.write(fields));
    return all;
  }

  /**
   * Returns the plan in the metadata of a model.
   *
   * @param source what the metadata is from, for messages
   * @throws FoveaException if there is none, or it is broken
   */
  public static Plan of(Map<String, String> metadata, String source) {
    for (String name : List.of(LABELS, PREPROCESSING, SYSTEM)) {
      if (!metadata.containsKey(name)) {
        throw new FoveaException(
            "%s: does not say how its network is set up (no \"%s\" in its metadata)"
                .formatted(source, name));
      }
    }
    String where = source + ": " + SYSTEM;
    Map<String, Object> fields = Json.parseObject(metadata.getOrDefault(SYSTEM, ""), where);
    Map<String, String> texts = new LinkedHashMap<>();
    fields.forEach((name, value) -> {
      if (!name.equals(WIDTH) && !name.equals(OBJECTS)) {
        texts.put(name, Json.string(value, where + " " + name));
      }
    });
    long objects = Json.integer(Json.member(fields, OBJECTS, where), where + " " + OBJECTS);
    return new Plan(
        List.of(metadata.getOrDefault(LABELS, "").split("\n", -1)),
        Preprocessing.parse(
            metadata.getOrDefault(PREPROCESSING, ""), source + ": " + PREPROCESSING),
        Json.number(Json.member(fields, WIDTH, where), where + " " + WIDTH),
        Math.clamp(objects, 0, MOST_OBJECTS + 1),
        texts);
  }
}
