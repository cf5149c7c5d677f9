package dev.fovea.vision;

import dev.fovea.data.DataSplit;
import dev.fovea.data.Dataset;
import dev.fovea.data.Preprocessing;
import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A data set of picture files with one folder per class.
 *
 * <p>{@code DIR/train/CLASS/…} and {@code DIR/test/CLASS/…} if there are such folders; otherwise
 * {@code DIR/CLASS/…}, of which a random fifth of every class, or another share, is used for
 * testing. Other names of parts are understood too, such as {@code Training}, {@code val}, {@code
 * valid_set} or {@code seg_test}; among several test parts, {@code test} is used. The test pictures
 * may lack some of the classes. Classes are sorted by name. Hidden files are ignored. Links are
 * followed; circular and broken links are reported.
 *
 * <p>The samples alternate between the classes, so that the first few are of many classes. Names of
 * classes neither begin nor end with white space and contain no control characters.
 *
 * <p>Every picture is decoded once when the folder is opened: damaged files are skipped and
 * reported, and the mean and standard deviation are computed. Small sets stay in memory; larger
 * ones are decoded again whenever they are read.
 */
public final class ImageFolder {
  private static final int SHOWN = 8;
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Zl}\\p{Zp}]");
  private static final Pattern UNSEEN = Pattern.compile("\\p{Cf}");

  private final Path folder;
  private final Options options;
  private final List<String> problems = new ArrayList<>();
  private final PictureReader reader = new PictureReader();

  /**
   * How a folder is opened.
   *
   * @param input the shape [H, W, C] of the inputs; if empty, that of the pictures, which must be
   *     the same for all
   * @param resize how pictures of another size are resized
   * @param seed the seed of the random choice of test pictures
   * @param share the share of every class to train on if there is no test folder
   * @param memory the memory for decoded pictures, in bytes
   * @param classes the classes in the order of their labels, some of which may have no pictures, as
   *     in an evaluation; if empty, the classes of the folder
   */
  public record Options(
      Optional<Shape> input,
      Preprocessing.Resize resize,
      Seed seed,
      double share,
      long memory,
      List<String> classes) {
    private static final double DEFAULT_SHARE = 0.8;
    private static final long DEFAULT_MEMORY = 1L << 29;

    /**
     * Checks the share.
     *
     * @throws FoveaException if it is not above 0 and below 1
     */
    public Options {
      if (!(share > 0 && share < 1)) {
        throw new FoveaException(
            "pictures: the share to train on must be above 0 and below 1, got " + share);
      }
      classes = List.copyOf(classes);
    }

    /** Returns the usual options: the pictures' own size, four fifths to train on, 512 MiB. */
    public static Options standard() {
      return new Options(
          Optional.empty(),
          Preprocessing.Resize.STRETCH,
          Seed.of(0),
          DEFAULT_SHARE,
          DEFAULT_MEMORY,
          List.of());
    }

    /** Returns these options with a shape of the inputs. */
    public Options withInput(Shape shape) {
      return new Options(Optional.of(shape), resize, seed, share, memory, classes);
    }

    /**
     * Returns these options with the shape of a rule's inputs and its way to bring pictures there.
     */
    public Options withInput(Preprocessing rule) {
      return withInput(rule.shape()).withResize(rule.resize());
    }

    /** Returns these options with another way of resizing. */
    public Options withResize(Preprocessing.Resize newResize) {
      return new Options(input, newResize, seed, share, memory, classes);
    }

    /** Returns these options with another choice of test pictures. */
    public Options withSeed(Seed newSeed) {
      return new Options(input, resize, newSeed, share, memory, classes);
    }

    /** Returns these options with another share of every class to train on. */
    public Options withShare(double newShare) {
      return new Options(input, resize, seed, newShare, memory, classes);
    }

    /** Returns these options with another limit of memory for decoded pictures. */
    public Options withMemory(long bytes) {
      return new Options(input, resize, seed, share, bytes, classes);
    }

    /** Returns the number of a class, or −1; of known classes names are compared as printed. */
    int number(List<String> all, String name) {
      return all.indexOf(classes.isEmpty() ? name : Text.oneLine(name));
    }

    /** Requires that there is a class and that all are known. */
    void requireKnown(Path where, Collection<String> names) {
      List<String> others = names.stream().filter(n -> number(classes, n) < 0).toList();
      if (!others.isEmpty() || names.isEmpty()) {
        throw new FoveaException(
            "%s: classes %s, expected some of %s".formatted(where, some(others), some(classes)));
      }
    }

    /** Returns these options with given classes, some of which may have no pictures. */
    public Options withClasses(List<String> known) {
      return new Options(input, resize, seed, share, memory, known);
    }
  }

  /** A file and the number of its class. */
  record Entry(Path file, int label) {}

  private ImageFolder(Path folder, Options options) {
    this.folder = folder;
    this.options = options;
  }

  /**
   * Opens a folder.
   *
   * @throws FoveaException if there are fewer than two classes, two names of classes cannot be
   *     distinguished, a class has no readable picture, or the pictures differ in size and no input
   *     shape is given
   */
  public static DataSource open(Path folder, Options options) {
    return load("folder", FolderTree.list(folder, options), options);
  }

  /** Reads the pictures of a listing. */
  static DataSource load(String name, ImageListing listing, Options options) {
    int n = listing.classes().size();
    return new ImageFolder(listing.where(), options)
        .load(name, listing, inTurn(listing.train(), n), inTurn(listing.test(), n));
  }

  /** Returns the first of each class, then the second of each, and so on. */
  private static List<Entry> inTurn(List<Entry> entries, int classes) {
    record Ranked(Entry entry, int rank) {}

    int[] seen = new int[classes];
    List<Ranked> ranked = new ArrayList<>();
    for (Entry e : entries) {
      ranked.add(new Ranked(e, seen[e.label]++));
    }
    return ranked.stream()
        .sorted(Comparator.comparingInt(Ranked::rank).thenComparingInt(r -> r.entry.label))
        .map(Ranked::entry)
        .toList();
  }

  /** Keeps a share of each class, in random order, to test with; one of two on either side. */
  static void divide(
      List<Entry> all, int classes, Options options, List<Entry> train, List<Entry> test) {
    List<List<Entry>> byClass = new ArrayList<>();
    for (int label = 0; label < classes; label++) {
      byClass.add(new ArrayList<>());
    }
    all.forEach(e -> byClass.get(e.label).add(e));
    for (int label = 0; label < classes; label++) {
      List<Entry> own = byClass.get(label);
      int n = own.size();
      int[] order = options.seed.split("split").split(label).rng().permutation(n);
      // A little more, so that a fifth of 5 is 1 though 1 − 0.8 is less than 0.2.
      int rest = (int) ((1 - options.share) * n + 1e-6);
      int kept = n < 2 ? 0 : Math.clamp(rest, 1, n - 1);
      for (int i = 0; i < order.length; i++) {
        (i < kept ? test : train).add(own.get(order[i]));
      }
    }
  }

  /** Requires names that stay apart when they are printed on one line. */
  static void requireNames(Path parent, List<String> classes) {
    Set<String> shown = new HashSet<>();
    for (String name : classes) {
      if (!name.equals(name.strip()) || CONTROL.matcher(name).find()) {
        throw new FoveaException(
            "%s: class \"%s\": a name without control characters, and without white space at its"
                    .formatted(parent, name)
                + " ends, expected");
      }
      if (!shown.add(UNSEEN.matcher(name).replaceAll("?"))) {
        throw new FoveaException(
            "%s: class \"%s\": looks like another class, they differ in unseen characters only"
                .formatted(parent, name));
      }
    }
  }

  /** Returns the first of some names, for a message. */
  static String some(List<String> names) {
    return names.size() <= SHOWN ? names.toString() : names.subList(0, SHOWN) + " …";
  }

  private DataSource load(String name, ImageListing listing, List<Entry> train, List<Entry> test) {
    List<String> classes = listing.classes();
    Preprocessing size = Preprocessing.scaled(options.input.orElseGet(() -> commonShape(train)));
    Preprocessing fitted = size.withResize(options.resize);
    long bytes = (long) (train.size() + test.size()) * fitted.shape().elements();
    boolean inMemory = bytes <= Math.min(options.memory, Integer.MAX_VALUE - 64);
    FolderPart trainPart = FolderPart.decode(train, fitted, inMemory, reader);
    FolderPart testPart = FolderPart.decode(test, fitted, inMemory, reader);
    problems.addAll(listing.problems());
    problems.addAll(trainPart.problems());
    problems.addAll(testPart.problems());
    checkClasses(classes, trainPart);
    if (testPart.entries().isEmpty()) {
      throw new FoveaException(folder + ": no pictures left to test with");
    }
    FolderPart measured = trainPart.entries().isEmpty() ? testPart : trainPart;
    Preprocessing rule = measured.statistics().applyTo(fitted);
    Dataset trainSet = trainPart.dataset(rule, classes, reader);
    DataSplit split = new DataSplit(trainSet, testPart.dataset(rule, classes, reader));
    return new DataSource(name, split, listing.parted(), rule, problems);
  }

  private void checkClasses(List<String> classes, FolderPart train) {
    if (!options.classes.isEmpty()) {
      return;
    }
    BitSet seen = new BitSet();
    train.entries().forEach(e -> seen.set(e.label()));
    for (int label = 0; label < classes.size(); label++) {
      if (!seen.get(label)) {
        String skipped =
            problems.isEmpty()
                ? ""
                : " ("
                    + problems.size()
                    + " files skipped, the first: "
                    + problems.getFirst()
                    + ")";
        throw new FoveaException(
            "%s: class %s has no readable pictures to train on%s"
                .formatted(folder, classes.get(label), skipped));
      }
    }
  }

  /** Returns the shape of the first readable picture, which all must have. */
  private Shape commonShape(List<Entry> entries) {
    List<Shape> shapes =
        entries.parallelStream()
            .map(e -> FolderPart.tryShape(e.file, reader))
            .flatMap(Optional::stream)
            .distinct()
            .toList();
    if (shapes.isEmpty()) {
      throw new FoveaException(folder + ": none of its files is a readable picture");
    }
    Shape first = shapes.getFirst();
    boolean colour = shapes.stream().anyMatch(s -> s.dim(2) == 3);
    for (Shape s : shapes) {
      if (s.dim(0) != first.dim(0) || s.dim(1) != first.dim(1)) {
        throw new FoveaException(
            "%s: pictures of different sizes, %s×%s and %s×%s; say which size the input has"
                .formatted(folder, first.dim(0), first.dim(1), s.dim(0), s.dim(1)));
      }
    }
    return first.withDim(2, colour ? 3 : 1);
  }
}
