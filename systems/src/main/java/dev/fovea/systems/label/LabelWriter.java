package dev.fovea.systems.label;

import dev.fovea.data.Box;
import dev.fovea.io.AtomicFiles;
import dev.fovea.io.Suggest;
import dev.fovea.tensor.FoveaException;
import dev.fovea.vision.PartName.Part;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Writes a set of labelled pictures into a new folder in one of the usual forms, and counts what
 * the form has no place for. Picture files are copied.
 */
public final class LabelWriter {
  /** The forms that are written. */
  public static final List<String> FORMS = List.of("voc", "coco", "yolo", "masks");

  private final LabelSet set;
  private final Path folder;
  private final Map<String, Integer> lost = new LinkedHashMap<>();
  private final Set<String> used = new HashSet<>();
  private final Set<LabelledPicture> testing = Collections.newSetFromMap(new IdentityHashMap<>());

  private LabelWriter(LabelSet set, Path folder) {
    this.set = set;
    this.folder = folder;
    boolean said = set.pictures().stream().anyMatch(LabelWriter::isToTest);
    testing.addAll(said ? List.of() : set.testing());
  }

  private static boolean isToTest(LabelledPicture p) {
    return p.part().filter(part -> part != Part.TRAIN).isPresent();
  }

  /**
   * Writes a set.
   *
   * @param form one of {@link #FORMS}
   * @param folder a folder that is not there or empty
   * @return what got lost, with how often
   * @throws FoveaException if the form is not known or the folder cannot be written or is not empty
   */
  public static Map<String, Integer> write(LabelSet set, String form, Path folder) {
    if (!FORMS.contains(form)) {
      throw new FoveaException(
          "labels of the form \"%s\" are not written%s".formatted(form, Suggest.hint(form, FORMS)));
    }
    LabelWriter writer = new LabelWriter(set, folder);
    writer.requireEmpty();
    switch (form) {
      case "voc" -> VocWriter.write(writer);
      case "coco" -> CocoWriter.write(writer);
      case "yolo" -> YoloWriter.write(writer);
      default -> MaskWriter.write(writer);
    }
    return writer.lost;
  }

  private void requireEmpty() {
    try {
      Files.createDirectories(folder);
      try (var inside = Files.list(folder)) {
        if (inside.findAny().isPresent()) {
          throw new FoveaException(folder + ": a new folder expected, got one that is not empty");
        }
      }
    } catch (FileAlreadyExistsException e) {
      throw new FoveaException(folder + ": a file; a new folder expected", e);
    } catch (IOException e) {
      throw new FoveaException(folder + ": cannot be written: " + AtomicFiles.reason(e), e);
    }
  }

  LabelSet set() {
    return set;
  }

  Path folder() {
    return folder;
  }

  /** Counts what the form has no place for. */
  void lose(String what) {
    lost.merge(what, 1, Integer::sum);
  }

  /** Counts texts and classes of pixels, for which boxes have no place. */
  void losePixelsAndTexts(LabelledPicture p) {
    if (p.pixels().isPresent()) {
      lose("masks of pictures");
    }
    p.texts().forEach(t -> lose("texts"));
  }

  /**
   * Copies a picture under a name that no other has.
   *
   * @return the name without ending
   */
  String copy(LabelledPicture p, Path into) {
    String stem = p.stem();
    for (int i = 2; !used.add(stem); i++) {
      stem = p.stem() + "-" + i;
    }
    write(into.resolve(stem + "." + FileIndex.ending(p.file())), p.file());
    return stem;
  }

  private static void write(Path to, Path from) {
    folder(to);
    try {
      Files.copy(from, to);
    } catch (IOException e) {
      throw new FoveaException(to + ": cannot be written: " + AtomicFiles.reason(e), e);
    }
  }

  /** Makes the folder of a file. */
  static void folder(Path file) {
    try {
      Files.createDirectories(Optional.ofNullable(file.getParent()).orElseThrow());
    } catch (IOException e) {
      throw new FoveaException(file + ": cannot be written: " + AtomicFiles.reason(e), e);
    }
  }

  static void write(Path file, String text) {
    folder(file);
    AtomicFiles.write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Returns the name of the part that files say. Where they do not, it is test for the pictures
   * that the set tests with if no file says so of others, else train.
   */
  String part(LabelledPicture p) {
    Part side = testing.contains(p) ? Part.TEST : Part.TRAIN;
    Part part = p.part().orElse(side);
    return part == Part.VALIDATION ? "val" : part.name().toLowerCase(Locale.ROOT);
  }

  String thing(Box b) {
    return set.names().things().get(b.label());
  }

  /** Returns a number with at most so many digits behind the point. */
  static String number(double value, int digits) {
    String text = String.format(Locale.ROOT, "%." + digits + "f", value);
    return text.contains(".") ? text.replaceFirst("\\.?0+$", "") : text;
  }
}
