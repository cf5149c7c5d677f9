package dev.fovea.systems.detect;

import dev.fovea.data.Box;
import dev.fovea.data.Mark;
import dev.fovea.nn.JointLoss;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Formulas;
import dev.fovea.op.Movement;
import dev.fovea.op.Normalization;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One object of a picture, the largest: a row [x, y, width, height, logits…] tells the middle and
 * the size of its box as shares of the picture and, by a softmax with the background first, its
 * class. A picture without objects shows the background, unless it has a crowd: then its class does
 * not count.
 *
 * @param height the height of the input in pixels
 * @param width its width
 * @param classes how many classes there are, background left out
 */
public record OneBox(int height, int width, int classes) implements BoxDecoder {
  static final String KIND = "one-box";
  private static final int NUMBERS = 4;

  /** The label of a picture whose class does not count: no number of a class. */
  private static final int IGNORED = -1;

  private static final String HEIGHT = "height";
  private static final String WIDTH = "width";
  private static final String CLASSES = "classes";

  /**
   * Checks the numbers.
   *
   * @throws FoveaException if one is below 1
   */
  public OneBox {
    if (height < 1 || width < 1 || classes < 1) {
      throw new FoveaException(
          "one box: need a size and classes, got %s×%s and %s".formatted(height, width, classes));
    }
  }

  static OneBox parse(Map<String, Object> fields, String where) {
    BoxFields numbers = new BoxFields(fields, where);
    return new OneBox(numbers.integer(HEIGHT), numbers.integer(WIDTH), numbers.integer(CLASSES));
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put(HEIGHT, height);
    fields.put(WIDTH, width);
    fields.put(CLASSES, classes);
    return fields;
  }

  /** Returns the shape of what a picture should be answered: [label, x, y, width, height]. */
  public Shape shape() {
    return Shape.of(1, 1 + NUMBERS);
  }

  /** Returns what a picture with these objects should be answered. */
  public Tensor target(List<Box> objects) {
    Tensor row = Tensor.zeros(shape());
    row.data()[0] = objects.stream().anyMatch(o -> o.label() == Mark.Boxes.IGNORED) ? IGNORED : 0;
    objects.stream()
        .filter(b -> b.label() >= 0)
        .max(Comparator.comparingDouble(Box::area))
        .ifPresent(b -> {
          row.data()[0] = 1 + b.label();
          row.data()[1] = (float) ((b.left() + b.right()) / 2 / width);
          row.data()[2] = (float) ((b.top() + b.bottom()) / 2 / height);
          row.data()[3] = (float) ((b.right() - b.left()) / width);
          row.data()[4] = (float) ((b.bottom() - b.top()) / height);
        });
    return row;
  }

  @Override
  public void decode(List<Tensor> outputs, int sample, double least, Candidates to) {
    Tensor rows = outputs.get(0);
    int numbers = NUMBERS + 1 + classes;
    if (rows.shape().elements() != rows.shape().dim(0) * numbers) {
      throw new FoveaException(
          "one box: a row of %s numbers expected, the network gives %s"
              .formatted(numbers, rows.shape()));
    }
    float[] t = rows.data();
    int at = sample * numbers;
    double most = t[at + NUMBERS];
    for (int c = 1; c <= classes; c++) {
      most = Math.max(most, t[at + NUMBERS + c]);
    }
    double sum = 0;
    for (int c = 0; c <= classes; c++) {
      sum += Math.exp(t[at + NUMBERS + c] - most);
    }
    double halfWidth = t[at + 2] * width / 2;
    double halfHeight = t[at + 3] * height / 2;
    double x = t[at] * width;
    double y = t[at + 1] * height;
    for (int c = 0; c < classes; c++) {
      double score = Math.exp(t[at + NUMBERS + 1 + c] - most) / sum;
      if (score >= least) {
        to.add(x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight, score, c);
      }
    }
  }

  @Override
  public Optional<ToldBoxes> told(List<Value> outputs) {
    Value rows = GraphBoxes.rows(outputs.get(0), NUMBERS + 1 + classes);
    Value size = Value.constant(Tensor.of(Shape.of(2), width, height));
    Value middle = rows.slice(-1, 0, 2).times(size);
    Value half = rows.slice(-1, 2, 2).times(size).times(0.5f);
    Value logits = rows.slice(-1, NUMBERS, 1 + classes);
    Value scores = Value.of(new Normalization.Softmax(), logits).slice(-1, 1, classes);
    return Optional.of(ToldBoxes.ofRows(GraphBoxes.around(middle, half), scores));
  }

  /**
   * Returns the loss of rows: the mean cross-entropy of classes, 0 for pictures whose class does
   * not count, and for pictures with an object the smooth L1 distance of the box.
   *
   * @param objects how many objects a picture has at most; the second target holds them, unread
   * @param weight what the distance is multiplied with
   */
  public JointLoss loss(int objects, double weight) {
    return new OneBoxLoss(this, objects, weight);
  }

  private record OneBoxLoss(OneBox box, int objects, double weight) implements JointLoss {
    private static final float BETA = 0.1f;

    @Override
    public String name() {
      return "one box";
    }

    @Override
    public String description() {
      return "one box of %s, weight %s".formatted(box, weight);
    }

    @Override
    public List<Shape> targets(List<Shape> outputs) {
      int n = outputs.get(0).dim(0);
      return List.of(box.shape().prepend(n), Shape.of(n, objects, 5));
    }

    @Override
    public Value of(List<Value> outputs, List<Value> given) {
      Value rows = outputs.get(0);
      int n = rows.shape().dim(0);
      Value row = given.get(0);
      Value label = row.slice(-1, 0, 1).reshape(Shape.of(n, 1));
      Value hot = Value.of(new Movement.OneHot(1 + box.classes), label);
      Value logs =
          Value.of(new Normalization.LogSoftmax(), rows.slice(-1, NUMBERS, 1 + box.classes));
      Value what = hot.times(logs).sum().times(-1f / n);
      Value there = row.slice(-1, 0, 1).with(BinaryFunction.GREATER, Value.constant(0));
      Value off = rows.slice(-1, 0, NUMBERS).minus(row.slice(-1, 1, NUMBERS));
      Value where = Formulas.smoothL1(off, BETA).times(there).sum().times((float) weight / n);
      return what.reshape(Shape.scalar()).plus(where.reshape(Shape.scalar()));
    }
  }
}
