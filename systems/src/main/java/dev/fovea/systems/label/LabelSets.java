package dev.fovea.systems.label;

import dev.fovea.io.Suggest;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The forms of label files, and the drawn scenes {@code shapes}, by name. */
public final class LabelSets {
  /** The name of the drawn scenes, which need no files. */
  public static final String SHAPES = "shapes";

  private static final Map<String, Function<Reading, LabelSet>> READERS = readers();

  private LabelSets() {}

  private static Map<String, Function<Reading, LabelSet>> readers() {
    Map<String, Function<Reading, LabelSet>> all = new LinkedHashMap<>();
    all.put("voc", VocFormat::read);
    all.put("coco", in -> CocoFormat.read(in, CocoFormat.Content.OBJECTS));
    // Before masks: COCO's folder of segments lies in one of annotations, as masks may.
    all.put("panoptic", PanopticFormat::read);
    all.put("yolo", YoloFormat::read);
    all.put("masks", MaskFormat::read);
    all.put(
        "keypoints",
        in ->
            TableFormat.points(in)
                .orElseGet(() -> CocoFormat.read(in, CocoFormat.Content.KEY_POINTS)));
    all.put(
        "text",
        in ->
            TableFormat.texts(in)
                .orElseGet(() -> CocoFormat.read(in, CocoFormat.Content.CAPTIONS)));
    return all;
  }

  /** Returns the names, that of the drawn scenes first. */
  public static List<String> names() {
    return Stream.concat(Stream.of(SHAPES), READERS.keySet().stream()).toList();
  }

  /**
   * Opens samples to train on and to test with.
   *
   * @param name one of {@link #names()}
   * @param folder the folder of pictures and label files; the drawn scenes need none
   * @param options how labelled pictures become samples
   * @throws FoveaException if the name is not known, or the folder holds nothing of this form
   */
  public static LabelSplit open(String name, @Nullable Path folder, LabelOptions options) {
    return open(name, folder, SceneCast.usual(), options);
  }

  /**
   * Opens samples to train on and to test with.
   *
   * @param name one of {@link #names()}
   * @param folder the folder of pictures and label files; the drawn scenes need none
   * @param cast what may be in drawn scenes
   * @param options how labelled pictures become samples
   * @throws FoveaException if the name is not known, or the folder holds nothing of this form
   */
  public static LabelSplit open(
      String name, @Nullable Path folder, SceneCast cast, LabelOptions options) {
    if (!names().contains(name)) {
      throw unknown(name, names());
    }
    return name.equals(SHAPES)
        ? Shapes.load(Seed.of(0), Shapes.TRAIN, Shapes.TEST, cast, options)
        : read(name, required(name, folder), List.of()).split(options);
  }

  private static FoveaException unknown(String name, Collection<String> known) {
    return new FoveaException(
        "labels \"%s\" are not known%s".formatted(name, Suggest.hint(name, known)));
  }

  private static Path required(String name, @Nullable Path folder) {
    if (folder == null) {
      throw new FoveaException(
          "data set " + name + " is read from files: give their folder with --data-dir");
    }
    return folder;
  }

  /**
   * Reads the labels of a folder.
   *
   * @param name one of {@link #names()} but the drawn scenes
   * @param classes the names of the classes in the order of their numbers; those that the files
   *     name if empty
   * @throws FoveaException if the name is not known, or the folder holds nothing of this form
   */
  public static LabelSet read(String name, Path folder, List<String> classes) {
    return read(name, folder, classes, Optional.empty());
  }

  /**
   * Reads the labels of a folder with masks of whose values somebody says what they stand for.
   *
   * @param name one of {@link #names()} but the drawn scenes
   * @param classes the names of the classes in the order of their numbers; those that the files
   *     name if empty
   * @param maskValues what values of masks stand for; found out if empty
   * @throws FoveaException if the name is not known, or the folder holds nothing of this form
   */
  public static LabelSet read(
      String name, Path folder, List<String> classes, Optional<MaskValues> maskValues) {
    Function<Reading, LabelSet> reader = READERS.get(name);
    if (reader == null) {
      throw unknown(name, READERS.keySet());
    }
    return reader.apply(new Reading(folder, classes, maskValues));
  }

  /** Returns the first form, but texts, in which a folder can be read. */
  public static Optional<String> guess(Path folder) {
    return guess(folder, e -> {});
  }

  /**
   * Returns the first form, but texts, in which a folder can be read.
   *
   * @throws FoveaException if there is none; it says what is wrong with label files, if there are
   *     some
   */
  public static String recognise(Path folder) {
    List<FoveaException> faults = new ArrayList<>();
    return guess(folder, faults::add)
        .orElseThrow(() ->
            faults.isEmpty()
                ? new FoveaException(
                    "%s: no labels of a known form: %s expected"
                        .formatted(folder, String.join(", ", READERS.keySet())))
                : faults.getFirst());
  }

  private static Optional<String> guess(Path folder, Consumer<FoveaException> faults) {
    return READERS.keySet().stream()
        .filter(name -> !name.equals("text") && isReadAs(name, folder, faults))
        .findFirst();
  }

  private static boolean isReadAs(String name, Path folder, Consumer<FoveaException> faults) {
    try {
      var _ = read(name, folder, List.of());
      return true;
    } catch (NoLabelsException e) {
      return false;
    } catch (FoveaException e) {
      // Another form may be the one all the same.
      faults.accept(e);
      return false;
    }
  }
}
