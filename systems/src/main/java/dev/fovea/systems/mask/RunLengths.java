package dev.fovea.systems.mask;

import dev.fovea.io.Json;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoublePredicate;

/**
 * A mask of one object as COCO's run lengths: how many pixels in a row are clear, then how many are
 * set, and so on, column by column from the top left.
 *
 * <p>The first run is of clear pixels and may be empty. In files the counts are a list, or a {@link
 * #text() text} of a few characters.
 */
public final class RunLengths {
  /** The most pixels that a mask may have. */
  static final long MAX_PIXELS = 1L << 30;

  /** What messages call such a mask. */
  private static final String NAME = "run lengths";

  private final int height;
  private final int width;
  private final int[] counts;

  RunLengths(int height, int width, int[] counts) {
    this.height = height;
    this.width = width;
    this.counts = counts;
  }

  /**
   * Returns the mask of these counts.
   *
   * @param height the height of the picture
   * @param width the width of the picture
   * @param counts the lengths of the runs, clear pixels first
   * @throws FoveaException if they are not those of a picture of this size
   */
  public static RunLengths of(int height, int width, int... counts) {
    long pixels = requireSize(height, width);
    long sum = 0;
    for (int c : counts) {
      if (c < 0) {
        throw new FoveaException("run lengths: a run of %s pixels; need 0 or more".formatted(c));
      }
      sum += c;
    }
    if (sum != pixels) {
      throw new FoveaException(
          "run lengths: they cover %s pixels, a picture of %s×%s has %s"
              .formatted(sum, height, width, pixels));
    }
    return new RunLengths(height, width, counts.clone());
  }

  /**
   * Returns the mask of a map.
   *
   * @param map the pixels [H, W]; all but 0 are set
   * @throws FoveaException if it is no map [H, W]
   */
  public static RunLengths of(Tensor map) {
    return of(map, v -> v != 0);
  }

  /**
   * Returns the mask of one number of a map.
   *
   * @param map the pixels [H, W]; those of this number are set
   * @throws FoveaException if it is no map [H, W]
   */
  public static RunLengths of(Tensor map, int number) {
    return of(map, v -> v == number);
  }

  /**
   * Returns the mask of one number of a map, of which no pixel lies outside of a rectangle.
   *
   * @param map the pixels [H, W]; those of this number within the rectangle are set
   * @throws FoveaException if it is no map [H, W]
   */
  public static RunLengths of(Tensor map, PixelBox within, int number) {
    return of(map, within, v -> v == number);
  }

  private static RunLengths of(Tensor map, DoublePredicate set) {
    return of(map, new PixelBox(0, 0, Integer.MAX_VALUE, Integer.MAX_VALUE), set);
  }

  private static RunLengths of(Tensor map, PixelBox within, DoublePredicate set) {
    if (map.shape().rank() != 2) {
      throw new FoveaException("run lengths: need a map [H, W], got " + map.shape());
    }
    int width = map.shape().dim(1);
    return of(map.shape().dim(0), width, within, (x, y) -> set.test(map.data()[y * width + x]));
  }

  /** Says which pixels a mask has. */
  @FunctionalInterface
  public interface Pixels {
    /**
     * Returns whether a pixel is set.
     *
     * @param x its column
     * @param y its row
     */
    boolean set(int x, int y);
  }

  /**
   * Returns the mask of pixels that are told one by one.
   *
   * @param height the height of the picture
   * @param width the width of the picture
   * @param within where they are asked for; what lies outside this or the picture is clear
   * @param pixels which ones are set
   * @throws FoveaException if there is no picture of this size
   */
  public static RunLengths of(int height, int width, PixelBox within, Pixels pixels) {
    requireSize(height, width);
    int left = Math.clamp(within.left(), 0, width);
    int right = Math.clamp(within.right(), left, width);
    int top = Math.clamp(within.top(), 0, height);
    int bottom = Math.clamp(within.bottom(), top, height);
    Runs runs = new Runs();
    runs.add(false, left * height);
    for (int x = left; x < right; x++) {
      runs.add(false, top);
      for (int y = top; y < bottom; y++) {
        runs.add(pixels.set(x, y), 1);
      }
      runs.add(false, height - bottom);
    }
    runs.add(false, (width - right) * height);
    return new RunLengths(height, width, runs.counts());
  }

