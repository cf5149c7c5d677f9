package dev.fovea.data;

import dev.fovea.io.Json;
import dev.fovea.io.Suggest;
import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The rule that turns a picture with values 0 … 255 into the input of a network: it is resized, and
 * each value becomes (value · scale − mean) / std.
 *
 * @param height the height H of the input in pixels
 * @param width the width W of the input in pixels
 * @param channels the channels C: 1 is grey, 3 is red, green, blue
 * @param scale the factor before mean and standard deviation, usually 1/255
 * @param mean the mean of each channel after scaling
 * @param std the standard deviation of each channel after scaling
 * @param resize how pictures of another size are resized
 * @param fill the value 0 … 255 of the margins of a letter box; {@link #LETTERBOX_FILL} by default
 */
public record Preprocessing(
    int height,
    int width,
    int channels,
    float scale,
    List<Float> mean,
    List<Float> std,
    Resize resize,
    float fill) {
  /** The factor that maps 0 … 255 to 0 … 1. */
  public static final float BYTE_SCALE = 1 / 255f;

  /** The grey value around a picture in a letter box, as in YOLO. */
  public static final float LETTERBOX_FILL = 114;

  private static final int MAX_EXTENT = 1 << 16;
  private static final float MAX_VALUE = 255;
  private static final String FILL = "fill";
  private static final List<String> FIELDS =
      List.of("height", "width", "channels", "scale", "mean", "std", "resize", FILL);

  /** How a picture is resized to the input. */
  public enum Resize {
    /** Height and width are scaled separately, so that the whole picture fills the input. */
    STRETCH,
    /** The shorter side is scaled to fit and the middle of the longer one is cut out. */
    CROP,
    /**
     * The longer side is scaled to fit; the margins beside the shorter one are filled with {@link
     * Preprocessing#fill}.
     */
    LETTERBOX,
    /** Like {@link #LETTERBOX}, but with the picture in the upper left corner, as in YOLOX. */
    CORNER,
    /** Like {@link #LETTERBOX}, but with the scaled size rounded down, as Darknet does. */
    DARKNET;

    /**
     * Returns the value with this name in lower case.
     *
     * @param where what the name is from, for the message
     * @throws FoveaException if there is none
     */
    public static Resize parse(String name, String where) {
      return Arrays.stream(values())
          .filter(r -> r.text().equals(name))
          .findFirst()
          .orElseThrow(() ->
              new FoveaException(
                  "%s: \"%s\" is not stretch, crop, letterbox, corner or darknet"
                      .formatted(where, Text.shown(name))));
    }

    private String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Creates a rule.
   *
   * @throws FoveaException if a size is out of range or a number makes no sense
   */
  public Preprocessing {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    if (height < 1 || width < 1 || height > MAX_EXTENT || width > MAX_EXTENT) {
      throw bad("size " + height + "×" + width + ", allowed are 1 to " + MAX_EXTENT);
    }
    if (channels < 1 || channels > 4) {
      throw bad(channels + " channels, allowed are 1 to 4");
    }
    if (mean.size() != channels || std.size() != channels) {
      throw bad(
          "%s means and %s standard deviations for %s channels"
              .formatted(mean.size(), std.size(), channels));
    }
    if (!(scale > 0 && Float.isFinite(scale))) {
      throw bad("scale " + scale + ", a positive number expected");
    }
    if (!mean.stream().allMatch(Float::isFinite)
        || !std.stream().allMatch(s -> s > 0 && Float.isFinite(s))) {
      throw bad("mean " + mean + ", std " + std + ": finite and positive numbers expected");
    }
    if (!(fill >= 0 && fill <= MAX_VALUE)) {
      throw bad("fill " + fill + ", a value of 0 to 255 expected");
    }
  }

  /** Creates a rule whose letter boxes are filled with {@link #LETTERBOX_FILL}. */
  public Preprocessing(
      int height,
      int width,
      int channels,
      float scale,
      List<Float> mean,
      List<Float> std,
      Resize resize) {
    this(height, width, channels, scale, mean, std, resize, LETTERBOX_FILL);
  }

  private static FoveaException bad(String what) {
    return new FoveaException("preprocessing: " + what);
  }

  /** Returns the rule that only scales pictures [H, W, C] to 0 … 1. */
  public static Preprocessing scaled(Shape input) {
    return scaled(input, BYTE_SCALE);
  }

  /** Returns the rule that leaves the values 0 … 255 of pictures [H, W, C] as they are. */
  public static Preprocessing unscaled(Shape input) {
    return scaled(input, 1);
  }

  private static Preprocessing scaled(Shape input, float scale) {
    Float[] zeros = new Float[input.dim(2)];
    Float[] ones = new Float[input.dim(2)];
    Arrays.fill(zeros, 0f);
    Arrays.fill(ones, 1f);
    return new Preprocessing(
        input.dim(0),
        input.dim(1),
        input.dim(2),
        scale,
        List.of(zeros),
        List.of(ones),
        Resize.STRETCH);
  }

  /** Returns the usual rule of MNIST: 28×28 grey, mean 0.1307, standard deviation 0.3081. */
  public static Preprocessing mnist() {
    return scaled(Shape.of(28, 28, 1)).withMeanAndStd(List.of(0.1307f), List.of(0.3081f));
  }

  /** Returns the usual rule of Fashion-MNIST: 28×28 grey, mean 0.2860, deviation 0.3530. */
  public static Preprocessing fashionMnist() {
    return scaled(Shape.of(28, 28, 1)).withMeanAndStd(List.of(0.2860f), List.of(0.3530f));
  }

  /** Returns the usual rule of CIFAR-10: 32×32 RGB with the mean and deviation of each channel. */
  public static Preprocessing cifar10() {
    return scaled(Shape.of(32, 32, 3))
        .withMeanAndStd(List.of(0.4914f, 0.4822f, 0.4465f), List.of(0.2470f, 0.2435f, 0.2616f));
  }

  /** Returns this rule with another mean and standard deviation of each channel. */
  public Preprocessing withMeanAndStd(List<Float> newMean, List<Float> newStd) {
    return new Preprocessing(height, width, channels, scale, newMean, newStd, resize, fill);
  }

  /** Returns this rule for inputs of another height and width. */
  public Preprocessing withSize(int newHeight, int newWidth) {
    return new Preprocessing(newHeight, newWidth, channels, scale, mean, std, resize, fill);
  }

  /** Returns this rule with another way of resizing. */
  public Preprocessing withResize(Resize newResize) {
    return new Preprocessing(height, width, channels, scale, mean, std, newResize, fill);
  }

  /** Returns this rule with another value beside pictures in a letter box. */
  public Preprocessing withFill(float value) {
    return new Preprocessing(height, width, channels, scale, mean, std, resize, value);
  }

  /** Returns the shape [H, W, C] of the input. */
  public Shape shape() {
    return Shape.of(height, width, channels);
  }

  /** Returns the input for a value of a channel. */
  public float normalize(float value, int channel) {
    return (value * scale - mean.get(channel)) / std.get(channel);
  }

  /** Returns the value 0 … 255 that gave an input of a channel, for display. */
  public float denormalize(float input, int channel) {
    return (input * std.get(channel) + mean.get(channel)) / scale;
  }

  /** Returns the pixel that is normalised to 0: the mean colour. */
  public float[] meanPixel() {
    float[] pixel = new float[channels];
    for (int c = 0; c < channels; c++) {
      pixel[c] = denormalize(0, c);
    }
    return pixel;
  }

  /** Normalises {@code length} values with interleaved channels in place. */
  public void normalize(float[] data, int offset, int length) {
    for (int c = 0; c < channels; c++) {
      float m = mean.get(c);
      float s = std.get(c);
      for (int i = offset + c; i < offset + length; i += channels) {
        data[i] = (data[i] * scale - m) / s;
      }
    }
  }

  /** Returns this rule as JSON, for the metadata of a model. */
  public String toText() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("height", height);
    fields.put("width", width);
    fields.put("channels", channels);
    fields.put("scale", scale);
    fields.put("mean", mean);
    fields.put("std", std);
    fields.put("resize", resize.text());
    if (fill != LETTERBOX_FILL) {
      fields.put(FILL, fill);
    }
    return Json.write(fields);
  }

  /**
   * Returns the rule that {@link #toText()} wrote.
   *
   * @param source what the text is from, named in messages
   * @throws FoveaException if the text is not such a rule
   */
  public static Preprocessing parse(String text, String source) {
    Map<String, Object> fields = Json.parseObject(text, source);
    for (String name : fields.keySet()) {
      if (!FIELDS.contains(name)) {
        throw new FoveaException(
            source + ": unknown field \"" + Text.shown(name) + "\"" + Suggest.hint(name, FIELDS));
      }
    }
    int height = integer(fields, "height", source);
    int width = integer(fields, "width", source);
    int channels = integer(fields, "channels", source);
    float scale = (float) Json.number(Json.member(fields, "scale", source), source + " scale");
    List<Float> mean = floats(fields, "mean", source);
    List<Float> std = floats(fields, "std", source);
    Resize resize =
        Resize.parse(
            Json.string(Json.member(fields, "resize", source), source + " resize"),
            source + " resize");
    float fill =
        fields.containsKey(FILL)
            ? (float) Json.number(Json.member(fields, FILL, source), source + " " + FILL)
            : LETTERBOX_FILL;
    try {
      return new Preprocessing(height, width, channels, scale, mean, std, resize, fill);
    } catch (FoveaException e) {
      throw new FoveaException(source + ": " + e.getMessage(), e);
    }
  }

  private static int integer(Map<String, Object> fields, String name, String source) {
    long n = Json.integer(Json.member(fields, name, source), source + " " + name);
    if (n != (int) n) {
      throw new FoveaException(source + " " + name + ": " + n + " is out of range");
    }
    return (int) n;
  }

  private static List<Float> floats(Map<String, Object> fields, String name, String source) {
    String where = source + " " + name;
    return Json.array(Json.member(fields, name, source), where).stream()
        .map(v -> (float) Json.number(v, where))
        .toList();
  }
}
