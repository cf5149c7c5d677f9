package dev.fovea.studio.lesson;

import dev.fovea.io.Json;
import dev.fovea.studio.web.Bundle;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/** What an experiment shows: numbers by name, and figures in the order in which they were added. */
public final class Figures {
  private final Map<String, Double> numbers = new LinkedHashMap<>();
  private final List<Object> figures = new ArrayList<>();
  private final Map<String, Tensor> pictures = new LinkedHashMap<>();

  /** Creates figures with nothing on them. */
  public Figures() {}

  /**
   * A curve.
   *
   * @param name what it shows
   * @param values its numbers, one for each place of the axis; NaN where there is none
   */
  public record Line(String name, List<Double> values) {
    /** Copies the numbers. */
    public Line {
      values = List.copyOf(values);
    }

    /** Creates a curve of numbers. */
    public Line(String name, double... values) {
      this(name, Arrays.stream(values).boxed().toList());
    }
  }

  /** Adds a number. */
  public Figures number(String name, double value) {
    numbers.put(name, value);
    return this;
  }

  /** Adds a whole number. */
  public Figures number(String name, long value) {
    return number(name, (double) value);
  }

  /** Returns the numbers by name. */
  public Map<String, Double> numbers() {
    return Collections.unmodifiableMap(numbers);
  }

  /** Returns a number. */
  public double number(String name) {
    return Objects.requireNonNull(numbers.get(name), name);
  }

  /** Adds a table whose cells are texts and numbers. */
  public Figures table(String name, List<String> head, List<List<Object>> rows) {
    return add("table", name, Map.of("head", head, "rows", rows));
  }

  /** Adds numbers [H, W] in rows and columns. */
  public Figures grid(String name, Tensor values) {
    int columns = values.shape().dim(1);
    List<List<Float>> rows =
        IntStream.range(0, values.shape().dim(0))
            .mapToObj(
                r -> Bundle.list(Arrays.copyOfRange(values.data(), r * columns, (r + 1) * columns)))
            .toList();
    return add("grid", name, Map.of("rows", rows));
  }

  /** Adds curves over one axis. */
  public Figures curves(String name, String axis, double[] x, Line... lines) {
    return curves(name, axis, false, x, lines);
  }

  /** Adds curves whose upward axis is logarithmic; their numbers must be positive. */
  public Figures logarithmicCurves(String name, String axis, double[] x, Line... lines) {
    return curves(name, axis, true, x, lines);
  }

  private Figures curves(String name, String axis, boolean log, double[] x, Line... lines) {
    List<Object> all =
        Arrays.stream(lines)
            .<Object>map(l -> Map.of("name", l.name, "values", list(l.values)))
            .toList();
    return add(
        "curves",
        name,
        Map.of(
            "xName", axis, "x", list(Arrays.stream(x).boxed().toList()), "log", log, "lines", all));
  }

  /** Returns numbers for JSON, which knows no NaN. */
  private static List<Object> list(List<Double> values) {
    return values.stream().<Object>map(v -> v.isNaN() ? Json.Null.NULL : v).toList();
  }

  /** Adds shares from 0 to 1 as bars. */
  public Figures shares(String name, Map<String, Double> shares) {
    List<Object> all =
        shares.entrySet().stream()
            .<Object>map(e -> Map.of("name", e.getKey(), "share", e.getValue()))
            .toList();
    return add("shares", name, Map.of("entries", all));
  }

  /** Adds pictures [H, W, C] of values from 0 to 255, C being 1 or 3, in their order. */
  public Figures pictures(String name, SequencedMap<String, Tensor> several) {
    List<Object> all = new ArrayList<>();
    several.forEach((title, picture) -> {
      String array = "picture" + pictures.size();
      pictures.put(array, picture);
      all.add(Map.of("name", title, "array", array));
    });
    return add("pictures", name, Map.of("pictures", all));
  }

  /** Adds one picture, as {@link #pictures} does several. */
  public Figures picture(String name, String title, Tensor picture) {
    SequencedMap<String, Tensor> one = new LinkedHashMap<>();
    one.put(title, picture);
    return pictures(name, one);
  }

  /** Adds a drawing of lines. */
  public Figures drawing(String name, String svg) {
    return add("drawing", name, Map.of("svg", svg));
  }

  private Figures add(String kind, String name, Map<String, Object> more) {
    Map<String, Object> figure = new LinkedHashMap<>();
    figure.put("kind", kind);
    figure.put("name", name);
    figure.putAll(more);
    figures.add(figure);
    return this;
  }

  /** Returns all of it as an answer to a page. */
  public Bundle bundle() {
    Bundle bundle = new Bundle(Map.of("numbers", numbers, "figures", figures));
    pictures.forEach((array, p) -> bundle.add(array, dims(p.shape()), bytes(p)));
    return bundle;
  }

  private static List<Integer> dims(Shape s) {
    return List.of(s.dim(0), s.dim(1), s.dim(2));
  }

  private static byte[] bytes(Tensor picture) {
    byte[] bytes = new byte[picture.data().length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Math.clamp(Math.round(picture.data()[i]), 0, 255);
    }
    return bytes;
  }
}