  /**
   * Returns the mask of a text, as {@link #text()} gives it.
   *
   * @param height the height of the picture
   * @param width the width of the picture
   * @throws FoveaException if it is not the text of a mask of this size
   */
  public static RunLengths parse(int height, int width, String text) {
    requireSize(height, width);
    return of(height, width, RunText.read(text));
  }

  /**
   * Returns the mask that COCO's JSON writes as {"size": [H, W], "counts": …}, a text or a list.
   *
   * @param where what the value is of, named in messages
   * @throws FoveaException if it is something else
   */
  public static RunLengths fromJson(Object value, String where) {
    Map<String, Object> object = Json.object(value, where);
    List<Object> size = Json.array(Json.member(object, "size", where), where + ": size");
    if (size.size() != 2) {
      throw new FoveaException(where + ": size has " + size.size() + " numbers; need [H, W]");
    }
    int height = whole(size.get(0), where + ": size");
    int width = whole(size.get(1), where + ": size");
    Object counts = Json.member(object, "counts", where);
    int[] numbers =
        counts instanceof String ? null : wholes(Json.array(counts, where + ": counts"), where);
    try {
      return numbers == null ? parse(height, width, (String) counts) : of(height, width, numbers);
    } catch (FoveaException e) {
      String reason = String.valueOf(e.getMessage());
      boolean named = where.endsWith(NAME) && reason.startsWith(NAME);
      throw new FoveaException(named ? reason : where + ": " + reason, e);
    }
  }

  private static int[] wholes(List<Object> list, String where) {
    return list.stream().mapToInt(n -> whole(n, where + ": counts")).toArray();
  }

  private static int whole(Object value, String where) {
    long n = Json.integer(value, where);
    if (n < 0 || n > MAX_PIXELS) {
      throw new FoveaException(where + ": " + n + " is not in 0 … " + MAX_PIXELS);
    }
    return (int) n;
  }

  static long requireSize(int height, int width) {
    long pixels = (long) height * width;
    if (height < 0 || width < 0 || pixels > MAX_PIXELS) {
      throw new FoveaException(
          "mask of %s×%s pixels: need at most %s".formatted(height, width, MAX_PIXELS));
    }
    return pixels;
  }

