package dev.fovea.vision;

import dev.fovea.data.ChannelStatistics;
import dev.fovea.data.Dataset;
import dev.fovea.data.InMemoryImages;
import dev.fovea.data.Preprocessing;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A report on a set of labelled pictures, all of which were read.
 *
 * @param classes the number of readable pictures of each class, in the order of the labels
 * @param sizes the number of pictures of each size, such as {@code 32×32×3}
 * @param duplicates groups of names of identical pictures
 * @param crossing the number of these groups with both training and test pictures
 * @param problems one line about each file that cannot be read
 * @param mean the mean of each channel (red, green, blue) of the training pictures, from 0 to 1
 * @param std the standard deviation of each channel
 * @param samples the first pictures of each class, class by class
 */
public record DataReport(
    List<ClassCount> classes,
    Map<String, Integer> sizes,
    List<List<String>> duplicates,
    int crossing,
    List<String> problems,
    List<Float> mean,
    List<Float> std,
    List<Sample> samples) {
  private static final int CHUNK = 128;
  private static final int SAMPLES = 6;
  private static final int SIDE = 96;

  /** The number of pictures of one class. */
  public record ClassCount(String name, int train, int test) {}

  /** A picture of a class. */
  public record Sample(String label, Tensor picture) {}

  /** One picture before it is read. */
  private interface Item {
    String name();

    int label();

    boolean test();

    /** Returns what is made of the picture; a FoveaException says what is wrong with it. */
    <T> T read(Function<PictureRows, T> use);
  }

  private record FileItem(Path file, int label, boolean test, PictureReader reader)
      implements Item {
    @Override
    public String name() {
      return file.toString();
    }

    @Override
    public <T> T read(Function<PictureRows, T> use) {
      return reader.read(file, use);
    }
  }

  private record MemoryItem(InMemoryImages images, int index, boolean test) implements Item {
    @Override
    public String name() {
      return (test ? "test " : "train ") + index;
    }

    @Override
    public int label() {
      return images.label(index);
    }

    @Override
    public <T> T read(Function<PictureRows, T> use) {
      return use.apply(PictureRows.of(images.picture(index)));
    }
  }

  /** What was found out about one picture; nothing but the problem if it cannot be read. */
  private record Fact(
      Item item,
      String problem,
      String size,
      String digest,
      ChannelStatistics statistics,
      @Nullable Tensor small) {}

  /**
   * Returns the report of a folder with a folder of pictures per class, or of a list of pictures.
   *
   * @throws FoveaException if it is neither
   */
  public static DataReport ofFiles(Path where) {
    ImageListing listing = ImageListing.of(where, ImageFolder.Options.standard());
    PictureReader reader = new PictureReader();
    List<Item> items = new ArrayList<>();
    listing.train().forEach(e -> items.add(new FileItem(e.file(), e.label(), false, reader)));
    listing.test().forEach(e -> items.add(new FileItem(e.file(), e.label(), true, reader)));
    return of(listing.classes(), listing.problems(), items);
  }

  /**
   * Returns the report of a data set that was opened by name.
   *
   * @throws FoveaException if its pictures are not held in memory
   */
  public static DataReport of(DataSource source) {
    List<Item> items = new ArrayList<>();
    add(items, source.split().train(), false);
    add(items, source.split().test(), true);
    return of(source.classes(), source.problems(), items);
  }

  private static void add(List<Item> items, Dataset part, boolean test) {
    if (!(part instanceof InMemoryImages images)) {
      throw new FoveaException("a report needs pictures in memory, or their folder");
    }
    IntStream.range(0, images.size()).forEach(i -> items.add(new MemoryItem(images, i, test)));
  }

  private static DataReport of(List<String> classes, List<String> problems, List<Item> items) {
    Collector collector = new Collector(classes, problems);
    for (int from = 0; from < items.size(); from += CHUNK) {
      items.subList(from, Math.min(items.size(), from + CHUNK)).parallelStream()
          .map(DataReport::fact)
          .toList()
          .forEach(collector::add);
    }
    return collector.report();
  }

  private static Fact fact(Item item) {
    try {
      return item.read(picture -> fact(item, picture));
    } catch (FoveaException e) {
      String problem = String.valueOf(e.getMessage());
      return new Fact(item, problem, "", "", new ChannelStatistics(3), null);
    }
  }

  private static Fact fact(Item item, PictureRows picture) {
    ChannelStatistics statistics = new ChannelStatistics(3);
    MessageDigest sha = sha256();
    Shape shape = picture.shape();
    sha.update(ByteBuffer.allocate(8).putInt(shape.dim(0)).putInt(shape.dim(1)).array());
    PictureRows rgb = picture.toRgb();
    float[] row = new float[rgb.rowLength()];
    byte[] bytes = new byte[row.length];
    for (int y = 0; y < shape.dim(0); y++) {
      rgb.read(y, row);
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) PicturePixels.toByte(row[i]);
      }
      sha.update(bytes);
      statistics.add(bytes);
    }
    String digest = HexFormat.of().formatHex(sha.digest());
    return new Fact(item, "", shape.times(), digest, statistics, small(picture));
  }

  private static Tensor small(PictureRows picture) {
    int h = picture.shape().dim(0);
    int w = picture.shape().dim(1);
    double scale = (double) SIDE / Math.max(h, w);
    return scale >= 1
        ? picture.toTensor()
        : Resampling.resize(
            picture,
            Math.max(1, (int) Math.round(h * scale)),
            Math.max(1, (int) Math.round(w * scale)));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Counts facts in the order of the pictures. */
  private static final class Collector {
    private final List<String> names;
    private final int[][] counts;
    private final Map<String, Integer> sizes = new TreeMap<>();
    private final Map<String, List<Item>> byDigest = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();
    private final ChannelStatistics statistics = new ChannelStatistics(3);
    private final List<List<Sample>> samples = new ArrayList<>();
    private boolean counted;

    Collector(List<String> names, List<String> problems) {
      this.names = names;
      this.problems.addAll(problems);
      this.counts = new int[2][names.size()];
      names.forEach(n -> samples.add(new ArrayList<>()));
    }

    void add(Fact fact) {
      Tensor small = fact.small;
      if (small == null) {
        problems.add(fact.problem);
        return;
      }
      int label = fact.item.label();
      counts[fact.item.test() ? 1 : 0][label]++;
      sizes.merge(fact.size, 1, Integer::sum);
      byDigest.computeIfAbsent(fact.digest, d -> new ArrayList<>()).add(fact.item);
      if (!fact.item.test()) {
        statistics.add(fact.statistics);
        counted = true;
      }
      if (samples.get(label).size() < SAMPLES) {
        samples.get(label).add(new Sample(names.get(label), small));
      }
    }

    DataReport report() {
      List<ClassCount> classes = new ArrayList<>();
      for (int c = 0; c < names.size(); c++) {
        classes.add(new ClassCount(names.get(c), counts[0][c], counts[1][c]));
      }
      List<List<Item>> twice = byDigest.values().stream().filter(g -> g.size() > 1).toList();
      long crossing =
          twice.stream()
              .filter(g -> g.stream().anyMatch(Item::test) && !g.stream().allMatch(Item::test))
              .count();
      Preprocessing rule = Preprocessing.scaled(Shape.of(1, 1, 3));
      Preprocessing measured = counted ? statistics.applyTo(rule) : rule;
      return new DataReport(
          classes,
          sizes,
          twice.stream().map(g -> g.stream().map(Item::name).toList()).toList(),
          Math.toIntExact(crossing),
          problems,
          measured.mean(),
          measured.std(),
          samples.stream().flatMap(List::stream).toList());
    }
  }

  /** Returns the number of readable pictures. */
  public int pictures() {
    return classes.stream().mapToInt(c -> c.train + c.test).sum();
  }

  /**
   * Returns the ratio of the sizes of the largest and the smallest class; infinite if one is empty.
   */
  public double imbalance() {
    int most = classes.stream().mapToInt(c -> c.train + c.test).max().orElse(0);
    int least = classes.stream().mapToInt(c -> c.train + c.test).min().orElse(0);
    return least == 0 ? Double.POSITIVE_INFINITY : (double) most / least;
  }

  /**
   * Returns a sheet of the first pictures of each class.
   *
   * @throws FoveaException if no picture could be read
   */
  public ContactSheet sheet() {
    ContactSheet sheet = new ContactSheet(SIDE, SIDE);
    samples.forEach(s -> sheet.add(s.picture, s.label));
    return sheet;
  }
}
