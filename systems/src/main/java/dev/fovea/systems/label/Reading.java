package dev.fovea.systems.label;

import dev.fovea.io.Suggest;
import dev.fovea.io.Text;
import dev.fovea.systems.label.LabelProblem.Outcome;
import dev.fovea.tensor.FoveaException;
import dev.fovea.vision.Images;
import dev.fovea.vision.PartName;
import dev.fovea.vision.PartName.Part;
import dev.fovea.vision.PictureHeader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The reading of a folder's labels: its files, what classes there are, and what went wrong. */
final class Reading {
  private static final Set<String> NAME_FILES =
      Set.of("classes.txt", "labels.txt", "obj.names", "classes.names", "_classes.txt");

  private final FileIndex files;
  private final List<String> given;
  private final Optional<MaskValues> maskValues;
  private final List<LabelProblem> problems = new ArrayList<>();

  /**
   * Begins to read a folder.
   *
   * @param given the names of the classes; those that files name if empty
   * @param maskValues what somebody said that values of masks stand for
   */
  Reading(Path folder, List<String> given, Optional<MaskValues> maskValues) {
    this.files = FileIndex.of(folder);
    this.given = given.isEmpty() && maskValues.isEmpty() ? namedIn(files) : given;
    this.maskValues = maskValues;
  }

  /** Returns the names in a file of names, one a line, if there is one. */
  private static List<String> namedIn(FileIndex files) {
    return files.all(f -> NAME_FILES.contains(String.valueOf(f.getFileName()))).stream()
        .findFirst()
        .map(LabelNames::read)
        .orElse(List.of());
  }

  FileIndex files() {
    return files;
  }

  /** Returns the names of the classes that are known beforehand; empty if there are none. */
  List<String> given() {
    return given;
  }

  /** Returns what somebody said that values of masks stand for. */
  Optional<MaskValues> maskValues() {
    return maskValues;
  }

  List<LabelProblem> problems() {
    return problems;
  }

  void drop(Path file, String text) {
    problems.add(new LabelProblem(file, 0, text, Outcome.DROPPED));
  }

  void note(Path file, String text) {
    problems.add(new LabelProblem(file, 0, text, Outcome.NOTED));
  }

  /** Notes how many files there are of which something is true, with the first of them. */
  void noteSome(List<Path> some, String text) {
    if (!some.isEmpty()) {
      note(some.get(0), text + ": " + some.size());
    }
  }

  /** Notes pictures that no label file names; maps beside label files are none of them. */
  void noteUnnamed(Set<Path> named) {
    noteSome(
        files.pictures().stream()
            .filter(f -> !named.contains(f) && !files.isPanopticMap(f))
            .filter(f -> !files.folders(f).contains("annotations"))
            .toList(),
        "pictures that no label file names, left out");
  }

  /** Returns what a picture file says; empty, with a problem, if it cannot be read. */
  Optional<PictureHeader> header(Path picture) {
    try {
      return Optional.of(Images.header(picture));
    } catch (FoveaException e) {
      drop(picture, String.valueOf(e.getMessage()).replace(picture + ": ", ""));
      return Optional.empty();
    }
  }

  /** Returns the part that the folders of a file name, the innermost first. */
  Optional<Part> part(Path file) {
    return files.folders(file).reversed().stream()
        .flatMap(f -> PartName.parse(f).stream())
        .map(PartName::part)
        .findFirst();
  }

  /**
   * Returns the number of a class.
   *
   * @return −1, with a problem, if it is not known
   */
  int classOf(String name, List<String> classes, PictureLabels labels, int number) {
    int kind = classes.indexOf(name);
    if (kind < 0) {
      labels.drop(
          number,
          "class \"%s\" is not known%s".formatted(Text.shown(name), Suggest.hint(name, classes)));
    }
    return kind;
  }

  /** Returns a picture; its part is that of its folders. */
  LabelledPicture picture(Path file, PictureHeader header, List<LabelledObject> objects) {
    return new LabelledPicture(
        file, part(file), header.size(), objects, Optional.empty(), List.of());
  }

  /**
   * Returns what is to be thrown where there are no files of a form.
   *
   * @param what there is not; the first problem is added, if there is one
   */
  FoveaException none(String what) {
    String text = files.root() + ": " + what;
    return problems.isEmpty()
        ? new NoLabelsException(text)
        : new FoveaException(text + firstProblem());
  }

  private String firstProblem() {
    return problems.isEmpty() ? "" : "; first problem: " + problems.getFirst().line();
  }

  /**
   * Returns the set.
   *
   * @throws FoveaException if it has no pictures
   */
  LabelSet set(String format, LabelNames names, List<LabelledPicture> pictures) {
    if (pictures.isEmpty()) {
      throw new FoveaException(
          "%s: none of the pictures that the %s labels are of can be read%s"
              .formatted(files.root(), format, firstProblem()));
    }
    return new LabelSet(format, names, pictures, problems);
  }
}
