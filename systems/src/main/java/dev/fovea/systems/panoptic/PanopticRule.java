package dev.fovea.systems.panoptic;

import dev.fovea.io.Json;
import dev.fovea.io.Text;
import dev.fovea.systems.Detection;
import dev.fovea.systems.RegionMask;
import dev.fovea.systems.measure.PanopticMap;
import dev.fovea.systems.measure.PanopticMap.Segment;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How objects with masks and classes of pixels become one map (Kirillov et al., 2019, Panoptic
 * Feature Pyramid Networks); a text of its model's metadata.
 *
 * <p>Objects take their pixels first, the surest first. One of which more than a share is taken
 * already is left out, of the others the free rest counts. Then each class of what cannot be
 * counted takes the pixels that are left, if there are enough of them.
 *
 * @param stuff the names of the classes that cannot be counted
 * @param output which output of the network tells the classes of pixels: class 0 is objects of any
 *     kind, then come those of {@code stuff} [N, H, W, 1 + stuff]
 * @param score how sure the network must be of an object
 * @param overlap an object of which a larger share is taken is left out
 * @param least the share of the picture that a class that cannot be counted must have
 */
public record PanopticRule(
    List<String> stuff, int output, double score, double overlap, double least) {
  /** The name of the text in the metadata. */
  public static final String KEY = "panoptic";

  private static final String STUFF = "stuff";
  private static final String OUTPUT = "output";
  private static final String SCORE = "score";
  private static final String OVERLAP = "overlap";
  private static final String LEAST = "least_share";

  /** Detectron2's 4,096 pixels of a picture of 800×1,333. */
  private static final double USUAL_LEAST = 4096.0 / (800 * 1333);

  private static final int MOST_OUTPUTS = 1000;
  private static final double HALF = 0.5;

  /**
   * Checks the numbers.
   *
   * @throws FoveaException if one is out of range
   */
  public PanopticRule {
    stuff = stuff.stream().map(Text::oneLine).toList();
    boolean shares = isShare(score) && isShare(overlap) && isShare(least);
    if (!shares || output < 0 || output > MOST_OUTPUTS) {
      throw new FoveaException(
          ("panoptic: score, overlap and least share in 0 … 1 and an output from 0 on expected, got"
                  + " %s, %s, %s and %s")
              .formatted(score, overlap, least, output));
    }
  }

  private static boolean isShare(double number) {
    return number >= 0 && number <= 1;
  }

  /** Returns the rule with a score and an overlap of 0.5. */
  public static PanopticRule usual(List<String> stuff, int output) {
    return new PanopticRule(stuff, output, HALF, HALF, USUAL_LEAST);
  }

  /**
   * Returns this rule with another least score of objects.
   *
   * @throws FoveaException if it is not in 0 … 1
   */
  public PanopticRule score(double other) {
    return new PanopticRule(stuff, output, other, overlap, least);
  }

  /** Returns the rule as a text. */
  public String toText() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put(STUFF, List.copyOf(stuff));
    fields.put(OUTPUT, output);
    fields.put(SCORE, score);
    fields.put(OVERLAP, overlap);
    fields.put(LEAST, least);
    return Json.write(fields);
  }

  /**
   * Returns the rule of a text of {@link #toText}.
   *
   * @param source what the text is from, for messages
   * @throws FoveaException if it is not such a text
   */
  public static PanopticRule parse(String text, String source) {
    String where = source + ": " + KEY;
    Map<String, Object> fields = Json.parseObject(text, where);
    List<String> stuff =
        Json.array(Json.member(fields, STUFF, where), where + " " + STUFF).stream()
            .map(name -> Json.string(name, where + " " + STUFF))
            .toList();
    long output = Json.integer(Json.member(fields, OUTPUT, where), where + " " + OUTPUT);
    return new PanopticRule(
        stuff,
        (int) Math.clamp(output, -1, MOST_OUTPUTS + 1L),
        number(fields, SCORE, where),
        number(fields, OVERLAP, where),
        number(fields, LEAST, where));
  }

  private static double number(Map<String, Object> fields, String name, String where) {
    return Json.number(Json.member(fields, name, where), where + " " + name);
  }

  /**
   * Returns the segments of a picture.
   *
   * @param found objects with masks, the surest first; their classes have the numbers from 0 on
   * @param pixels the place in {@code stuff} of each pixel's class, −1 for none [H, W]
   * @param things the names of the classes of objects
   */
  public PanopticScene merged(List<Detection> found, Tensor pixels, List<String> things) {
    int height = pixels.shape().dim(0);
    int width = pixels.shape().dim(1);
    Tensor numbers = Tensor.zeros(Shape.of(height, width));
    List<Segment> segments = new ArrayList<>();
    List<Detection> objects = new ArrayList<>();
    for (Detection d : found) {
      if (d.score() >= score && d.mask().isPresent()) {
        int number = segments.size() + 1;
        if (take(d.mask().get(), numbers, number)) {
          segments.add(new Segment(number, d.box().label()));
          objects.add(d);
        }
      }
    }
    for (int c = 0; c < stuff.size(); c++) {
      int number = segments.size() + 1;
      if (fill(pixels, c, numbers, number)) {
        segments.add(new Segment(number, things.size() + c));
      }
    }
    List<String> classes = new ArrayList<>(things);
    classes.addAll(stuff);
    return new PanopticScene(new PanopticMap(numbers, segments), objects, classes);
  }

  /** Gives an object its pixels, unless too many of them are taken or there are none. */
  private boolean take(RegionMask mask, Tensor numbers, int number) {
    int width = numbers.shape().dim(1);
    int[] own = pixels(mask, numbers.shape().dim(0), width);
    int free = 0;
    for (int i : own) {
      free += numbers.data()[i] == 0 ? 1 : 0;
    }
    if (free == 0 || own.length - free > overlap * own.length) {
      return false;
    }
    for (int i : own) {
      numbers.data()[i] = numbers.data()[i] == 0 ? number : numbers.data()[i];
    }
    return true;
  }

  private static int[] pixels(RegionMask mask, int height, int width) {
    int left = (int) Math.clamp(Math.floor(mask.box().left()), 0, width);
    int top = (int) Math.clamp(Math.floor(mask.box().top()), 0, height);
    int right = (int) Math.clamp(Math.ceil(mask.box().right()), left, width);
    int bottom = (int) Math.clamp(Math.ceil(mask.box().bottom()), top, height);
    int[] all = new int[(right - left) * (bottom - top)];
    int count = 0;
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        if (mask.at(x + HALF, y + HALF) >= HALF) {
          all[count++] = y * width + x;
        }
      }
    }
    return Arrays.copyOf(all, count);
  }

  /** Gives a class the free pixels that are its own, if they are enough. */
  private boolean fill(Tensor pixels, int label, Tensor numbers, int number) {
    int[] own =
        IntStream.range(0, numbers.data().length)
            .filter(i -> pixels.data()[i] == label && numbers.data()[i] == 0)
            .toArray();
    if (own.length == 0 || own.length < least * numbers.data().length) {
      return false;
    }
    for (int i : own) {
      numbers.data()[i] = number;
    }
    return true;
  }
}
