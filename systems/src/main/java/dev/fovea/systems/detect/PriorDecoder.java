package dev.fovea.systems.detect;

import dev.fovea.op.Value;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.systems.box.BoxCode;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads codes [y, x, height, width] of boxes beside anchors, as TensorFlow's SSD tells them, and
 * the probabilities of their classes: the middle is (y / 10 · height + y of the anchor, …), the
 * sides are exp(height / 5) · height of the anchor and so on.
 */
public final class PriorDecoder implements BoxDecoder {
  static final String KIND = "priors";

  private final GridAnchors anchors;
  private final double step;
  private final ScoreTable table;
  private final BoxArray boxes;

  /**
   * Creates a decoder.
   *
   * @param anchors the anchors
   * @param step of what share of the input's sides the middles and sides of anchors are multiples,
   *     rounded to it, as they are in networks of 8 bits; 0 for any numbers
   * @param table which outputs hold what
   * @throws FoveaException if the step is no share
   */
  public PriorDecoder(GridAnchors anchors, double step, ScoreTable table) {
    if (!(step >= 0 && step < 1)) {
      throw new FoveaException("priors: a step of 0 … 1 expected, got " + step);
    }
    this.anchors = anchors;
    this.step = step;
    this.table = table;
    this.boxes = step == 0 ? anchors.boxes() : rounded(anchors, step);
  }

  private static BoxArray rounded(GridAnchors anchors, double step) {
    BoxArray exact = anchors.boxes();
    double y = step * anchors.height();
    double x = step * anchors.width();
    double[] numbers = new double[4 * exact.size()];
    for (int i = 0; i < exact.size(); i++) {
      double centreX = Math.rint(exact.centreX(i) / x) * x;
      double centreY = Math.rint(exact.centreY(i) / y) * y;
      double halfWidth = Math.rint(exact.width(i) / x) * x / 2;
      double halfHeight = Math.rint(exact.height(i) / y) * y / 2;
      numbers[4 * i] = centreX - halfWidth;
      numbers[4 * i + 1] = centreY - halfHeight;
      numbers[4 * i + 2] = centreX + halfWidth;
      numbers[4 * i + 3] = centreY + halfHeight;
    }
    return BoxArray.of(numbers);
  }

  static PriorDecoder parse(Map<String, Object> fields, String where) {
    BoxFields from = new BoxFields(fields, where);
    return new PriorDecoder(
        GridAnchors.parse(fields, where), from.number("step"), ScoreTable.parse(from));
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
    fields.put("step", step);
    table.put(fields);
    return fields;
  }

  /** Returns the anchors in pixels of the input. */
  public BoxArray boxes() {
    return boxes;
  }

  @Override
  public Optional<ToldBoxes> told(List<Value> outputs) {
    Value anchors = GraphBoxes.constant(4, boxes.toTensor().data());
    return Optional.of(
        table.told(
            outputs, boxes.size(), t -> BoxCode.weighted().decode(anchors, GraphBoxes.turned(t))));
  }

  @Override
  public void decode(List<Tensor> outputs, int sample, double least, Candidates to) {
    BoxCode code = BoxCode.weighted();
    float[] turned = new float[4];
    table.decode(
        outputs,
        sample,
        boxes.size(),
        least,
        (i, t, at, box) -> {
          turned[0] = t[at + 1];
          turned[1] = t[at];
          turned[2] = t[at + 3];
          turned[3] = t[at + 2];
          code.decode(boxes, i, turned, 0, box, 0);
        },
        to);
  }
}
