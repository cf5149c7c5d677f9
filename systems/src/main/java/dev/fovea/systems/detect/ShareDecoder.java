package dev.fovea.systems.detect;

import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads boxes [left, top, right, bottom] that are shares of the input's width and height already,
 * beside the probabilities of their classes, as UltraFace tells them.
 *
 * @param height the height of the network's input in pixels
 * @param width its width
 * @param table which outputs hold what
 */
public record ShareDecoder(int height, int width, ScoreTable table) implements BoxDecoder {
  static final String KIND = "shares";

  /**
   * Checks the numbers.
   *
   * @throws FoveaException if there is no input
   */
  public ShareDecoder {
    if (height < 1 || width < 1) {
      throw new FoveaException("shares: an input expected, got " + height + "×" + width);
    }
  }

  static ShareDecoder parse(Map<String, Object> fields, String where) {
    BoxFields from = new BoxFields(fields, where);
    List<Integer> input = from.integers("input");
    if (input.size() != 2) {
      throw new FoveaException(where + " input: two numbers expected, got " + input.size());
    }
    return new ShareDecoder(input.get(0), input.get(1), ScoreTable.parse(from));
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("input", List.of(height, width));
    table.put(fields);
    return fields;
  }

  @Override
  public Optional<ToldBoxes> told(List<Value> outputs) {
    Value sides = GraphBoxes.constant(4, width, height, width, height);
    return Optional.of(table.told(outputs, -1, t -> t.times(sides)));
  }

  @Override
  public void decode(List<Tensor> outputs, int sample, double least, Candidates to) {
    table.decode(outputs, sample, -1, least, this::box, to);
  }

  private void box(int i, float[] t, int at, double[] box) {
    for (int side = 0; side < box.length; side++) {
      box[side] = t[at + side] * (double) (side % 2 == 0 ? width : height);
    }
  }
}
