package dev.fovea.formats.keras;

import dev.fovea.io.Json;
import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A layer of a Keras model as its configuration describes it.
 *
 * @param name its name
 * @param kind its class, such as {@code Conv2D}
 * @param fields the settings of the class
 * @param inbound per use of the layer, what it takes
 * @param used the names of the settings that have been asked for
 */
record LayerConfig(
    String name, String kind, Map<String, Object> fields, List<Inbound> inbound, Set<String> used) {
  private static final int LARGEST = 1 << 24;

  /** Settings that say how to begin, train or store a layer, besides those by their ending. */
  private static final Set<String> OF_TRAINING =
      Set.of(
          "name",
          "trainable",
          "dtype",
          "batch_input_shape",
          "batch_shape",
          "input_shape",
          "input_dim",
          "input_length",
          "seed",
          "momentum",
          "dropout",
          "recurrent_dropout",
          "unit_forget_bias",
          "renorm_momentum",
          "renorm_clipping",
          "virtual_batch_size",
          "implementation",
          "unroll",
          "use_cudnn",
          "synchronized",
          "fused",
          "build_config",
          "dynamic");

  private static final Set<String> ENDINGS =
      Set.of("_initializer", "_regularizer", "_constraint", "_seed");

  /** Creates a layer of which nothing has been asked for. */
  LayerConfig(String name, String kind, Map<String, Object> fields, List<Inbound> inbound) {
    this(name, kind, fields, List.copyOf(inbound), new HashSet<>());
  }

  /** Returns the layer of an entry of a configuration. */
  static LayerConfig parse(Object value, String where) {
    Map<String, Object> entry = Json.object(value, where);
    String kind = Json.string(Json.member(entry, "class_name", where), where + " class_name");
    // Old files write the layers of a sequence without the object around them.
    Object config = Json.member(entry, "config", where);
    Map<String, Object> fields =
        config instanceof List<?> ? Map.of("layers", config) : Json.object(config, where);
    Object name = entry.getOrDefault("name", fields.getOrDefault("name", kind));
    String own = Json.string(name, where + " name");
    Object nodes = entry.getOrDefault("inbound_nodes", List.of());
    List<Inbound> inbound = new ArrayList<>();
    for (Object node : Json.array(nodes, own + " inbound_nodes")) {
      inbound.add(Inbound.parse(node, "layer " + Text.shown(own)));
    }
    return new LayerConfig(own, kind, fields, inbound);
  }

  /** Returns the layer that a setting holds, such as the one that is repeated over time. */
  LayerConfig layer(String field) {
    Object value = field(field).orElseThrow(() -> new FoveaException(where(field) + " is missing"));
    return parse(value, where(field));
  }

  /** Returns a failure that names a setting which is not supported. */
  FoveaException unsupported(String field) {
    Object value = fields.getOrDefault(field, Json.Null.NULL);
    return new FoveaException(
        "%s at %s: %s=%s is not supported"
            .formatted(
                Text.shown(kind),
                Text.shown(name),
                Text.shown(field),
                Text.shown(Json.write(value))));
  }

  /** Refuses a setting unless it has this value or is not there. */
  void requireOnly(String field, Object value) {
    if (field(field).filter(v -> !v.equals(value)).isPresent()) {
      throw unsupported(field);
    }
  }

  /** Refuses a setting that nobody has asked for, unless it switches something off. */
  void requireAllUsed() {
    for (Map.Entry<String, Object> e : fields.entrySet()) {
      String field = e.getKey();
      boolean plain = OF_TRAINING.contains(field) || ENDINGS.stream().anyMatch(field::endsWith);
      boolean off = e.getValue() == Json.Null.NULL || e.getValue().equals(false);
      if (!plain && !off && !used.contains(field)) {
        throw unsupported(field);
      }
    }
  }

  private String where(String field) {
    return "layer %s of class %s: %s".formatted(Text.shown(name), Text.shown(kind), field);
  }

  /** Returns a setting that is there and not null. */
  Optional<Object> field(String field) {
    used.add(field);
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

  /** Returns whether channels come before the other axes. */
  boolean channelsFirst() {
    String format = text("data_format", "channels_last");
    if (!format.equals("channels_first") && !format.equals("channels_last")) {
      throw unsupported("data_format");
    }
    return format.equals("channels_first");
  }

  /** Returns a size for each of {@code axes} axes, given once or for each. */
  int[] sizes(String field, int axes, int otherwise, int least) {
    Object value = field(field).orElse((long) otherwise);
    int[] sizes = new int[axes];
    if (value instanceof Long n) {
      java.util.Arrays.fill(sizes, checked(field, n, least));
      return sizes;
    }
    List<Object> each = Json.array(value, where(field));
    if (each.size() != axes) {
      throw new FoveaException(
          "%s must be %s numbers, got %s".formatted(where(field), axes, each.size()));
    }
    for (int i = 0; i < axes; i++) {
      sizes[i] = checked(field, Json.integer(each.get(i), where(field)), least);
    }
    return sizes;
  }

  /** Returns what is added or cut off before and after each of {@code axes} axes. */
  int[][] borders(String field, int axes) {
    Object value = field(field).orElse(1L);
    int[][] borders = new int[axes][];
    boolean each =
        value instanceof List<?> l && l.size() == axes && (axes > 1 || l.get(0) instanceof List<?>);
    for (int i = 0; i < axes; i++) {
      Object side = each ? Json.array(value, where(field)).get(i) : value;
      borders[i] = side(field, side);
    }
    return borders;
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

  /** Returns numbers, given once or as a list that may lie in lists. */
  float[] numbers(String field, double otherwise) {
    Object value = field(field).orElse(otherwise);
    List<Object> flat = new ArrayList<>();
    flatten(value, flat, field, 0);
    float[] numbers = new float[flat.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) Json.number(flat.get(i), where(field));
    }
    return numbers;
  }

  private void flatten(Object value, List<Object> into, String field, int depth) {
    if (value instanceof List<?> && depth < 4) {
      Json.array(value, where(field)).forEach(v -> flatten(v, into, field, depth + 1));
    } else {
      into.add(value);
    }
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

  /**
   * Returns a function: of a name alone a layer of the class Activation, of an object the layer
   * that it describes.
   */
  LayerConfig function(String field, String otherwise) {
    Object value = field(field).orElse(otherwise);
    if (value instanceof Map<?, ?>) {
      Map<String, Object> object = Json.object(value, where(field));
      Object config = object.getOrDefault("config", Json.Null.NULL);
      if (!(config instanceof String)) {
        return parse(value, where(field));
      }
      value = config;
    }
    String function = Json.string(value, where(field));
    return new LayerConfig(name, "Activation", Map.of("activation", function), List.of());
  }
}
