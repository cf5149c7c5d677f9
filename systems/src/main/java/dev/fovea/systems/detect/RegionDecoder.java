package dev.fovea.systems.detect;

import dev.fovea.data.KeyPoint;
import dev.fovea.data.KeyPoint.Visibility;
import dev.fovea.io.Json;
import dev.fovea.systems.label.Skeleton;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the rows of a {@link RegionDetector}, and as further outputs, if the network tells them,
 * the masks of the boxes' own classes [N, rows, H, W], then key points [N, rows, kinds, 3]: x, y
 * and 1, or 0 for one that is not told.
 *
 * @param masks whether it tells masks
 * @param skeleton the key points that it tells
 */
public record RegionDecoder(boolean masks, Skeleton skeleton) implements BoxDecoder {
  static final String KIND = "regions";
  private static final String MASKS = "masks";
  private static final String SKELETON = "skeleton";
  private static final int SCORE = 4;
  private static final int CLASS = 5;

  static RegionDecoder parse(Map<String, Object> fields, String where) {
    String at = where + " " + SKELETON;
    return new RegionDecoder(
        Json.bool(Json.member(fields, MASKS, where), where + " " + MASKS),
        fields.containsKey(SKELETON)
            ? Skeleton.parse(Json.object(Json.member(fields, SKELETON, where), at), at)
            : Skeleton.NONE);
  }

  /** Creates a decoder of objects without key points. */
  public RegionDecoder(boolean masks) {
    this(masks, Skeleton.NONE);
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put(MASKS, masks);
    if (posed()) {
      fields.put(SKELETON, skeleton.fields());
    }
    return fields;
  }

  @Override
  public void decode(List<Tensor> outputs, int sample, double least, Candidates to) {
    Tensor rows = outputs.get(0);
    int[] dims = rows.shape().dims();
    if (dims.length != 3 || dims[2] != RegionDetector.NUMBERS) {
      throw new FoveaException(
          "regions: rows of %s numbers expected, the network gives %s"
              .formatted(RegionDetector.NUMBERS, rows.shape()));
    }
    if (masks && (outputs.size() < 2 || !suits(outputs.get(1).shape(), dims))) {
      throw new FoveaException(
          "regions: a mask for each of %s rows expected, the network gives %s"
              .formatted(dims[1], outputs.stream().map(Tensor::shape).toList()));
    }
    if (posed() && (outputs.size() <= pointsOutput() || !suitsPoints(outputs, dims))) {
      throw new FoveaException(
          "regions: %s key points of each of %s rows expected, the network gives %s"
              .formatted(
                  skeleton.joints().size(), dims[1], outputs.stream().map(Tensor::shape).toList()));
    }
    for (int k = 0; k < dims[1]; k++) {
      int row = sample * dims[1] + k;
      int at = row * dims[2];
      float[] t = rows.data();
      if (t[at + CLASS] >= 0 && t[at + SCORE] >= least) {
        int label = (int) t[at + CLASS];
        if (masks) {
          to.mask(mask(outputs.get(1), row));
        }
        if (posed()) {
          to.points(points(points(outputs), row));
        }
        to.add(t[at], t[at + 1], t[at + 2], t[at + 3], t[at + SCORE], label);
      }
    }
  }

  private boolean posed() {
    return !skeleton.joints().isEmpty();
  }

  private int pointsOutput() {
    return masks ? 2 : 1;
  }

  private Tensor points(List<Tensor> outputs) {
    return outputs.get(pointsOutput());
  }

  private boolean suitsPoints(List<Tensor> outputs, int... rows) {
    Shape shape = points(outputs).shape();
    return suits(shape, rows) && shape.dim(2) == skeleton.joints().size() && shape.dim(3) == 3;
  }

  private static List<KeyPoint> points(Tensor all, int row) {
    int kinds = all.shape().dim(2);
    List<KeyPoint> points = new ArrayList<>();
    for (int p = 0; p < kinds; p++) {
      int at = 3 * (row * kinds + p);
      boolean told = all.data()[at + 2] > 0;
      points.add(
          new KeyPoint(
              all.data()[at],
              all.data()[at + 1],
              p,
              told ? Visibility.VISIBLE : Visibility.ABSENT));
    }
    boolean any = points.stream().anyMatch(p -> p.visibility() != Visibility.ABSENT);
    return any ? points : List.of();
  }

  private static boolean suits(Shape masks, int... rows) {
    return masks.rank() == 4 && masks.dim(0) == rows[0] && masks.dim(1) == rows[1];
  }

  private static Tensor mask(Tensor masks, int row) {
    Shape shape = Shape.of(masks.shape().dim(2), masks.shape().dim(3));
    int each = shape.elements();
    return Tensor.of(shape, Arrays.copyOfRange(masks.data(), row * each, (row + 1) * each));
  }
}
