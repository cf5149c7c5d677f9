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

  private static final String PRIORS = "priors";
  private static final int NUMBERS = 4;

  private final Optional<GridAnchors> anchors;
  private final Map<String, Object> fields;
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
    this.anchors = Optional.of(anchors);
    this.fields = new LinkedHashMap<>(anchors.fields());
    this.fields.put("step", step);
    this.table = table;
    this.boxes = step == 0 ? anchors.boxes() : rounded(anchors, step);
  }

  /** Creates a decoder of anchors that a text lists: y, x, height and width as shares. */
  private PriorDecoder(BoxFields from, ScoreTable table) {
    List<Integer> input = from.integers("input");
    List<Double> priors = from.numbers(PRIORS);
    if (input.size() != 2 || priors.size() % NUMBERS != 0) {
      throw new FoveaException(
          "%s: two sides and four numbers for each anchor expected, got %s and %s"
              .formatted(from.where(), input.size(), priors.size()));
    }
    this.anchors = Optional.empty();
    this.fields = new LinkedHashMap<>();
    this.fields.put("input", input.stream().map(Integer::longValue).toList());
    this.fields.put(PRIORS, priors);
    this.table = table;
    this.boxes = listed(priors, input.get(0), input.get(1));
  }

  private static BoxArray listed(List<Double> priors, double height, double width) {
    double[] numbers = new double[priors.size()];
    for (int i = 0; i < numbers.length; i += NUMBERS) {
      double halfHeight = priors.get(i + 2) / 2;
      double halfWidth = priors.get(i + 3) / 2;
      numbers[i] = (priors.get(i + 1) - halfWidth) * width;
      numbers[i + 1] = (priors.get(i) - halfHeight) * height;
      numbers[i + 2] = (priors.get(i + 1) + halfWidth) * width;
      numbers[i + 3] = (priors.get(i) + halfHeight) * height;
    }
    return BoxArray.of(numbers);
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
    ScoreTable table = ScoreTable.parse(from);
    return fields.containsKey(PRIORS)
        ? new PriorDecoder(from, table)
        : new PriorDecoder(GridAnchors.parse(fields, where), from.number("step"), table);
  }

  @Override
  public Optional<GridAnchors> anchors() {
    return anchors;
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Map<String, Object> fields() {
    Map<String, Object> all = new LinkedHashMap<>(fields);
    table.put(all);
    return all;
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
