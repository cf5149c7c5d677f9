package dev.fovea.systems.detect;

import dev.fovea.io.Json;
import dev.fovea.op.Activation;
import dev.fovea.op.Normalization;
import dev.fovea.op.Value;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.systems.box.BoxCode;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads rows [t of a {@link BoxCode}, classes…], one for each anchor, as SSD and RetinaNet tell
 * them. Logits of classes are one of a softmax with the background first, or each by itself.
 */
public final class AnchorDecoder implements BoxDecoder {
  static final String KIND = "anchors";
  private static final String CLASSES = "classes";
  private static final String CODE = "code";
  private static final String BACKGROUND = "background";

  /** The numbers of a row before those of the classes. */
  static final int BEFORE_CLASSES = 4;

  private final GridAnchors anchors;
  private final BoxArray boxes;
  private final BoxCode code;
  private final int classes;
  private final boolean background;

  /**
   * Creates a decoder.
   *
   * @param anchors the anchors
   * @param code how boxes are told beside them
   * @param classes how many classes there are, background left out
   * @param background whether logits are those of a softmax over background and classes
   * @throws FoveaException if there is no class
   */
  public AnchorDecoder(GridAnchors anchors, BoxCode code, int classes, boolean background) {
    if (classes < 1) {
      throw new FoveaException("anchors: need at least one class, got " + classes);
    }
    this.anchors = anchors;
    this.boxes = anchors.boxes();
    this.code = code;
    this.classes = classes;
    this.background = background;
  }

  static AnchorDecoder parse(Map<String, Object> fields, String where) {
    long classes = Json.integer(Json.member(fields, CLASSES, where), where + " classes");
    List<Object> code = Json.array(Json.member(fields, CODE, where), where + " code");
    if (code.size() != 4) {
      throw new FoveaException(where + " code: four weights expected, got " + code.size());
    }
    double[] w = code.stream().mapToDouble(v -> Json.number(v, where + " code")).toArray();
    return new AnchorDecoder(
        GridAnchors.parse(fields, where),
        new BoxCode(w[0], w[1], w[2], w[3], BoxCode.LIMIT),
        Math.clamp(classes, 0, Integer.MAX_VALUE),
        Json.bool(Json.member(fields, BACKGROUND, where), where + " background"));
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
    fields.put(CODE, List.of(code.x(), code.y(), code.width(), code.height()));
    fields.put(CLASSES, classes);
    fields.put(BACKGROUND, background);
    return fields;
  }

  /** Returns how many numbers a row has. */
  int width() {
    return BEFORE_CLASSES + classes + (background ? 1 : 0);
  }

  @Override
  public Optional<ToldBoxes> told(List<Value> outputs) {
    Value rows = GraphBoxes.rows(outputs.get(0), width());
    if (rows.shape().dim(1) != boxes.size()) {
      throw misfit(outputs.get(0).shape());
    }
    Value logits = rows.slice(-1, BEFORE_CLASSES, width() - BEFORE_CLASSES);
    Value scores =
        background
            ? Value.of(new Normalization.Softmax(), logits).slice(-1, 1, classes)
            : logits.activate(Activation.SIGMOID);
    Value decoded =
        code.decode(GraphBoxes.constant(4, boxes.toTensor().data()), rows.slice(-1, 0, 4));
    return Optional.of(ToldBoxes.ofRows(decoded, scores));
  }

  private FoveaException misfit(Shape output) {
    return new FoveaException(
        "anchors: %s rows of %s numbers expected, the network gives %s"
            .formatted(boxes.size(), width(), output));
  }

  @Override
  public void decode(List<Tensor> outputs, int sample, double least, Candidates to) {
    Tensor output = outputs.get(0);
    int each = output.shape().elements() / output.shape().dim(0);
    if (each != boxes.size() * width()) {
      throw misfit(output.shape());
    }
    double[] scores = new double[classes];
    double[] box = new double[4];
    for (int i = 0; i < boxes.size(); i++) {
      int at = sample * each + i * width();
      scores(output.data(), at + BEFORE_CLASSES, scores);
      boolean decoded = false;
      for (int c = 0; c < classes; c++) {
        if (scores[c] >= least) {
          if (!decoded) {
            code.decode(boxes, i, output.data(), at, box, 0);
            decoded = true;
          }
          to.add(box[0], box[1], box[2], box[3], scores[c], c);
        }
      }
    }
  }

  private void scores(float[] t, int at, double[] scores) {
    if (!background) {
      for (int c = 0; c < classes; c++) {
        scores[c] = YoloBoxes.sigmoid(t[at + c]);
      }
      return;
    }
    double most = t[at];
    for (int c = 0; c < classes; c++) {
      most = Math.max(most, t[at + 1 + c]);
    }
    double sum = Math.exp(t[at] - most);
    for (int c = 0; c < classes; c++) {
      scores[c] = Math.exp(t[at + 1 + c] - most);
      sum += scores[c];
    }
    for (int c = 0; c < classes; c++) {
      scores[c] /= sum;
    }
  }
}
