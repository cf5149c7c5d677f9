package dev.fovea.systems.detect;

import dev.fovea.op.BinaryFunction;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads rows [x, y, width, height, object, classes…] of YOLOX, which has no anchors (Ge et al.,
 * 2021): the middle is ((x + column) · stride, (y + row) · stride), the sides are exp(width) ·
 * stride and exp(height) · stride, the score is object · class. The last numbers are probabilities
 * already.
 *
 * <p>Cells come map by map, row by row: [N, cells, 5 + classes].
 *
 * @param height the height of the network's input in pixels
 * @param width its width
 * @param strides the side of a cell of each map in pixels
 * @param classes how many classes there are
 */
public record YoloxDecoder(int height, int width, List<Integer> strides, int classes)
    implements BoxDecoder {
  static final String KIND = "yolox";

  private static final int BEFORE_CLASSES = 5;
  private static final int MOST_MAPS = 16;
  private static final int MOST_SIDE = 1 << 16;

  /** What of a logarithm is more counts as this, so that damaged weights give no infinite box. */
  private static final double LIMIT = 20;

  /**
   * Checks the numbers.
   *
   * @throws FoveaException if one is out of range
   */
  public YoloxDecoder {
    strides = List.copyOf(strides);
    int longer = Math.max(height, width);
    boolean sizes = Math.min(height, width) >= 1 && longer <= MOST_SIDE;
    boolean maps = !strides.isEmpty() && strides.size() <= MOST_MAPS;
    if (!sizes || !maps || classes < 1 || !strides.stream().allMatch(s -> s >= 1 && s <= longer)) {
      throw new FoveaException(
          "yolox: an input, strides within it and classes expected, got %s×%s, %s and %s"
              .formatted(height, width, strides, classes));
    }
  }

  static YoloxDecoder parse(Map<String, Object> fields, String where) {
    BoxFields from = new BoxFields(fields, where);
    List<Integer> input = from.integers("input");
    if (input.size() != 2) {
      throw new FoveaException(where + " input: two numbers expected, got " + input.size());
    }
    return new YoloxDecoder(
        input.get(0), input.get(1), from.integers("strides"), from.integer("classes"));
  }

  /** Returns the cells themselves: a box begins as large as its cell. */
  @Override
  public Optional<GridAnchors> anchors() {
    return Optional.of(
        new GridAnchors(
            height,
            width,
            strides.stream()
                .map(s ->
                    new GridAnchors.Grid(
                        height / s, width / s, s, s, List.of(new GridAnchors.Size(s, s))))
                .toList()));
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("input", List.of(height, width));
    fields.put("strides", strides);
    fields.put("classes", classes);
    return fields;
  }

  /** Returns how many rows an input of a size has. */
  private long rows() {
    return strides.stream().mapToLong(s -> (long) (height / s) * (width / s)).sum();
  }

  @Override
  public Optional<ToldBoxes> told(List<Value> outputs) {
    Value rows = GraphBoxes.rows(outputs.get(0), BEFORE_CLASSES + classes);
    if (rows.shape().dim(1) != rows()) {
      throw misfit(outputs.get(0).shape());
    }
    float[] places = new float[2 * rows.shape().dim(1)];
    float[] steps = new float[places.length / 2];
    int i = 0;
    for (int stride : strides) {
      for (int row = 0; row < height / stride; row++) {
        for (int column = 0; column < width / stride; column++) {
          places[2 * i] = column;
          places[2 * i + 1] = row;
          steps[i++] = stride;
        }
      }
    }
    Value step = GraphBoxes.constant(1, steps);
    Value middles = rows.slice(-1, 0, 2).plus(GraphBoxes.constant(2, places)).times(step);
    Value limited = rows.slice(-1, 2, 2).with(BinaryFunction.MIN, Value.constant((float) LIMIT));
    Value halves = limited.map(UnaryFunction.EXP).times(step).times(0.5f);
    Value scores = rows.slice(-1, BEFORE_CLASSES, classes).times(rows.slice(-1, 4, 1));
    return Optional.of(ToldBoxes.ofRows(GraphBoxes.around(middles, halves), scores));
  }

  private FoveaException misfit(Shape output) {
    return new FoveaException(
        "yolox: %s rows of %s numbers expected, the network gives %s"
            .formatted(rows(), BEFORE_CLASSES + classes, output));
  }

  @Override
  public void decode(List<Tensor> outputs, int sample, double least, Candidates to) {
    Tensor output = outputs.get(0);
    int numbers = BEFORE_CLASSES + classes;
    int each = output.shape().elements() / output.shape().dim(0);
    if (each != rows() * numbers) {
      throw misfit(output.shape());
    }
    int at = sample * each;
    for (int stride : strides) {
      for (int row = 0; row < height / stride; row++) {
        for (int column = 0; column < width / stride; column++) {
          cell(output.data(), at, new Cell(row, column, stride), least, to);
          at += numbers;
        }
      }
    }
  }

  private record Cell(int row, int column, int stride) {}

  private void cell(float[] t, int at, Cell cell, double least, Candidates to) {
    double object = t[at + 4];
    if (!(object >= least)) {
      return;
    }
    double x = (t[at] + cell.column) * cell.stride;
    double y = (t[at + 1] + cell.row) * cell.stride;
    double halfWidth = Math.exp(Math.min(LIMIT, t[at + 2])) * cell.stride / 2;
    double halfHeight = Math.exp(Math.min(LIMIT, t[at + 3])) * cell.stride / 2;
    for (int c = 0; c < classes; c++) {
      double score = object * t[at + BEFORE_CLASSES + c];
      if (score >= least) {
        to.add(x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight, score, c);
      }
    }
  }
}
