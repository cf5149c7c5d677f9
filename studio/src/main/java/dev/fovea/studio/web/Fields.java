package dev.fovea.studio.web;

import dev.fovea.io.Json;
import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import java.util.List;
import java.util.Map;

/**
 * The members of a JSON object that a page sent, each asked for with its type and its bounds.
 *
 * @param all the members by name
 * @param where what they are, for messages
 */
public record Fields(Map<String, Object> all, String where) {
  private static final int MAX_TEXT = 10_000;

  /** Returns whether there is a member of this name. */
  public boolean has(String name) {
    return all.containsKey(name) && all.get(name) != Json.Null.NULL;
  }

  /**
   * Returns a text.
   *
   * @throws FoveaException if it is missing, none or longer than 10,000 characters
   */
  public String text(String name) {
    String text = Json.string(Json.member(all, name, where), where + " " + name);
    if (text.length() > MAX_TEXT) {
      throw new FoveaException(where + " " + name + ": longer than " + MAX_TEXT + " characters");
    }
    return text;
  }

  /** Returns a text, or another where it is missing. */
  public String text(String name, String otherwise) {
    return has(name) ? text(name) : otherwise;
  }

  /**
   * Returns a whole number.
   *
   * @throws FoveaException if it is missing, none or outside of the bounds
   */
  public int integer(String name, int least, int most) {
    long n = Json.integer(Json.member(all, name, where), where + " " + name);
    if (n < least || n > most) {
      throw new FoveaException(
          "%s %s: must be from %s to %s, got %s".formatted(where, name, least, most, n));
    }
    return (int) n;
  }

  /** Returns a whole number, or another where it is missing. */
  public int integer(String name, int least, int most, int otherwise) {
    return has(name) ? integer(name, least, most) : otherwise;
  }

  /**
   * Returns a number.
   *
   * @throws FoveaException if it is missing, none or outside of the bounds
   */
  public double number(String name, double least, double most) {
    double x = Json.number(Json.member(all, name, where), where + " " + name);
    if (!(x >= least && x <= most)) {
      throw new FoveaException(
          "%s %s: must be from %s to %s, got %s".formatted(where, name, least, most, x));
    }
    return x;
  }

  /** Returns a number, or another where it is missing. */
  public double number(String name, double least, double most, double otherwise) {
    return has(name) ? number(name, least, most) : otherwise;
  }

  /**
   * Returns a list.
   *
   * @throws FoveaException if it is missing, none or longer than {@code most}
   */
  public List<Object> list(String name, int most) {
    List<Object> list = Json.array(Json.member(all, name, where), where + " " + name);
    if (list.size() > most) {
      throw new FoveaException(
          "%s %s: at most %s entries, got %s".formatted(where, name, most, list.size()));
    }
    return list;
  }

  /** Returns a list of numbers. */
  public float[] numbers(String name, int most) {
    List<Object> list = list(name, most);
    float[] values = new float[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Json.number(list.get(i), where + " " + name);
      if (!Float.isFinite(values[i])) {
        throw new FoveaException(where + " " + name + ": a number is too large");
      }
    }
    return values;
  }

  /** Returns a list of objects. */
  public List<Fields> objects(String name, int most) {
    return list(name, most).stream()
        .map(o -> new Fields(Json.object(o, where + " " + name), where + " " + name))
        .toList();
  }

  /** Returns one of some names. */
  public String oneOf(String name, List<String> known) {
    String text = text(name);
    if (!known.contains(text)) {
      throw new FoveaException(
          "%s %s: \"%s\" is none of %s".formatted(where, name, Text.shown(text), known));
    }
    return text;
  }
}
