package dev.fovea.systems.detect;

import dev.fovea.data.Preprocessing;
import dev.fovea.io.Json;
import dev.fovea.op.HostCall;
import dev.fovea.op.Value;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.systems.search.ColourSpace;
import dev.fovea.systems.search.SelectiveSearch;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The regions that selective search proposes, as a step of a network that nothing is learned by: a
 * fixed number of boxes, behind which empty ones fill up. No gradient flows through it.
 *
 * @param search how pictures are searched
 * @param rule how pictures became inputs, which is undone before
 * @param shrink how many pixels beside each other, and beneath, become one before, which is much
 *     faster and finds hardly less
 */
public record RegionSearcher(SelectiveSearch search, Preprocessing rule, int shrink) {
  /**
   * The name of the text of metadata that says how regions are searched, of a network that takes
   * them as its second input.
   */
  public static final String KEY = "regions";

  private static final String WAYS = "ways";
  private static final String LEAST = "least";
  private static final String MOST = "most";
  private static final String SHRINK = "shrink";
  private static final int MOST_REGIONS = 100_000;
  private static final int MOST_WAYS = 100;
  private static final int MOST_PIXELS = 10_000;
  private static final int COLOURS = 3;

  /**
   * Checks the factor.
   *
   * @throws FoveaException if it is below 1
   */
  public RegionSearcher {
    if (shrink < 1) {
      throw new FoveaException("regions: pictures are made smaller by 1 or more, got " + shrink);
    }
  }

  /**
   * Returns the regions [N, {@code search.most()}, 4] in pixels of the input.
   *
   * @param pictures [N, H, W, C] as the network takes them; of one channel or three
   */
  public Value of(Value pictures) {
    Shape shape = pictures.shape();
    HostCall.Derivative none = (y, dy) -> Collections.nCopies(1, null);
    HostCall.Function find = (in, out) -> write(in.get(0), shape, out);
    Shape regions = regions().prepend(shape.dim(0));
    return Value.of(new HostCall("selective_search", regions, find, none), pictures);
  }

  /**
   * Returns the regions [N, {@code search.most()}, 4] of pictures [N, H, W, C]; see {@link #of}.
   */
  public Tensor find(Tensor pictures) {
    Shape shape = pictures.shape();
    Tensor found = Tensor.zeros(regions().prepend(shape.dim(0)));
    write(FloatBuffer.wrap(pictures.data()), shape, FloatBuffer.wrap(found.data()));
    return found;
  }

  /** Returns the shape of the regions of a picture. */
  public Shape regions() {
    return Shape.of(search.most(), 4);
  }

  private void write(FloatBuffer pictures, Shape shape, FloatBuffer to) {
    Shape one = shape.dropFirst();
    for (int i = 0; i < shape.dim(0); i++) {
      BoxArray small = search.of(picture(pictures, i * one.elements(), one));
      Rows.write(enlarged(small, one), to, 4 * i * search.most(), search.most());
    }
  }

  /** Returns how pictures are searched as a text of metadata. */
  public String toText() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put(
        WAYS,
        search.ways().stream()
            .map(w -> List.of(w.colours().name(), w.scale(), w.byColour()))
            .toList());
    fields.put(LEAST, search.least());
    fields.put(MOST, search.most());
    fields.put(SHRINK, shrink);
    return Json.write(fields);
  }

  /**
   * Returns the search of a text of {@link #toText}.
   *
   * @param rule how pictures become inputs
   * @param source what the text is from, for messages
   * @throws FoveaException if it is not such a text
   */
  public static RegionSearcher parse(String text, Preprocessing rule, String source) {
    String where = source + ": " + KEY;
    Map<String, Object> fields = Json.parseObject(text, where);
    List<SelectiveSearch.Way> ways = new ArrayList<>();
    for (Object way : Json.array(Json.member(fields, WAYS, where), where + " " + WAYS)) {
      ways.add(way(Json.array(way, where + " " + WAYS), where + " " + WAYS));
    }
    double least = Json.number(Json.member(fields, LEAST, where), where + " " + LEAST);
    int most = whole(fields, MOST, MOST_REGIONS, where);
    if (ways.size() > MOST_WAYS) {
      throw new FoveaException(
          "%s: %s ways to look, at most %s expected".formatted(where, ways.size(), MOST_WAYS));
    }
    SelectiveSearch search = new SelectiveSearch(ways, least, most);
    return new RegionSearcher(search, rule, whole(fields, SHRINK, MOST_PIXELS, where));
  }

  private static SelectiveSearch.Way way(List<Object> parts, String where) {
    if (parts.size() != 3) {
      throw new FoveaException(
          where + ": colours, scale and whether by colour expected, got " + Json.write(parts));
    }
    String name = Json.string(parts.get(0), where);
    double scale = Json.number(parts.get(1), where);
    ColourSpace colours =
        Stream.of(ColourSpace.values())
            .filter(c -> c.name().equals(name) && scale > 0 && scale <= MOST_PIXELS)
            .findFirst()
            .orElseThrow(() ->
                new FoveaException(
                    "%s: colours of %s and a scale of 0 to %s expected, got %s"
                        .formatted(
                            where,
                            Arrays.toString(ColourSpace.values()),
                            MOST_PIXELS,
                            Json.write(parts))));
    return new SelectiveSearch.Way(colours, scale, Json.bool(parts.get(2), where));
  }

  private static int whole(Map<String, Object> fields, String name, int most, String where) {
    long number = Json.integer(Json.member(fields, name, where), where + " " + name);
    if (number < 1 || number > most) {
      throw new FoveaException(
          "%s %s: 1 to %s expected, got %s".formatted(where, name, most, number));
    }
    return (int) number;
  }

  private BoxArray enlarged(BoxArray boxes, Shape picture) {
    double[] numbers = boxes.toArray();
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] *= shrink;
    }
    return BoxArray.of(numbers).clip(picture.dim(0), picture.dim(1));
  }

  /** Returns the picture that an input was made of, in colours and smaller. */
  private Tensor picture(FloatBuffer inputs, int from, Shape shape) {
    int height = Math.ceilDiv(shape.dim(0), shrink);
    int width = Math.ceilDiv(shape.dim(1), shrink);
    Tensor picture = Tensor.zeros(Shape.of(height, width, COLOURS));
    for (int i = 0; i < picture.data().length; i++) {
      int pixel = Math.floorDiv(i, COLOURS);
      int channel = i % COLOURS % shape.dim(2);
      float mean = mean(inputs, from + channel, shape, Math.floorDiv(pixel, width), pixel % width);
      picture.data()[i] = rule.denormalize(mean, channel);
    }
    return picture;
  }

  private float mean(FloatBuffer inputs, int from, Shape shape, int row, int column) {
    int bottom = Math.min(shape.dim(0), (row + 1) * shrink);
    int right = Math.min(shape.dim(1), (column + 1) * shrink);
    float sum = 0;
    int count = 0;
    for (int y = row * shrink; y < bottom; y++) {
      for (int x = column * shrink; x < right; x++) {
        sum += inputs.get(from + (y * shape.dim(1) + x) * shape.dim(2));
        count++;
      }
    }
    return sum / count;
  }
}
