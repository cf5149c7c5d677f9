package dev.fovea.formats.keras;

import dev.fovea.io.Json;
import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A layer of a Keras model as its configuration describes it.
 *
 * @param name its name
 * @param kind its class, such as {@code Conv2D}
 * @param fields the settings of the class
 * @param inbound per use of the layer, the results it takes
 */
record LayerConfig(
    String name, String kind, Map<String, Object> fields, List<List<Reference>> inbound) {
  private static final int LARGEST = 1 << 24;

  /**
   * One result of one use of a layer.
   *
   * @param layer the layer's name
   * @param use which of its uses, from 0
   */
  record Reference(String layer, int use) {
    /** Returns the reference of an array [layer, use, tensor, …]. */
    static Reference of(Object value, String where) {
      List<Object> parts = Json.array(value, where);
      if (parts.size() < 3) {
        throw new FoveaException(where + ": a result is [layer, use, tensor]");
      }
      return new Reference(Json.string(parts.get(0), where), Math.toIntExact(use(parts, where)));
    }

    private static long use(List<Object> parts, String where) {
      long use = Json.integer(parts.get(1), where);
      if (use < 0 || use > LARGEST || Json.integer(parts.get(2), where) != 0) {
        throw new FoveaException(where + ": a result of a number that is not read");
      }
      return use;
    }
  }

  /** Returns the layer of an entry of a configuration. */
  static LayerConfig parse(Object value, String where) {
    Map<String, Object> entry = Json.object(value, where);
    String kind = Json.string(Json.member(entry, "class_name", where), where + " class_name");
    Map<String, Object> fields = Json.object(Json.member(entry, "config", where), where);
    Object name = entry.getOrDefault("name", fields.getOrDefault("name", kind));
    String own = Json.string(name, where + " name");
    Object nodes = entry.getOrDefault("inbound_nodes", List.of());
    List<List<Reference>> inbound = new ArrayList<>();
    for (Object node : Json.array(nodes, own + " inbound_nodes")) {
      inbound.add(references(node, "layer " + Text.shown(own)));
    }
    return new LayerConfig(own, kind, fields, inbound);
  }

  /** Reads both forms: arrays until Keras 2, arguments with tensors since Keras 3. */
  private static List<Reference> references(Object node, String where) {
    List<Reference> all = new ArrayList<>();
    if (node instanceof Map<?, ?>) {
      tensors(Json.member(Json.object(node, where), "args", where), all, where, 0);
      return all;
    }
    List<Object> parts = Json.array(node, where);
    if (!parts.isEmpty() && parts.get(0) instanceof String) {
      all.add(Reference.of(node, where));
    } else {
      parts.forEach(p -> all.add(Reference.of(p, where)));
    }
    return all;
  }

  private static void tensors(Object value, List<Reference> into, String where, int depth) {
    if (value instanceof List<?> && depth < 4) {
      Json.array(value, where).forEach(v -> tensors(v, into, where, depth + 1));
    } else if (value instanceof Map<?, ?>) {
      Map<String, Object> tensor = Json.object(value, where);
      Map<String, Object> config = Json.object(Json.member(tensor, "config", where), where);
      into.add(Reference.of(Json.member(config, "keras_history", where), where));
    }
  }

  private String where(String field) {
    return "layer %s of class %s: %s".formatted(Text.shown(name), Text.shown(kind), field);
  }

  /** Returns a setting that is there and not null. */
  Optional<Object> field(String field) {
    return Optional.ofNullable(fields.get(field)).filter(v -> v != Json.Null.NULL);
  }

  String text(String field, String otherwise) {
    return field(field).map(v -> Json.string(v, where(field))).orElse(otherwise);
  }

  boolean bool(String field, boolean otherwise) {
    return field(field).map(v -> Json.bool(v, where(field))).orElse(otherwise);
  }

  float number(String field, double otherwise) {
    return field(field).map(v -> (float) Json.number(v, where(field))).orElse((float) otherwise);
  }

  /** Returns a required size. */
  int size(String field) {
    Object value = field(field).orElseThrow(() -> new FoveaException(where(field) + " is missing"));
    return checked(field, Json.integer(value, where(field)), 1);
  }

  private int checked(String field, long n, int least) {
    if (n < least || n > LARGEST) {
      throw new FoveaException(
          "%s is %s, expected %s to %s".formatted(where(field), n, least, LARGEST));
    }
    return (int) n;
  }

  /** Returns a size for height and width, given once or twice. */
  int[] pair(String field, int otherwise, int least) {
    Object value = field(field).orElse((long) otherwise);
    if (value instanceof Long n) {
      int both = checked(field, n, least);
      return new int[] {both, both};
    }
    List<Object> two = Json.array(value, where(field));
    if (two.size() != 2) {
      throw new FoveaException(where(field) + " must be two numbers, got " + two.size());
    }
    return new int[] {
      checked(field, Json.integer(two.get(0), where(field)), least),
      checked(field, Json.integer(two.get(1), where(field)), least)
    };
  }

  /** Returns what is added or cut off at top, bottom, left and right. */
  int[] border(String field) {
    Object value = field(field).orElse(1L);
    if (value instanceof List<?> && Json.array(value, where(field)).size() == 2) {
      List<Object> two = Json.array(value, where(field));
      int[] rows = side(field, two.get(0));
      int[] columns = side(field, two.get(1));
      return new int[] {rows[0], rows[1], columns[0], columns[1]};
    }
    int[] all = side(field, value);
    return new int[] {all[0], all[1], all[0], all[1]};
  }

  private int[] side(String field, Object value) {
    if (value instanceof Long n) {
      int both = checked(field, n, 0);
      return new int[] {both, both};
    }
    List<Object> two = Json.array(value, where(field));
    if (two.size() != 2) {
      throw new FoveaException(where(field) + " must be two numbers per axis");
    }
    return new int[] {
      checked(field, Json.integer(two.get(0), where(field)), 0),
      checked(field, Json.integer(two.get(1), where(field)), 0)
    };
  }

  /** Returns a list of whole numbers. */
  List<Integer> integers(String field) {
    List<Integer> all = new ArrayList<>();
    Object value = field(field).orElse(List.of());
    List<Object> items = value instanceof Long ? List.of(value) : Json.array(value, where(field));
    for (Object v : items) {
      all.add(checked(field, Json.integer(v, where(field)), -LARGEST));
    }
    return all;
  }

  /** Returns the activation's name, written as a text or as an object with a class. */
  String activation() {
    Object value = field("activation").orElse("linear");
    if (value instanceof Map<?, ?>) {
      Map<String, Object> object = Json.object(value, where("activation"));
      return Json.string(
          Json.member(object, "class_name", where("activation")), where("activation"));
    }
    return Json.string(value, where("activation"));
  }
}
