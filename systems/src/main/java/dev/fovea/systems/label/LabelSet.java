package dev.fovea.systems.label;

import dev.fovea.tensor.FoveaException;
import dev.fovea.vision.PartName.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The contents of the label files of a set of pictures.
 *
 * @param format the form of the files
 * @param names what numbers stand for
 * @param pictures the pictures, those without any object too
 * @param problems what is wrong with files and objects
 */
public record LabelSet(
    String format, LabelNames names, List<LabelledPicture> pictures, List<LabelProblem> problems) {
  /** Every so many pictures one is to test with, where no part is said to be. */
  private static final int TEST_EVERY = 5;

  /** Copies the lists. */
  public LabelSet {
    pictures = List.copyOf(pictures);
    problems = List.copyOf(problems);
  }

  /** Returns how many objects there are. */
  public int objects() {
    return pictures.stream().mapToInt(p -> p.objects().size()).sum();
  }

  /** Returns whether files or folders say what pictures are for. */
  public boolean isParted() {
    return testPart().isPresent();
  }

  /** Returns the part to test with: what is called test, else what is called validation. */
  private Optional<Part> testPart() {
    boolean trained = pictures.stream().anyMatch(p -> p.part().equals(Optional.of(Part.TRAIN)));
    List<Part> parts = pictures.stream().flatMap(p -> p.part().stream()).distinct().toList();
    return trained
        ? List.of(Part.TEST, Part.VALIDATION).stream().filter(parts::contains).findFirst()
        : Optional.empty();
  }

  /** Returns the pictures to test with. */
  public List<LabelledPicture> testing() {
    return side(true);
  }

  /** Returns the pictures to train on, with those to validate by where others are to test with. */
  public List<LabelledPicture> training() {
    return side(false);
  }

  private List<LabelledPicture> side(boolean test) {
    Optional<Part> part = testPart();
    List<LabelledPicture> chosen = new ArrayList<>();
    for (int i = 0; i < pictures.size(); i++) {
      boolean own = part.isEmpty() ? i % TEST_EVERY == 0 : pictures.get(i).part().equals(part);
      if (own == test) {
        chosen.add(pictures.get(i));
      }
    }
    return chosen;
  }

  /**
   * Returns the pictures as samples to train on and to test with. Where there is room for them in
   * memory, pictures are read here and those that cannot be are left out; {@link
   * LabelledData#readable} leaves them out where there is none.
   *
   * @throws FoveaException if there are no samples for both, or the labels lack what is asked for
   */
  public LabelSplit split(LabelOptions options) {
    int most = options.most().orElse(Math.max(1, mostObjects()));
    Marker marker = new Marker(options, names, most);
    requireWhatIsAsked(options);
    List<LabelProblem> all = new ArrayList<>(problems);
    LabelledFiles train = LabelledFiles.of(training(), marker, all);
    LabelledFiles test = LabelledFiles.of(testing(), marker, all);
    if (train.size() == 0 || test.size() == 0) {
      throw new FoveaException(
          "%s labels: %s pictures to train on and %s to test with, 1 or more expected; %s"
              .formatted(format, train.size(), test.size(), first(all)));
    }
    all.addAll(crowded(options, most));
    return new LabelSplit(train, test, isParted(), all);
  }

  /**
   * Returns all pictures as samples to test a network with that was trained on others: of files
   * that say so, those to test with. Pictures that cannot be read are left out as by {@link
   * #split}.
   *
   * @param told is told what is wrong with the labels, then which pictures are left out
   * @throws FoveaException if there are none, or the labels lack what is asked for
   */
  public LabelledData unseen(LabelOptions options, Consumer<LabelProblem> told) {
    Marker marker = new Marker(options, names, options.most().orElse(Math.max(1, mostObjects())));
    requireWhatIsAsked(options);
    List<LabelProblem> all = new ArrayList<>(problems);
    LabelledFiles samples = LabelledFiles.of(isParted() ? testing() : pictures, marker, all);
    all.forEach(told);
    if (samples.size() == 0) {
      throw new FoveaException(
          "%s labels: no pictures to test with; %s".formatted(format, first(all)));
    }
    return samples;
  }

  private static String first(List<LabelProblem> problems) {
    return problems.isEmpty() ? "no problem was found" : "first problem: " + problems.get(0).line();
  }

  private int mostObjects() {
    return pictures.stream().mapToInt(p -> p.objects().size()).max().orElse(1);
  }

  private void requireWhatIsAsked(LabelOptions options) {
    boolean boxes = options.has(Marking.BOXES) || options.has(Marking.KEY_POINTS);
    if (boxes && objects() == 0) {
      throw new FoveaException(format + " labels: boxes are asked for, and there are no objects");
    }
    boolean drawn =
        pictures.stream()
            .anyMatch(p ->
                p.pixels().isPresent()
                    || p.objects().stream().anyMatch(o -> o.region().isPresent()));
    if ((options.has(Marking.MASK) || options.has(Marking.INSTANCES)) && !drawn) {
      throw new FoveaException(
          format + " labels: masks are asked for, and there is nothing but boxes");
    }
  }

  /** One line about pictures of which some objects do not count. */
  private List<LabelProblem> crowded(LabelOptions options, int most) {
    List<LabelledPicture> crowded =
        pictures.stream().filter(p -> p.objects().size() > most).toList();
    if (options.most().isEmpty() || crowded.isEmpty()) {
      return List.of();
    }
    return List.of(
        new LabelProblem(
            crowded.get(0).file(),
            0,
            ("pictures with more than the %s objects that a sample may have, of which the first"
                    + " count: %s, the fullest has %s")
                .formatted(most, crowded.size(), mostObjects()),
            LabelProblem.Outcome.NOTED));
  }
}
