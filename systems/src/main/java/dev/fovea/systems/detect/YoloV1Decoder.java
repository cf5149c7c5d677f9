package dev.fovea.systems.detect;

import dev.fovea.io.Json;
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
 * Reads the cells of a {@link YoloV1Grid}: the score of a box and a class is the confidence of the
 * box times the number of the class in its cell.
 *
 * @param grid the grid
 * @param height the height of the network's input in pixels
 * @param width its width
 */
public record YoloV1Decoder(YoloV1Grid grid, int height, int width) implements BoxDecoder {
  static final String KIND = "yolo-v1";

  static YoloV1Decoder parse(Map<String, Object> fields, String where) {
    List<Object> input = Json.array(Json.member(fields, "input", where), where + " input");
    if (input.size() != 2) {
      throw new FoveaException(where + " input: two numbers expected, got " + input.size());
    }
    return new YoloV1Decoder(
        YoloV1Grid.parse(fields, where),
        (int) Json.number(input.get(0), where + " input"),
        (int) Json.number(input.get(1), where + " input"));
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>(grid.fields());
    fields.put("input", List.of(height, width));
    return fields;
  }

  @Override
  public Optional<ToldBoxes> told(List<Value> outputs) {
    Value cells = GraphBoxes.rows(outputs.get(0), grid.numbers());
    int n = cells.shape().dim(0);
    int count = grid.cells() * grid.boxes();
    Value numbers = cells.slice(-1, grid.classes() + grid.boxes(), 4 * grid.boxes());
    Value boxes = numbers.reshape(Shape.of(n, count, 4));
    Value cell =
        GraphBoxes.constant(2, (float) width / grid.columns(), (float) height / grid.rows());
    Value middles = boxes.slice(-1, 0, 2).plus(places()).times(cell);
    Value half = GraphBoxes.constant(2, width / 2f, height / 2f);
    Value halves = boxes.slice(-1, 2, 2).map(UnaryFunction.SQUARE).times(half);
    Value sure = cells.slice(-1, grid.classes(), grid.boxes());
    Value classes = cells.slice(-1, 0, grid.classes());
    Value scores =
        sure.reshape(Shape.of(n, grid.cells(), grid.boxes(), 1))
            .times(classes.reshape(Shape.of(n, grid.cells(), 1, grid.classes())))
            .with(BinaryFunction.MIN, Value.constant(1));
    return Optional.of(
        ToldBoxes.ofRows(
            GraphBoxes.around(middles, halves),
            scores.reshape(Shape.of(n, count, grid.classes()))));
  }

  private int row(int cell) {
    return cell / grid.columns();
  }

  /** Returns column and row of the cell of each box. */
  private Value places() {
    float[] all = new float[2 * grid.cells() * grid.boxes()];
    for (int i = 0; i < all.length / 2; i++) {
      int at = i / grid.boxes();
      all[2 * i] = at % grid.columns();
      all[2 * i + 1] = row(at);
    }
    return GraphBoxes.constant(2, all);
  }

  @Override
  public void decode(List<Tensor> outputs, int sample, double least, Candidates to) {
    Tensor output = outputs.get(0);
    int each = output.shape().elements() / output.shape().dim(0);
    if (each != grid.cells() * grid.numbers()) {
      throw new FoveaException(
          "yolo-v1: %s cells of %s numbers expected, the network gives %s"
              .formatted(grid.cells(), grid.numbers(), output.shape()));
    }
    for (int cell = 0; cell < grid.cells(); cell++) {
      int at = sample * each + cell * grid.numbers();
      for (int b = 0; b < grid.boxes(); b++) {
        decode(output.data(), at, cell, b, least, to);
      }
    }
  }

  private void decode(float[] t, int at, int cell, int box, double least, Candidates to) {
    int first = at + grid.classes() + grid.boxes() + 4 * box;
    int row = cell / grid.columns();
    int column = cell % grid.columns();
    double x = (column + t[first]) * width / grid.columns();
    double y = (row + t[first + 1]) * height / grid.rows();
    double w = (double) t[first + 2] * t[first + 2] * width / 2;
    double h = (double) t[first + 3] * t[first + 3] * height / 2;
    float confidence = t[at + grid.classes() + box];
    for (int c = 0; c < grid.classes(); c++) {
      double score = (double) confidence * t[at + c];
      if (score >= least && score > 0) {
        to.add(x - w, y - h, x + w, y + h, Math.min(1, score), c);
      }
    }
  }
}
