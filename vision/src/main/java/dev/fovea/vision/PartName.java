package dev.fovea.vision;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What a name says about a part of a data set: {@code Train_set} and {@code training-images} are to
 * train on, {@code seg_test} is to test with, of {@code seg}.
 *
 * @param part the part
 * @param of the rest of the name, in small letters, without the words that only say that it is a
 *     set of pictures
 */
public record PartName(Part part, String of) {
  private static final Set<String> TRAIN = Set.of("train", "training", "trn");
  private static final Set<String> TEST = Set.of("test", "testing", "tst");
  private static final Set<String> VALIDATION =
      Set.of("val", "valid", "validation", "validate", "validating", "dev", "eval", "evaluation");
  private static final Set<String> SETS =
      Set.of(
          "set",
          "sets",
          "data",
          "dataset",
          "split",
          "part",
          "folder",
          "dir",
          "image",
          "images",
          "img",
          "imgs",
          "picture",
          "pictures",
          "photo",
          "photos",
          "sample",
          "samples");

  /** The parts of a data set, in the order in which they are taken to test with. */
  public enum Part {
    /** The samples to train on. */
    TRAIN,
    /** The samples to test with. */
    TEST,
    /** The samples that choices are made by. */
    VALIDATION
  }

  /** Returns what a name says, if it names a part. */
  public static Optional<PartName> parse(String name) {
    String small = name.replaceAll("(?<=\\p{Ll})(?=\\p{Lu})", " ").toLowerCase(Locale.ROOT);
    List<Part> parts = new ArrayList<>();
    List<String> rest = new ArrayList<>();
    for (String word : small.split("[^\\p{L}]+", -1)) {
      String stem =
          SETS.stream().filter(word::endsWith).findFirst().map(s -> stem(word, s)).orElse(word);
      Optional<Part> part = part(word).or(() -> part(stem));
      if (part.isPresent()) {
        parts.add(part.get());
      } else if (!word.isEmpty() && !SETS.contains(word)) {
        rest.add(word);
      }
    }
    return parts.size() == 1
        ? Optional.of(new PartName(parts.getFirst(), String.join(" ", rest)))
        : Optional.empty();
  }

  /** Returns the beginning of such a word as trainset. */
  private static String stem(String word, String end) {
    return word.substring(0, word.length() - end.length());
  }

  private static Optional<Part> part(String word) {
    if (TRAIN.contains(word)) {
      return Optional.of(Part.TRAIN);
    }
    return TEST.contains(word)
        ? Optional.of(Part.TEST)
        : VALIDATION.contains(word) ? Optional.of(Part.VALIDATION) : Optional.empty();
  }
}
