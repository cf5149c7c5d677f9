package dev.fovea.systems;

import dev.fovea.io.Json;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Inputs with the answers that the usual implementations of vision systems give.
 *
 * <p>The small cases lie among the tests' resources; all are in {@code shared/vision-facts} next to
 * the project, outside of it.
 */
public final class VisionFacts {
  private VisionFacts() {}

  /**
   * One case.
   *
   * @param tolerance by how much an answer may differ, absolute and of a number above 1
   */
  public record Fact(
      String name,
      String op,
      Map<String, Object> params,
      Map<String, Object> inputs,
      Map<String, Object> expected,
      double tolerance) {
    @Override
    public String toString() {
      return name;
    }

    /** Returns an input. */
    public Object input(String key) {
      return Json.member(inputs, key, name);
    }

    /** Returns a parameter. */
    public Object param(String key) {
      return Json.member(params, key, name);
    }

    /** Returns an answer. */
    public Object answer(String key) {
      return Json.member(expected, key, name);
    }
  }

  /** Returns the cases of a file, such as "coco". */
  public static List<Fact> of(String file) {
    Map<String, Fact> facts = new LinkedHashMap<>();
    resource(file).ifPresent(text -> read(text, file, facts));
    shared(file).ifPresent(text -> read(text, file, facts));
    return List.copyOf(facts.values());
  }

  /** Returns the cases of a file whose op begins with this text. */
  public static List<Fact> of(String file, String op) {
    return of(file).stream().filter(f -> f.op().startsWith(op)).toList();
  }

  private static Optional<String> resource(String file) {
    try (InputStream in = VisionFacts.class.getResourceAsStream(file + ".json")) {
      return in == null
          ? Optional.empty()
          : Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<String> shared(String file) {
    for (Path p = Path.of("").toAbsolutePath(); p != null; p = p.getParent()) {
      Path facts = p.resolve("shared/vision-facts").resolve(file + ".json");
      if (Files.exists(facts)) {
        try {
          return Optional.of(Files.readString(facts));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    System.out.println("small cases only: shared/vision-facts/" + file + ".json is not there");
    return Optional.empty();
  }

  private static void read(String text, String file, Map<String, Fact> facts) {
    for (Object o : list(Json.member(Json.parseObject(text, file), "cases", file))) {
      Map<String, Object> c = Json.object(o, file);
      String name = Json.string(Json.member(c, "name", file), file);
      Object params = c.getOrDefault("params", Map.of());
      facts.put(
          name,
          new Fact(
              name,
              Json.string(Json.member(c, "op", name), name),
              params == Json.Null.NULL ? Map.of() : Json.object(params, name),
              Json.object(Json.member(c, "inputs", name), name),
              Json.object(Json.member(c, "expected", name), name),
              c.get("tolerance") instanceof Number n ? n.doubleValue() : 0));
    }
  }

  /** Returns a number; NaN and infinities are written as strings. */
  public static double number(Object value) {
    return value instanceof String s ? Double.parseDouble(s) : Json.number(value, "facts");
  }

  /** Returns a whole number. */
  public static int whole(Object value) {
    return Math.toIntExact(Json.integer(value, "facts"));
  }

  /** Returns the items of a list that are objects. */
  public static List<Map<String, Object>> objects(Object value) {
    return Json.array(value, "facts").stream().map(o -> Json.object(o, "facts")).toList();
  }

  /** Returns the items of a list. */
  public static List<Object> list(Object value) {
    return Json.array(value, "facts");
  }

  /** Returns the numbers of a list. */
  public static double[] numbers(Object value) {
    return list(value).stream().mapToDouble(VisionFacts::number).toArray();
  }

  /** Returns the rows of a matrix. */
  public static double[][] rows(Object value) {
    return list(value).stream().map(VisionFacts::numbers).toArray(double[][]::new);
  }

  /** Returns a map [H, W]. */
  public static Tensor map(Object value) {
    double[][] rows = rows(value);
    Tensor map = Tensor.zeros(Shape.of(rows.length, rows[0].length));
    for (int y = 0; y < rows.length; y++) {
      for (int x = 0; x < rows[y].length; x++) {
        map.data()[y * rows[y].length + x] = (float) rows[y][x];
      }
    }
    return map;
  }
}
