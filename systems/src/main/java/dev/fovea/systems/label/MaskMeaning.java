package dev.fovea.systems.label;

import dev.fovea.data.Mark;
import dev.fovea.tensor.FoveaException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the values of masks stand for.
 *
 * @param names the names of the classes
 * @param threshold from which value on a pixel is of class 1, else of class 0; 0 if values are
 *     numbers of classes
 * @param said what somebody said that values stand for; then nothing else counts
 */
record MaskMeaning(List<String> names, int threshold, Optional<MaskValues> said) {
  private static final int WHITE = 255;
  private static final int HALF = 128;

  /** Greys between black and white are so many levels at least where masks were scaled. */
  private static final int MANY = 32;

  /** And so many pixels at most. */
  private static final double MOST_GREY = 0.15;

  private static final int SHOWN = 12;

  /**
   * Finds out what values stand for.
   *
   * @param counts how many pixels have each code, see {@link MaskValues#code}
   * @param given the names of the classes; empty if they are not known
   * @param said what somebody said that values stand for
   * @param where the folder, for messages
   * @throws FoveaException if that cannot be told
   */
  static MaskMeaning of(
      SortedMap<Integer, Long> counts, List<String> given, Optional<MaskValues> said, Path where) {
    if (said.isPresent()) {
      return said(counts, given, said.get(), where);
    }
    if (counts.lastKey() >= MaskValues.COLOURS) {
      throw new FoveaException(
          "%s: masks with the colours %s: say what they stand for, as in --mask-values %s"
              .formatted(where, listed(counts), example(counts)));
    }
    long all = counts.values().stream().mapToLong(n -> n).sum();
    int highest = counts.keySet().stream().mapToInt(v -> v).filter(v -> v < WHITE).max().orElse(0);
    long blackAndWhite = counts.getOrDefault(0, 0L) + counts.getOrDefault(WHITE, 0L);
    boolean scaled = counts.size() > MANY && all - blackAndWhite < MOST_GREY * all;
    boolean binary = counts.containsKey(WHITE) && (highest == 0 || scaled);
    if (binary && (given.isEmpty() || given.size() == 2)) {
      return new MaskMeaning(
          given.isEmpty() ? List.of(LabelNames.BACKGROUND, "foreground") : given,
          HALF,
          Optional.empty());
    }
    long numbers = counts.keySet().stream().filter(v -> v < WHITE).count();
    if (given.isEmpty() ? 2 * numbers <= highest : highest >= given.size()) {
      throw new FoveaException(
          ("%s: masks with the values %s: numbers of classes from 0 on%s, 255 for ignored pixels, or"
                  + " only 0 and 255 expected; else say what they stand for, as in --mask-values %s")
              .formatted(
                  where,
                  listed(counts),
                  given.isEmpty() ? "" : " to " + (given.size() - 1),
                  example(counts)));
    }
    return new MaskMeaning(given.isEmpty() ? numbered(highest) : given, 0, Optional.empty());
  }

  private static MaskMeaning said(
      SortedMap<Integer, Long> counts, List<String> given, MaskValues said, Path where) {
    if (!given.isEmpty() && !given.equals(said.classes())) {
      throw new FoveaException(
          "%s: the classes are %s, --mask-values names %s".formatted(where, given, said.classes()));
    }
    SortedMap<Integer, Long> unknown = new TreeMap<>(counts);
    unknown.keySet().removeAll(said.numbers().keySet());
    if (!unknown.isEmpty()) {
      throw new FoveaException(
          "%s: masks with the values %s, of which --mask-values says nothing"
              .formatted(where, listed(unknown)));
    }
    return new MaskMeaning(said.classes(), 0, Optional.of(said));
  }

  private static String listed(SortedMap<Integer, Long> counts) {
    List<String> some =
        counts.entrySet().stream()
            .limit(SHOWN)
            .map(e -> MaskValues.text(e.getKey()) + " (" + e.getValue() + " pixels)")
            .toList();
    int more = counts.size() - some.size();
    return String.join(", ", some) + (more > 0 ? " and " + more + " more" : "");
  }

  /** Returns the first two values with names, as a text that is understood. */
  private static String example(SortedMap<Integer, Long> counts) {
    List<String> some = counts.keySet().stream().limit(2).map(MaskValues::text).toList();
    String second = some.size() > 1 ? "," + some.get(1) + "=…" : "";
    return "'" + some.get(0) + "=" + LabelNames.BACKGROUND + second + "'";
  }

  private static List<String> numbered(int highest) {
    List<String> names = new ArrayList<>(List.of(LabelNames.BACKGROUND));
    for (int i = 1; i <= highest; i++) {
      names.add(String.format(Locale.ROOT, "class %d", i));
    }
    return names;
  }

  /** Returns the number of the class that a value stands for. */
  float classOf(int code) {
    if (said.isPresent()) {
      Map<Integer, Integer> numbers = said.get().numbers();
      return numbers.getOrDefault(code, Mark.Mask.IGNORED);
    }
    return threshold > 0 ? (code >= threshold ? 1 : 0) : code;
  }
}
