package dev.fovea.systems.pose;

import dev.fovea.data.KeyPoint;
import dev.fovea.data.KeyPoint.Visibility;
import dev.fovea.io.Json;
import dev.fovea.systems.Pose;
import dev.fovea.systems.label.Skeleton;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Placement.Size;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a pose from numbers: rows of x, y and what else a network tells, one for each kind of point
 * (Toshev and Szegedy 2014, DeepPose). The place is (x · scale + offset) of the input's width, y
 * likewise of its height. What is more than the points' rows is passed over.
 *
 * @param output the number of the output
 * @param kinds how many kinds of points there are
 * @param row how many numbers a point has
 * @param scale what coordinates are multiplied with
 * @param offset what is added then
 * @param visibility which number of a row is the logit of the point being seen; −1 if none is, then
 *     all are sure
 * @param presence the number of the output that is the probability of there being an object; −1 if
 *     none is, then it is sure
 */
public record CoordinateDecoder(
    int output, int kinds, int row, double scale, double offset, int visibility, int presence)
    implements PoseDecoder {
  /** The name of this rule. */
  public static final String KIND = "coordinates";

  private static final String OUTPUT = "output";
  private static final String ROW = "row";
  private static final String SCALE = "scale";
  private static final String OFFSET = "offset";
  private static final String VISIBILITY = "visibility";
  private static final String PRESENCE = "presence";

  /**
   * Checks the numbers.
   *
   * @throws FoveaException if a row has no place for coordinates, or a number is not finite
   */
  public CoordinateDecoder {
    if (row < 2 || visibility >= row || !Double.isFinite(scale) || !Double.isFinite(offset)) {
      throw new FoveaException(
          "key points: rows of %s numbers, scale %s, offset %s, visibility %s: x and y, finite"
                  .formatted(row, scale, offset, visibility)
              + " numbers and a place in the row expected");
    }
  }

  /** Returns the rule of DeepPose: coordinates from the middle of the input, in shares of it. */
  public static CoordinateDecoder deepPose(int kinds) {
    return new CoordinateDecoder(0, kinds, 2, 1, 0.5, -1, -1);
  }

  @Override
  public List<Pose> decode(List<Tensor> outputs, int sample, Size input, String label) {
    float[] numbers = PoseOutputs.numbers(outputs, output, sample);
    if (numbers.length < kinds * row) {
      throw new FoveaException(
          "key points: output %s has %s numbers, %s points of %s expected"
              .formatted(output, numbers.length, kinds, row));
    }
    List<KeyPoint> points = new ArrayList<>();
    List<Double> scores = new ArrayList<>();
    for (int k = 0; k < kinds; k++) {
      double x = (numbers[k * row] * scale + offset) * input.width();
      double y = (numbers[k * row + 1] * scale + offset) * input.height();
      points.add(new KeyPoint(x, y, k, Visibility.VISIBLE));
      scores.add(visibility < 0 ? 1 : sigmoid(numbers[k * row + visibility]));
    }
    double score =
        presence < 0 ? 1 : Math.clamp(PoseOutputs.numbers(outputs, presence, sample)[0], 0, 1);
    return List.of(new Pose(points, scores, label, score));
  }

  @Override
  public Tensor unmirrored(Tensor told, Skeleton skeleton) {
    List<Integer> partners = FlipTest.kinds(skeleton, kinds);
    Tensor turned = told.copy();
    int length = told.shape().dropFirst().elements();
    for (int i = 0; i < told.shape().dim(0); i++) {
      for (int k = 0; k < kinds; k++) {
        int to = i * length + k * row;
        System.arraycopy(told.data(), i * length + partners.get(k) * row, turned.data(), to, row);
        // The place x · scale + offset becomes 1 less itself.
        turned.data()[to] = (float) ((1 - 2 * offset) / scale - turned.data()[to]);
      }
    }
    return turned;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put(OUTPUT, output);
    fields.put(ROW, row);
    fields.put(SCALE, scale);
    fields.put(OFFSET, offset);
    if (visibility >= 0) {
      fields.put(VISIBILITY, visibility);
    }
    if (presence >= 0) {
      fields.put(PRESENCE, presence);
    }
    return fields;
  }

  static CoordinateDecoder parse(Map<String, Object> fields, int kinds, String where) {
    return new CoordinateDecoder(
        PoseOutputs.number(fields, OUTPUT, where),
        kinds,
        PoseOutputs.number(fields, ROW, where),
        Json.number(Json.member(fields, SCALE, where), where + " " + SCALE),
        Json.number(Json.member(fields, OFFSET, where), where + " " + OFFSET),
        optional(fields, VISIBILITY, where),
        optional(fields, PRESENCE, where));
  }

  private static int optional(Map<String, Object> fields, String name, String where) {
    return fields.containsKey(name) ? PoseOutputs.number(fields, name, where) : -1;
  }
}
