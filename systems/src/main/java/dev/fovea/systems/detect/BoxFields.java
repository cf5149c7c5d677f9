package dev.fovea.systems.detect;

import dev.fovea.io.Json;
import dev.fovea.tensor.FoveaException;
import java.util.List;
import java.util.Map;

/**
 * The numbers of a decoder as they stand in a text.
 *
 * @param fields the values by name
 * @param where what they are from, for messages
 */
record BoxFields(Map<String, Object> fields, String where) {
  private static final int MOST = 1 << 20;

  private Object member(String name) {
    return Json.member(fields, name, where);
  }

  private String at(String name) {
    return where + " " + name;
  }

  /** Returns a whole number of 0 … 2²⁰. */
  int integer(String name) {
    return bounded(member(name), name);
  }

  private int bounded(Object value, String name) {
    long n = Json.integer(value, at(name));
    if (n < 0 || n > MOST) {
      throw new FoveaException("%s: 0 to %s expected, got %s".formatted(at(name), MOST, n));
    }
    return (int) n;
  }

  /** Returns whole numbers of 0 … 2²⁰. */
  List<Integer> integers(String name) {
    return Json.array(member(name), at(name)).stream().map(v -> bounded(v, name)).toList();
  }

  /** Returns numbers, each finite. */
  List<Double> numbers(String name) {
    return Json.array(member(name), at(name)).stream().map(v -> Json.number(v, at(name))).toList();
  }

  double number(String name) {
    return Json.number(member(name), at(name));
  }

  boolean bool(String name) {
    return Json.bool(member(name), at(name));
  }
}
