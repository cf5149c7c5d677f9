package dev.fovea.formats.keras;

import dev.fovea.io.Json;
import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one use of a layer takes.
 *
 * @param results the results of other layers, in order
 * @param numbers plain numbers among the arguments, by their place
 * @param others further arguments by name, but for those that only tell training from inference
 */
record Inbound(List<Reference> results, Map<Integer, Double> numbers, Map<String, Object> others) {
  private static final int LARGEST = 1 << 24;
  private static final int MAX_DEPTH = 4;

  /** Copies the lists. */
  Inbound {
    results = List.copyOf(results);
    numbers = Map.copyOf(numbers);
    others = Map.copyOf(others);
  }

  /**
   * One result of one use of a layer.
   *
   * @param layer the layer's name
   * @param use which of its uses, from 0
   * @param number which of its results, from 0
   */
  record Reference(String layer, int use, int number) {
    /** Returns the reference of an array [layer, use, result, …]. */
    static Reference of(Object value, String where) {
      List<Object> parts = Json.array(value, where);
      if (parts.size() < 3) {
        throw new FoveaException(where + ": a result is [layer, use, tensor]");
      }
      return new Reference(
          Json.string(parts.get(0), where), place(parts.get(1), where), place(parts.get(2), where));
    }

    private static int place(Object value, String where) {
      long n = Json.integer(value, where);
      if (n < 0 || n > LARGEST) {
        throw new FoveaException(where + ": a result of a number that is not read");
      }
      return (int) n;
    }

    /** Returns the references of a list, or of one alone, as inputs and outputs are written. */
    static List<Reference> all(Object value, String where) {
      List<Reference> all = new ArrayList<>();
      gather(value, all, where, 0);
      return all;
    }

    private static void gather(Object value, List<Reference> into, String where, int depth) {
      List<Object> items =
          value instanceof Map<?, ?> m ? List.copyOf(m.values()) : Json.array(value, where);
      if (!items.isEmpty() && items.get(0) instanceof String) {
        into.add(of(value, where));
      } else if (depth < MAX_DEPTH) {
        items.forEach(v -> gather(v, into, where, depth + 1));
      }
    }
  }

  /** Returns the use that takes one result. */
  static Inbound of(Reference result) {
    return new Inbound(List.of(result), Map.of(), Map.of());
  }

  /** Reads both forms: arrays until Keras 2, arguments with tensors since Keras 3. */
  static Inbound parse(Object node, String where) {
    List<Reference> results = new ArrayList<>();
    Map<Integer, Double> numbers = new LinkedHashMap<>();
    Map<String, Object> others = new LinkedHashMap<>();
    if (node instanceof Map<?, ?>) {
      Map<String, Object> call = Json.object(node, where);
      tensors(Json.member(call, "args", where), results, numbers, where, 0);
      others(call.getOrDefault("kwargs", Map.of()), others, where);
      return new Inbound(results, numbers, others);
    }
    List<Object> parts = Json.array(node, where);
    boolean one = !parts.isEmpty() && parts.get(0) instanceof String;
    for (Object part : one ? List.of(node) : parts) {
      results.add(Reference.of(part, where));
      List<Object> fields = Json.array(part, where);
      others(fields.size() > 3 ? fields.get(3) : Map.of(), others, where);
    }
    return new Inbound(results, numbers, others);
  }

  private static void others(Object named, Map<String, Object> into, String where) {
    Json.object(named, where)
        .forEach((name, value) -> {
          boolean plain = value == Json.Null.NULL || name.equals("training");
          if (!plain && !(name.equals("mask") && isEmpty(value))) {
            into.put(Text.shown(name), value);
          }
        });
  }

  /** Returns whether a list holds nothing but nulls. */
  private static boolean isEmpty(Object value) {
    return value instanceof List<?> all && all.stream().allMatch(v -> v == Json.Null.NULL);
  }

  private static void tensors(
      Object value,
      List<Reference> results,
      Map<Integer, Double> numbers,
      String where,
      int depth) {
    if (value instanceof List<?> && depth < MAX_DEPTH) {
      Json.array(value, where).forEach(v -> tensors(v, results, numbers, where, depth + 1));
    } else if (value instanceof Map<?, ?>) {
      Map<String, Object> tensor = Json.object(value, where);
      Map<String, Object> config = Json.object(Json.member(tensor, "config", where), where);
      results.add(Reference.of(Json.member(config, "keras_history", where), where));
    } else if (value instanceof Number n) {
      numbers.put(results.size() + numbers.size(), n.doubleValue());
    }
  }
}
