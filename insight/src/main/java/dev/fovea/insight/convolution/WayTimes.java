package dev.fovea.insight.convolution;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How long a convolution of one channel takes in each {@link ConvolutionWay}, by the size of its
 * kernel. Times are those of the readable code of this package on one thread, the least of several
 * turns; they differ from machine to machine.
 *
 * @param size the height and width of the picture
 * @param rows one for each size of kernel, in the order asked for
 */
public record WayTimes(int size, List<Row> rows) {
  private static final double NANOS = 1e6;

  /** The least time that is measured at once, in nanoseconds: shorter ones are repeated. */
  private static final long LEAST = 2_000_000;

  /**
   * One size of kernel.
   *
   * @param kernel its height and width
   * @param millis the time of each way that takes it, in milliseconds
   * @param multiplications of each way
   */
  public record Row(
      int kernel, Map<ConvolutionWay, Double> millis, Map<ConvolutionWay, Long> multiplications) {
    /** Copies the maps. */
    public Row {
      millis = Map.copyOf(millis);
      multiplications = Map.copyOf(multiplications);
    }

    /** Returns the lesser times of two turns. */
    Row orBetter(Row other) {
      Map<ConvolutionWay, Double> least = new EnumMap<>(millis);
      other.millis.forEach((way, ms) -> least.merge(way, ms, Math::min));
      return new Row(kernel, least, multiplications);
    }
  }

  /** Copies the list. */
  public WayTimes {
    rows = List.copyOf(rows);
  }

  /**
   * Measures.
   *
   * @param size the height and width of the picture
   * @param kernels the heights and widths of the kernels
   * @param turns how often each is measured; the least time counts
   * @throws FoveaException if a kernel is larger than the picture, or a number below 1
   */
  public static WayTimes measure(int size, List<Integer> kernels, int turns) {
    if (turns < 1 || kernels.stream().anyMatch(k -> k < 1 || k > size)) {
      throw new FoveaException(
          "convolution: kernels from 1 to %s and 1 turn or more expected, got %s and %s"
              .formatted(size, kernels, turns));
    }
    Tensor picture = random(Shape.of(size, size, 1), Seed.of(1));
    List<Row> rows = new ArrayList<>(turn(picture, kernels));
    // All sizes in turns: the first meet code that is not compiled yet.
    for (int turn = 1; turn < turns; turn++) {
      List<Row> next = turn(picture, kernels);
      for (int i = 0; i < rows.size(); i++) {
        rows.set(i, rows.get(i).orBetter(next.get(i)));
      }
    }
    return new WayTimes(size, rows);
  }

  private static List<Row> turn(Tensor picture, List<Integer> kernels) {
    List<Row> rows = new ArrayList<>();
    for (int k : kernels) {
      Tensor kernel = random(Shape.of(k, k, 1, 1), Seed.of(k));
      Map<ConvolutionWay, Double> millis = new EnumMap<>(ConvolutionWay.class);
      Map<ConvolutionWay, Long> products = new EnumMap<>(ConvolutionWay.class);
      for (ConvolutionWay way : ConvolutionWay.values()) {
        if (way.takes(k, k)) {
          products.put(way, way.convolve(picture, kernel).multiplications());
          millis.put(way, time(way, picture, kernel));
        }
      }
      rows.add(new Row(k, millis, products));
    }
    return rows;
  }

  private static double time(ConvolutionWay way, Tensor picture, Tensor kernel) {
    long begin = System.nanoTime();
    long end = begin;
    int times = 0;
    while (times == 0 || end - begin < LEAST) {
      way.convolve(picture, kernel);
      times++;
      end = System.nanoTime();
    }
    return (end - begin) / NANOS / times;
  }

  private static Tensor random(Shape shape, Seed seed) {
    Tensor t = Tensor.zeros(shape);
    Rng rng = seed.rng();
    for (int i = 0; i < t.data().length; i++) {
      t.data()[i] = rng.nextFloat(-1, 1);
    }
    return t;
  }

  /**
   * Returns the smallest kernel from which on FFT takes less time than the definition; empty if it
   * does not at the largest.
   */
  public Optional<Integer> fftWinsFrom() {
    Optional<Integer> from = Optional.empty();
    for (Row r : rows) {
      boolean wins = told(r, ConvolutionWay.FFT) < told(r, ConvolutionWay.DIRECT);
      from = wins ? Optional.of(from.orElse(r.kernel)) : Optional.empty();
    }
    return from;
  }

  private static double told(Row row, ConvolutionWay way) {
    return row.millis.getOrDefault(way, Double.POSITIVE_INFINITY);
  }
}
