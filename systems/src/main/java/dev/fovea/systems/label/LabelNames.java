package dev.fovea.systems.label;

import dev.fovea.io.Text;
import dev.fovea.io.TextFile;
import dev.fovea.tensor.FoveaException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The names that numbers of labels stand for: each number is a place in one of these lists.
 *
 * @param things the classes of objects that can be counted
 * @param classes the classes of pixels: in scenes those of things and of what cannot be counted,
 *     such as sky; else a background, and what stands before it. They are tied to things by names
 * @param skeleton the key points of objects
 * @param words what texts are made of: words, or letters where no text has a space
 */
public record LabelNames(
    List<String> things, List<String> classes, Skeleton skeleton, List<String> words) {
  /** The class of what belongs to no object. */
  public static final String BACKGROUND = "background";

  private static final long LONGEST = 1 << 20;

  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}']+");

  /** Copies the lists. */
  public LabelNames {
    things = List.copyOf(things);
    classes = List.copyOf(classes);
    words = List.copyOf(words);
  }

  /** Returns the names of things, which stand before a background. */
  public static LabelNames of(List<String> things) {
    return of(things, Skeleton.NONE, List.of());
  }

  /** Returns the names of things with key points and words, which stand before a background. */
  static LabelNames of(List<String> things, Skeleton skeleton, List<String> words) {
    List<String> classes = Stream.concat(Stream.of(BACKGROUND), things.stream()).toList();
    return new LabelNames(things, classes, skeleton, words);
  }

  /**
   * Reads names, one a line; empty lines do not count.
   *
   * @throws FoveaException if the file cannot be read or a name occurs twice
   */
  public static List<String> read(Path file) {
    List<String> names =
        TextFile.read(file, LONGEST).lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
    return requireDifferent(names, file.toString());
  }

  static List<String> requireDifferent(List<String> names, String where) {
    Set<String> known = new HashSet<>();
    for (String name : names) {
      if (!known.add(name)) {
        throw new FoveaException(
            "%s: the class \"%s\" is named twice".formatted(where, Text.shown(name)));
      }
    }
    return names;
  }

  /** Returns the number that a thing's class has as the class of pixels. */
  int pixelClass(int thing) {
    return classes.indexOf(things.get(thing));
  }

  /** Returns the words of texts: in small letters, or single letters where no text has a space. */
  static List<String> wordsOf(List<String> texts) {
    boolean letters = texts.stream().noneMatch(t -> t.contains(" "));
    TreeSet<String> all = new TreeSet<>();
    texts.forEach(t -> all.addAll(split(t, letters)));
    return List.copyOf(all);
  }

  /** Returns the numbers of a text's words or letters; those that are not known are left out. */
  public List<Integer> numbers(String text) {
    boolean letters = words.stream().allMatch(w -> w.codePointCount(0, w.length()) == 1);
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < words.size(); i++) {
      places.put(words.get(i), i);
    }
    return split(text, letters).stream().filter(places::containsKey).map(places::get).toList();
  }

  private static List<String> split(String text, boolean letters) {
    if (letters) {
      return text.codePoints().mapToObj(Character::toString).toList();
    }
    List<String> found = new ArrayList<>();
    Matcher m = WORD.matcher(text.toLowerCase(Locale.ROOT));
    while (m.find()) {
      found.add(m.group());
    }
    return found;
  }
}
