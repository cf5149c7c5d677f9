package dev.fovea.systems.detect;

import dev.fovea.io.Json;
import dev.fovea.op.Activation;
import dev.fovea.op.Movement;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads rows [x, y, width, height, object, classes…] of YOLO since its third version: the score of
 * a class is σ(object) · σ(class), each class by itself. Where there are no classes it is
 * σ(object), and the class 0.
 *
 * <p>The rows may be one output [N, rows, numbers], or an output for each map, such as [N, H, W,
 * anchors · numbers].
 */
public final class YoloDecoder implements BoxDecoder {
  static final String KIND = "yolo-v3";
  private static final String STRETCH = "stretch";
  private static final String CLASSES = "classes";

  /** The numbers of a row before those of the classes. */
  static final int BEFORE_CLASSES = 5;

  private final GridAnchors anchors;
  private final double stretch;
  private final int classes;
  private final YoloBoxes boxes;

  /**
   * Creates a decoder.
   *
   * @param anchors the anchors of the maps
   * @param classes how many classes rows tell; 0 where they tell objects alone
   * @param stretch by how many cells the middle of a box may move; 1 as published
   * @throws FoveaException if there are fewer classes than none, or the stretch is not positive
   */
  public YoloDecoder(GridAnchors anchors, int classes, double stretch) {
    if (classes < 0 || !(stretch > 0 && stretch < Double.POSITIVE_INFINITY)) {
      throw new FoveaException(
          "yolo: needs 0 or more classes and a positive stretch, got %s and %s"
              .formatted(classes, stretch));
    }
    this.anchors = anchors;
    this.classes = classes;
    this.stretch = stretch;
    this.boxes = new YoloBoxes(anchors, stretch);
  }

  static YoloDecoder parse(Map<String, Object> fields, String where) {
    long classes = Json.integer(Json.member(fields, CLASSES, where), where + " classes");
    return new YoloDecoder(
        GridAnchors.parse(fields, where),
        Math.clamp(classes, -1, Integer.MAX_VALUE),
        Json.number(Json.member(fields, STRETCH, where), where + " stretch"));
  }

  @Override
  public Optional<GridAnchors> anchors() {
    return Optional.of(anchors);
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>(anchors.fields());
    fields.put(CLASSES, classes);
    fields.put(STRETCH, stretch);
    return fields;
  }

  @Override
  public Optional<ToldBoxes> told(List<Value> outputs) {
    int width = BEFORE_CLASSES + classes;
    List<Value> maps = outputs.stream().map(map -> GraphBoxes.rows(map, width)).toList();
    Value rows = maps.size() == 1 ? maps.get(0) : Value.of(new Movement.Concat(1), maps);
    if (rows.shape().dim(1) != boxes.count()) {
      throw misfit(outputs.stream().map(Value::shape).toList());
    }
    Value object = rows.slice(-1, 4, 1).activate(Activation.SIGMOID);
    Value scores =
        classes == 0
            ? object
            : rows.slice(-1, BEFORE_CLASSES, classes).activate(Activation.SIGMOID).times(object);
    return Optional.of(ToldBoxes.ofRows(boxes.decode(rows), scores));
  }

  @Override
  public void decode(List<Tensor> outputs, int sample, double least, Candidates to) {
    int width = BEFORE_CLASSES + classes;
    int row = 0;
    for (Tensor output : outputs) {
      int each = output.shape().elements() / output.shape().dim(0);
      int rows = each / width;
      if (each % width != 0 || row + rows > boxes.count()) {
        throw misfit(outputs.stream().map(Tensor::shape).toList());
      }
      FloatBuffer numbers = FloatBuffer.wrap(output.data());
      for (int i = 0; i < rows; i++) {
        decode(row + i, numbers, sample * each + i * width, least, to);
      }
      row += rows;
    }
    if (row != boxes.count()) {
      throw misfit(outputs.stream().map(Tensor::shape).toList());
    }
  }

  private FoveaException misfit(List<Shape> outputs) {
    return new FoveaException(
        "yolo: %s rows of %s numbers expected, the network gives %s"
            .formatted(boxes.count(), BEFORE_CLASSES + classes, outputs));
  }

  private void decode(int row, FloatBuffer t, int at, double least, Candidates to) {
    double object = YoloBoxes.sigmoid(t.get(at + 4));
    if (!(object >= least)) {
      return;
    }
    double[] box = null;
    if (classes == 0) {
      box = new double[4];
      boxes.decode(row, t, at, box);
      to.add(box[0], box[1], box[2], box[3], object, 0);
    }
    for (int c = 0; c < classes; c++) {
      double score = object * YoloBoxes.sigmoid(t.get(at + BEFORE_CLASSES + c));
      if (score >= least) {
        if (box == null) {
          box = new double[4];
          boxes.decode(row, t, at, box);
        }
        to.add(box[0], box[1], box[2], box[3], score, c);
      }
    }
  }
}
