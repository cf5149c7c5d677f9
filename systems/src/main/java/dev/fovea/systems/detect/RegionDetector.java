package dev.fovea.systems.detect;

import dev.fovea.op.HostCall;
import dev.fovea.op.Value;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.systems.box.BoxCode;
import dev.fovea.systems.box.ClassDetections;
import dev.fovea.tensor.Shape;
import java.nio.FloatBuffer;
import java.util.Collections;

/**
 * The objects that a second stage finds, as the last step of a network: rows [left, top, right,
 * bottom, score, class] by falling score, a fixed number of them; those that only fill up have the
 * score 0 and class −1. No gradient flows through it.
 *
 * @param code how boxes are told beside regions
 * @param rule which boxes are found
 * @param height the height of the input in pixels
 * @param width its width
 */
public record RegionDetector(BoxCode code, ClassDetections rule, int height, int width) {
  /** How many numbers a row has. */
  public static final int NUMBERS = 6;

  private static final int SCORE = 4;
  private static final int CLASS = 5;

  /** Returns the shape of the rows of {@code n} samples. */
  public Shape shape(int n) {
    return Shape.of(n, rule.most(), NUMBERS);
  }

  /**
   * Returns the rows [N, {@code rule.most()}, 6].
   *
   * @param regions the regions, empty boxes where there is none [N, R, 4]
   * @param probabilities of each class, background first [N, R, classes]
   * @param deltas the code of each class's box [N, R, 4·classes]
   */
  public Value of(Value regions, Value probabilities, Value deltas) {
    int n = regions.shape().dim(0);
    int count = regions.shape().dim(1);
    int classes = probabilities.shape().dim(2);
    HostCall.Derivative none = (y, dy) -> Collections.nCopies(3, null);
    HostCall.Function find =
        (in, out) -> {
          for (int i = 0; i < n; i++) {
            BoxArray boxes = Rows.read(in.get(0), 4 * i * count, count, 4);
            int[] some = Rows.filled(boxes);
            float[] scores = rows(in.get(1), i * count, classes, some);
            float[] codes = rows(in.get(2), i * count, 4 * classes, some);
            write(
                rule.of(boxes.pick(some), scores, codes, code, height, width),
                out,
                i * rule.most());
          }
        };
    return Value.of(
        new HostCall("detections", shape(n), find, none), regions, probabilities, deltas);
  }

  private static float[] rows(FloatBuffer from, int first, int width, int[] chosen) {
    float[] rows = new float[width * chosen.length];
    for (int k = 0; k < chosen.length; k++) {
      from.get((first + chosen[k]) * width, rows, k * width, width);
    }
    return rows;
  }

  private void write(ClassDetections.Found found, FloatBuffer to, int row) {
    BoxArray boxes = found.boxes();
    float[] rows = new float[NUMBERS * rule.most()];
    for (int k = 0; k < rule.most(); k++) {
      int at = NUMBERS * k;
      boolean there = k < boxes.size();
      rows[at + CLASS] = there ? found.classes()[k] - 1 : -1;
      if (there) {
        rows[at] = (float) boxes.left(k);
        rows[at + 1] = (float) boxes.top(k);
        rows[at + 2] = (float) boxes.right(k);
        rows[at + 3] = (float) boxes.bottom(k);
        rows[at + SCORE] = found.scores()[k];
      }
    }
    to.put(NUMBERS * row, rows);
  }
}
