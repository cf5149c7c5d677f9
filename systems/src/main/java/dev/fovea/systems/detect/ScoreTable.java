package dev.fovea.systems.detect;

import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Which outputs of a network hold boxes [N, boxes, 4] and the probability of each class beside them
 * [N, boxes, classes].
 *
 * @param boxes the number of the output with the boxes
 * @param scores the number of the output with the probabilities
 * @param classes how many classes there are, background left out
 * @param background whether the first probability is that of the background
 */
public record ScoreTable(int boxes, int scores, int classes, boolean background) {
  private static final int NUMBERS = 4;

  /**
   * Checks the numbers.
   *
   * @throws FoveaException if there is no class, or one output for both
   */
  public ScoreTable {
    if (boxes < 0 || scores < 0 || boxes == scores || classes < 1) {
      throw new FoveaException(
          "boxes and scores: two outputs and at least one class expected, got outputs %s and %s, %s classes"
              .formatted(boxes, scores, classes));
    }
  }

  /**
   * Returns the table of a network with two outputs, of which that with rows of four is the boxes.
   *
   * @param outputs the shapes of the outputs for one sample: [boxes, 4] and [boxes, classes]
   * @param background whether the first class is the background
   * @throws FoveaException if they are others
   */
  public static ScoreTable of(List<Shape> outputs, boolean background) {
    boolean two =
        outputs.size() == 2
            && outputs.stream().allMatch(s -> s.rank() == 2)
            && outputs.get(0).dim(0) == outputs.get(1).dim(0);
    if (two) {
      int boxes = outputs.get(0).dim(1) == NUMBERS ? 0 : 1;
      int classes = outputs.get(1 - boxes).dim(1) - (background ? 1 : 0);
      if (outputs.get(boxes).dim(1) == NUMBERS && classes >= 1) {
        return new ScoreTable(boxes, 1 - boxes, classes, background);
      }
    }
    throw new FoveaException(
        "boxes and scores: outputs [boxes, 4] and [boxes, classes] expected, the network gives "
            + outputs);
  }

  static ScoreTable parse(BoxFields from) {
    List<Integer> outputs = from.integers("outputs");
    if (outputs.size() != 2) {
      throw new FoveaException(
          from.where() + " outputs: two numbers expected, got " + outputs.size());
    }
    return new ScoreTable(
        outputs.get(0), outputs.get(1), from.integer("classes"), from.bool("background"));
  }

  void put(Map<String, Object> fields) {
    fields.put("outputs", List.of(boxes, scores));
    fields.put("classes", classes);
    fields.put("background", background);
  }

  /** What makes a box of four numbers. */
  @FunctionalInterface
  interface Code {
    /** Writes [left, top, right, bottom] of box {@code i} whose numbers are at {@code t[at]}. */
    void decode(int i, float[] t, int at, double[] box);
  }

  /**
   * Adds the boxes of a sample that are not less sure than wanted.
   *
   * @param count how many boxes there must be, −1 for any number
   */
  void decode(List<Tensor> outputs, int sample, int count, double least, Code code, Candidates to) {
    int width = classes + (background ? 1 : 0);
    int rows = require(outputs.stream().map(Tensor::shape).toList(), width, count);
    float[] numbers = outputs.get(boxes).data();
    float[] table = outputs.get(scores).data();
    double[] box = new double[NUMBERS];
    for (int i = 0; i < rows; i++) {
      int row = sample * rows + i;
      boolean decoded = false;
      for (int c = 0; c < classes; c++) {
        float score = table[(row + 1) * width - classes + c];
        if (score >= least) {
          if (!decoded) {
            code.decode(i, numbers, NUMBERS * row, box);
            decoded = true;
          }
          to.add(box[0], box[1], box[2], box[3], score, c);
        }
      }
    }
  }

  /**
   * Returns the boxes of a network as values of a graph.
   *
   * @param count how many boxes there must be, −1 for any number
   * @param code makes boxes [N, rows, 4] of such numbers
   */
  ToldBoxes told(List<Value> outputs, int count, UnaryOperator<Value> code) {
    int width = classes + (background ? 1 : 0);
    require(outputs.stream().map(Value::shape).toList(), width, count);
    Value table = GraphBoxes.rows(outputs.get(scores), width);
    return ToldBoxes.ofRows(
        code.apply(GraphBoxes.rows(outputs.get(boxes), NUMBERS)),
        table.slice(-1, width - classes, classes));
  }

  private int require(List<Shape> outputs, int width, int count) {
    if (outputs.size() > Math.max(boxes, scores)) {
      Shape b = outputs.get(boxes);
      Shape s = outputs.get(scores);
      int rows = b.elements() / b.dim(0) / NUMBERS;
      boolean fits =
          b.dim(-1) == NUMBERS
              && s.dim(-1) == width
              && s.dim(0) == b.dim(0)
              && s.elements() / s.dim(0) == rows * width;
      if (fits && (count < 0 || rows == count)) {
        return rows;
      }
    }
    throw new FoveaException(
        "boxes and scores: output %s [N, %s, 4] and output %s [N, %2$s, %4$s] expected, the network gives %5$s"
            .formatted(boxes, count < 0 ? "boxes" : count, scores, width, outputs));
  }
}
