package dev.fovea.systems.detect;

import dev.fovea.io.Json;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the rows of a {@link RegionDetector}, and as a second output the masks of the boxes' own
 * classes [N, rows, H, W], if the network tells them.
 *
 * @param masks whether it tells masks
 */
public record RegionDecoder(boolean masks) implements BoxDecoder {
  static final String KIND = "regions";
  private static final String MASKS = "masks";
  private static final int SCORE = 4;
  private static final int CLASS = 5;

  static RegionDecoder parse(Map<String, Object> fields, String where) {
    return new RegionDecoder(Json.bool(Json.member(fields, MASKS, where), where + " " + MASKS));
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put(MASKS, masks);
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
    for (int k = 0; k < dims[1]; k++) {
      int row = sample * dims[1] + k;
      int at = row * dims[2];
      float[] t = rows.data();
      if (t[at + CLASS] >= 0 && t[at + SCORE] >= least) {
        int label = (int) t[at + CLASS];
        if (masks) {
          Tensor mask = mask(outputs.get(1), row);
          to.add(t[at], t[at + 1], t[at + 2], t[at + 3], t[at + SCORE], label, mask);
        } else {
          to.add(t[at], t[at + 1], t[at + 2], t[at + 3], t[at + SCORE], label);
        }
      }
    }
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
