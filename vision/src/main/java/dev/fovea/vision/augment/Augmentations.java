package dev.fovea.vision.augment;

import dev.fovea.data.Augmentation;
import dev.fovea.io.Suggest;
import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The augmentations by name, from texts such as {@code flip,rotate:15,brightness:0.3@0.5}: a name,
 * parameters after colons, and the share of pictures to change after an @. A shift by less than 1
 * is a share of height and width, by 1 or more one of whole pixels. Of shifts by shares, rotations,
 * scalings, shears and perspectives those in a row are done at once, so that pictures are sampled
 * once.
 */
public final class Augmentations {
  /** An augmentation by its numbers, and the numbers where none are given. */
  private record Entry(List<Double> usual, Maker maker) {}

  /** Makes an augmentation of numbers. */
  @FunctionalInterface
  private interface Maker {
    Augmentation of(double... numbers);
  }

  private static final String SHIFT = "shift";
  private static final String FLIP = "flip";

  /** Those that make mirror images, so that left and right key points change places. */
  private static final Set<String> MIRRORS = Set.of(FLIP, "vflip", "symmetry");

  private static final Map<String, Entry> ENTRIES = entries();

  private Augmentations() {}

  private static Map<String, Entry> entries() {
    Map<String, Entry> all = new LinkedHashMap<>();
    all.put(SHIFT, new Entry(List.of(0.1), n -> shift(n[0])));
    all.put("rotate", new Entry(List.of(15.0), n -> Geometric.rotate(n[0])));
    all.put("scale", new Entry(List.of(0.2), n -> Geometric.scale(n[0])));
    all.put("shear", new Entry(List.of(10.0), n -> Geometric.shear(n[0])));
    all.put("perspective", new Entry(List.of(0.15), n -> Geometric.perspective(n[0])));
    all.put(FLIP, new Entry(List.of(), n -> Geometric.flip()));
    all.put("vflip", new Entry(List.of(), n -> Geometric.verticalFlip()));
    all.put("symmetry", new Entry(List.of(), n -> Geometric.symmetry()));
    all.put(
        "crop",
        new Entry(
            List.of(32.0, 32.0, 4.0),
            n -> Geometric.crop(whole("crop", n[0]), whole("crop", n[1]), whole("crop", n[2]))));
    all.put(
        "resized-crop", new Entry(List.of(0.3, 4.0 / 3), n -> Geometric.resizedCrop(n[0], n[1])));
    all.put("elastic", new Entry(List.of(3.0, 16.0), n -> Geometric.elastic(n[0], n[1])));
    all.put("iou-crop", new Entry(List.of(), n -> ObjectCrops.iouCrop()));
    all.put("expand", new Entry(List.of(2.0), n -> ObjectCrops.expand(n[0])));
    putValues(all);
    return Collections.unmodifiableMap(all);
  }

  private static void putValues(Map<String, Entry> all) {
    all.put("brightness", new Entry(List.of(0.3), n -> Photometric.brightness(n[0])));
    all.put("contrast", new Entry(List.of(0.3), n -> Photometric.contrast(n[0])));
    all.put("saturation", new Entry(List.of(0.3), n -> Photometric.saturation(n[0])));
    all.put("hue", new Entry(List.of(0.1), n -> Photometric.hue(n[0])));
    all.put("grey", new Entry(List.of(0.1), n -> Photometric.grey(n[0])));
    all.put("invert", new Entry(List.of(0.5), n -> Photometric.invert(n[0])));
    all.put("blur", new Entry(List.of(2.0), n -> Photometric.blur(n[0])));
    all.put("noise", new Entry(List.of(20.0), n -> Photometric.noise(n[0])));
    all.put("cutout", new Entry(List.of(0.5), n -> Occlusion.cutOut(n[0])));
    all.put("erase", new Entry(List.of(0.3), n -> Occlusion.erase(n[0])));
    all.put(
        "randaugment",
        new Entry(
            List.of(2.0, 9.0),
            n -> Automatic.randAugment(whole("randaugment", n[0]), whole("randaugment", n[1]))));
    all.put("trivialaugment", new Entry(List.of(), n -> Automatic.trivialAugment()));
  }

