package dev.fovea.systems.detect;

import dev.fovea.data.Box;
import dev.fovea.data.KeyPoint;
import dev.fovea.data.KeyPoint.Visibility;
import dev.fovea.io.Json;
import dev.fovea.systems.label.Skeleton;
import dev.fovea.systems.region.Peaks.Peak;
import dev.fovea.systems.region.RegionPoints;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the rows of a {@link RegionDetector}, and as further outputs, if the network tells them,
 * the masks of the boxes' own classes [N, rows, H, W], then maps of key points [N, rows, H, W,
 * kinds], which are highest where the points are; see {@link RegionPoints#decode}.
 *
 * @param masks whether it tells masks
 * @param skeleton the key points that it tells
 * @param posed the numbers of the classes that have key points; all if empty
 */
public record RegionDecoder(boolean masks, Skeleton skeleton, Set<Integer> posed)
    implements BoxDecoder {
  static final String KIND = "regions";
  private static final String MASKS = "masks";
  private static final String SKELETON = "skeleton";
  private static final String POSED = "posed";
  private static final int SCORE = 4;
  private static final int CLASS = 5;

  /** Copies the set. */
  public RegionDecoder {
    posed = Set.copyOf(posed);
  }

  static RegionDecoder parse(Map<String, Object> fields, String where) {
    boolean masks = Json.bool(Json.member(fields, MASKS, where), where + " " + MASKS);
    if (!fields.containsKey(SKELETON)) {
      return new RegionDecoder(masks);
    }
    String at = where + " " + SKELETON;
    Set<Integer> posed = new HashSet<>();
    for (Object number : Json.array(fields.getOrDefault(POSED, List.of()), where + " " + POSED)) {
      posed.add(Math.clamp(Json.integer(number, where + " " + POSED), -1, Integer.MAX_VALUE));
    }
    return new RegionDecoder(
        masks, Skeleton.parse(Json.object(Json.member(fields, SKELETON, where), at), at), posed);
  }

  /** Creates a decoder of objects without key points. */
  public RegionDecoder(boolean masks) {
    this(masks, Skeleton.NONE, Set.of());
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put(MASKS, masks);
    if (tellsPoints()) {
      fields.put(SKELETON, skeleton.fields());
      fields.put(POSED, posed.stream().sorted().toList());
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
    if (tellsPoints() && (outputs.size() <= pointsOutput() || !suitsPoints(outputs, dims))) {
      throw new FoveaException(
          "regions: maps of %s key points for each of %s rows expected, the network gives %s"
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
          to.mask(part(outputs.get(1), row));
        }
        if (tellsPoints() && (posed.isEmpty() || posed.contains(label))) {
          Box box = new Box(t[at], t[at + 1], t[at + 2], t[at + 3], label);
          to.points(points(part(points(outputs), row), box));
        }
        to.add(t[at], t[at + 1], t[at + 2], t[at + 3], t[at + SCORE], label);
      }
    }
  }

  private boolean tellsPoints() {
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
    return shape.rank() == 5 && belongs(shape, rows) && shape.dim(4) == skeleton.joints().size();
  }

  private static List<KeyPoint> points(Tensor maps, Box box) {
    List<KeyPoint> points = new ArrayList<>();
    for (Peak p : RegionPoints.decode(maps, box)) {
      points.add(new KeyPoint(p.x(), p.y(), points.size(), Visibility.VISIBLE));
    }
    return points;
  }

  private static boolean suits(Shape masks, int... rows) {
    return masks.rank() == 4 && belongs(masks, rows);
  }

  private static boolean belongs(Shape maps, int... rows) {
    return maps.dim(0) == rows[0] && maps.dim(1) == rows[1];
  }

  /** Returns what belongs to a row: of [N, rows, …] what comes behind. */
  private static Tensor part(Tensor all, int row) {
    Shape shape = all.shape().dropFirst().dropFirst();
    int each = shape.elements();
    return Tensor.of(shape, Arrays.copyOfRange(all.data(), row * each, (row + 1) * each));
  }
}