  /** Returns {"size": [H, W], "counts": text}, as COCO's JSON has it. */
  public Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("size", List.of((long) height, (long) width));
    json.put("counts", text());
    return json;
  }

  /** Returns the height of the picture in pixels. */
  public int height() {
    return height;
  }

  /** Returns the width of the picture in pixels. */
  public int width() {
    return width;
  }

  /** Returns the lengths of the runs, clear pixels first. */
  public int[] counts() {
    return counts.clone();
  }

  /**
   * Returns the counts as text: each, from the fourth on its difference to the count two before, in
   * groups of 5 bits, the lowest first. A group is the character 48 + bits, 32 more where another
   * follows.
   */
  public String text() {
    return RunText.write(counts);
  }

  /** Returns the mask as a map [H, W] of zeros and ones. */
  public Tensor map() {
    Tensor map = Tensor.zeros(Shape.of(height, width));
    int at = 0;
    for (int i = 0; i < counts.length; i++) {
      int end = at + counts[i];
      for (; at < end; at++) {
        map.data()[at % height * width + at / height] = i % 2;
      }
    }
    return map;
  }

  /** Returns how many pixels are set. */
  public long area() {
    long area = 0;
    for (int i = 1; i < counts.length; i += 2) {
      area += counts[i];
    }
    return area;
  }

  /** Returns the smallest rectangle around the set pixels; empty if there are none. */
  public Optional<PixelBox> box() {
    int left = width;
    int right = 0;
    int top = height;
    int bottom = 0;
    int at = 0;
    for (int i = 0; i < counts.length; i++) {
      if (i % 2 == 1 && counts[i] > 0) {
        int last = at + counts[i] - 1;
        boolean oneColumn = at / height == last / height;
        left = Math.min(left, at / height);
        right = Math.max(right, last / height + 1);
        // A run that goes on in the next column holds the bottom of one and the top of the other.
        top = oneColumn ? Math.min(top, at % height) : 0;
        bottom = oneColumn ? Math.max(bottom, last % height + 1) : height;
      }
      at += counts[i];
    }
    return left < right ? Optional.of(new PixelBox(left, top, right, bottom)) : Optional.empty();
  }

  /**
   * Returns how many pixels are set in both masks.
   *
   * @throws FoveaException if they are of different sizes
   */
  public long intersection(RunLengths other) {
    requireSameSize(other);
    int[] a = counts;
    int[] b = other.counts;
    long both = 0;
    int i = 0;
    int j = 0;
    long endA = a.length == 0 ? 0 : a[0];
    long endB = b.length == 0 ? 0 : b[0];
    long at = 0;
    while (i < a.length && j < b.length) {
      long end = Math.min(endA, endB);
      if (i % 2 == 1 && j % 2 == 1) {
        both += end - at;
      }
      at = end;
      if (endA == end && ++i < a.length) {
        endA += a[i];
      }
      if (endB == end && ++j < b.length) {
        endB += b[j];
      }
    }
    return both;
  }

  /**
   * Returns the intersection over union; 0 if both masks are empty.
   *
   * @throws FoveaException if they are of different sizes
   */
  public double iou(RunLengths other) {
    long both = intersection(other);
    return both == 0 ? 0 : (double) both / (area() + other.area() - both);
  }

  /**
   * Returns the share of this mask that lies in a crowd, which is what COCO takes for the overlap
   * of a detection and a crowd; 0 if this mask is empty.
   *
   * @throws FoveaException if they are of different sizes
   */
  public double shareIn(RunLengths crowd) {
    long both = intersection(crowd);
    return both == 0 ? 0 : (double) both / area();
  }

  /**
   * Returns the pixels that are set in one of the masks at least.
   *
   * @throws FoveaException if there is none, or they are of different sizes
   */
  public static RunLengths union(List<RunLengths> masks) {
    return merge(masks, 1);
  }

  /**
   * Returns the pixels that are set in all masks.
   *
   * @throws FoveaException if there is none, or they are of different sizes
   */
  public static RunLengths intersection(List<RunLengths> masks) {
    return merge(masks, masks.size());
  }

  /** Returns the pixels that are set in so many masks at least. */
  private static RunLengths merge(List<RunLengths> masks, int least) {
    if (masks.isEmpty()) {
      throw new FoveaException("run lengths: no masks to merge");
    }
    RunLengths first = masks.get(0);
    int n = masks.size();
    int[] run = new int[n];
    long[] end = new long[n];
    for (int m = 0; m < n; m++) {
      first.requireSameSize(masks.get(m));
      end[m] = masks.get(m).count(0);
    }
    long pixels = (long) first.height * first.width;
    Runs runs = new Runs();
    for (long at = 0; at < pixels; ) {
      long next = pixels;
      int set = 0;
      for (int m = 0; m < n; m++) {
        while (end[m] <= at) {
          end[m] += masks.get(m).count(++run[m]);
        }
        set += run[m] % 2;
        next = Math.min(next, end[m]);
      }
      runs.add(set >= least, (int) (next - at));
      at = next;
    }
    return new RunLengths(first.height, first.width, runs.counts());
  }

  private int count(int run) {
    return run < counts.length ? counts[run] : 0;
  }

  private void requireSameSize(RunLengths other) {
    if (height != other.height || width != other.width) {
      throw new FoveaException(
          "run lengths: masks of %s×%s and %s×%s pixels; need the same size"
              .formatted(height, width, other.height, other.width));
    }
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof RunLengths other
        && height == other.height
        && width == other.width
        && Arrays.equals(counts, other.counts);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * height + width) + Arrays.hashCode(counts);
  }

  @Override
  public String toString() {
    return "%s of %s×%s pixels".formatted(area(), height, width);
  }
}