  private static int whole(String name, double number) {
    if (number != Math.rint(number)) {
      throw new FoveaException(
          "augmentation %s: takes whole numbers, got %s".formatted(name, number));
    }
    return (int) number;
  }

  /** Returns the names of all augmentations. */
  public static List<String> names() {
    return List.copyOf(ENTRIES.keySet());
  }

  /**
   * Returns the augmentation that a text describes; {@code none} changes nothing.
   *
   * @param fill the value of pixels that {@code shift:PIXELS} brings in from outside, one for all
   *     channels or one for each
   * @throws FoveaException if a name is not known or a number is out of range
   */
  public static Augmentation parse(String text, float... fill) {
    return parse(text, Geometric.flip(), fill);
  }

  /**
   * Returns the augmentation that a text describes as another view of every picture: {@code flip}
   * mirrors all of them.
   *
   * @throws FoveaException if a name is not known or a number is out of range
   */
  public static Augmentation view(String text, float... fill) {
    return parse(text, Geometric.mirror(), fill);
  }

  /** Returns whether what a text describes may mirror pictures. */
  public static boolean mirrors(String text) {
    return Stream.of(text.split(",", -1))
        .map(part -> part.strip().split("[@:]", 2)[0])
        .anyMatch(MIRRORS::contains);
  }

  private static Augmentation parse(String text, Augmentation flip, float... fill) {
    List<Augmentation> steps = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      if (!part.strip().equals("none")) {
        add(steps, step(part.strip(), flip, fill));
      }
    }
    return Augmentation.sequence(steps);
  }

  /** Adds a step; changes of place in a row become one. */
  private static void add(List<Augmentation> steps, Augmentation next) {
    boolean joined =
        next instanceof Projective && !steps.isEmpty() && steps.getLast() instanceof Projective;
    steps.add(joined ? steps.removeLast().then(next) : next);
  }

  private static Augmentation step(String part, Augmentation flip, float... fill) {
    String[] shared = part.split("@", 2);
    String[] words = shared[0].split(":", -1);
    Entry entry = ENTRIES.get(words[0]);
    if (entry == null) {
      throw new FoveaException(
          "augmentation \"" + words[0] + "\": unknown" + Suggest.hint(words[0], names()));
    }
    if (words.length - 1 > entry.usual.size()) {
      String takes =
          switch (entry.usual.size()) {
            case 0 -> "no number";
            case 1 -> "one number";
            default -> "at most " + entry.usual.size() + " numbers";
          };
      throw new FoveaException(
          "augmentation %s: takes %s, got %s".formatted(part, takes, words.length - 1));
    }
    double[] numbers = entry.usual.stream().mapToDouble(d -> d).toArray();
    for (int i = 1; i < words.length; i++) {
      numbers[i - 1] = number(part, words[i]);
    }
    Augmentation step =
        switch (words[0]) {
          case FLIP -> flip;
          case SHIFT -> shift(numbers[0], fill);
          default -> entry.maker.of(numbers);
        };
    return shared.length == 1 ? step : step.sometimes(number(part, shared[1]));
  }

  /** Returns a move by a share of the picture or, from 1 on, by pixels. */
  private static Augmentation shift(double by, float... fill) {
    return by > 0 && by < 1
        ? Geometric.shift(by)
        : Geometric.shiftPixels(whole(SHIFT, by), fill.length == 0 ? new float[1] : fill);
  }

  private static double number(String part, String text) {
    if (!text.matches("-?\\d{1,6}(\\.\\d{1,9})?")) {
      throw new FoveaException(
          "augmentation " + part + ": \"" + text + "\" is no number, such as 0.3 or 15");
    }
    return Double.parseDouble(text);
  }
}
