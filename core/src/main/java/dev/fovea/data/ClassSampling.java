package dev.fovea.data;

import dev.fovea.io.Suggest;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;

/** What can be done with samples whose targets are class labels. */
public final class ClassSampling {
  private ClassSampling() {}

  /**
   * Returns the label of every sample.
   *
   * @throws FoveaException if the targets are no class labels
   */
  public static int[] labels(Dataset data) {
    requireLabels(data);
    return switch (data) {
      case LabelledPictures p -> p.labels().clone();
      case Subset s -> s.chosen(labels(s.source()));
      case ChosenClasses c -> c.numbered(labels(c.source()));
      case Augmented a -> labels(a.source());
      case Shuffled s -> labels(s.source());
      case Normalized n -> labels(n.source());
      default -> read(data);
    };
  }

  private static void requireLabels(Dataset data) {
    if (data.classes().isEmpty() || !data.targets().get(0).equals(Target.label())) {
      throw new FoveaException("samples with class labels expected, these have other targets");
    }
  }

  private static int[] read(Dataset data) {
    int classes = data.classes().size();
    int[] labels = new int[data.size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = data.read(i, Seed.of(0)).label();
      if (labels[i] < 0 || labels[i] >= classes) {
        throw new FoveaException(
            "sample %s: label %s, the classes are 0 to %s".formatted(i, labels[i], classes - 1));
      }
    }
    return labels;
  }

  /** Returns how many samples each class has. */
  public static int[] counts(Dataset data) {
    int[] counts = new int[data.classes().size()];
    for (int label : labels(data)) {
      counts[label]++;
    }
    return counts;
  }

  /**
   * Returns a weight per class, n / (classes · samples of the class), so that the weights of all
   * samples add up to their number n; 0 for a class without samples.
   */
  public static float[] weights(Dataset data) {
    int[] counts = counts(data);
    long present = Arrays.stream(counts).filter(n -> n > 0).count();
    float[] weights = new float[counts.length];
    for (int c = 0; c < weights.length; c++) {
      weights[c] = counts[c] == 0 ? 0 : (float) ((double) data.size() / (present * counts[c]));
    }
    return weights;
  }

  /**
   * Returns a random split that takes the same share of every class: of each at least one sample on
   * either side, where it has two.
   *
   * @param fraction the share of the samples to train on
   * @throws FoveaException if the fraction is not between 0 and 1 or a side would be empty
   */
  public static DataSplit stratified(Dataset data, double fraction, Seed seed) {
    if (!(fraction > 0 && fraction < 1)) {
      throw new FoveaException("a split needs a fraction between 0 and 1, got " + fraction);
    }
    List<Integer> train = new ArrayList<>();
    List<Integer> test = new ArrayList<>();
    List<int[]> members = members(data);
    for (int c = 0; c < members.size(); c++) {
      int[] own = members.get(c);
      int[] order = seed.split("stratified").split(c).rng().permutation(own.length);
      int cut = (int) Math.round(fraction * own.length);
      int kept = own.length < 2 ? own.length : Math.clamp(cut, 1, own.length - 1);
      for (int i = 0; i < order.length; i++) {
        (i < kept ? train : test).add(own[order[i]]);
      }
    }
    if (test.isEmpty()) {
      throw new FoveaException("a split needs a class of two samples, all classes have fewer");
    }
    return new DataSplit(data.subset(sorted(train)), data.subset(sorted(test)));
  }

  private static int[] sorted(List<Integer> indices) {
    return indices.stream().mapToInt(Integer::intValue).sorted().toArray();
  }

  /** Returns the samples of each class. */
  static List<int[]> members(Dataset data) {
    int[] labels = labels(data);
    List<List<Integer>> members = new ArrayList<>();
    data.classes().forEach(c -> members.add(new ArrayList<>()));
    for (int i = 0; i < labels.length; i++) {
      members.get(labels[i]).add(i);
    }
    return members.stream().map(ClassSampling::sorted).toList();
  }

  /**
   * Returns the samples of some classes, whose labels are numbered anew in the order of the names.
   *
   * @param names two or more of the classes
   * @throws FoveaException if a class is unknown or named twice, or there are fewer than two
   */
  public static Dataset only(Dataset data, List<String> names) {
    if (names.size() < 2 || new HashSet<>(names).size() < names.size()) {
      throw new FoveaException("classes " + names + ": two or more different ones expected");
    }
    int[] numbers = new int[data.classes().size()];
    Arrays.fill(numbers, -1);
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      int c = data.classes().indexOf(name);
      if (c < 0) {
        throw new FoveaException(
            "class \"" + name + "\": unknown" + Suggest.hint(name, data.classes()));
      }
      numbers[c] = i;
    }
    int[] labels = labels(data);
    int[] kept = IntStream.range(0, labels.length).filter(i -> numbers[labels[i]] >= 0).toArray();
    return new ChosenClasses(data.subset(kept), names, numbers);
  }

  /**
   * Returns the first {@code n} samples of every class, or all where there are fewer, in the order
   * in which they were.
   *
   * @throws FoveaException if n is not positive
   */
  public static Dataset firstOfEach(Dataset data, int n) {
    if (n < 1) {
      throw new FoveaException("samples of each class: 1 or more expected, got " + n);
    }
    return data.subset(
        members(data).stream().flatMapToInt(m -> Arrays.stream(m).limit(n)).sorted().toArray());
  }

  /**
   * Returns as many samples of which every class has the same share: sample i is one of class i mod
   * classes, drawn by the sample's seed and so anew in every epoch. Classes without samples are
   * left out.
   *
   * @throws FoveaException if the targets are no class labels
   */
  public static Dataset balanced(Dataset data) {
    List<int[]> present = members(data).stream().filter(m -> m.length > 0).toList();
    return new BalancedClasses(data, present);
  }

  /**
   * Returns the samples with distributions [classes] as targets, 1 for the class of the label: what
   * mixed samples are tested beside.
   *
   * @throws FoveaException if the targets are no class labels
   */
  public static Dataset distributions(Dataset data) {
    requireLabels(data);
    return new Distributions(data);
  }

  /**
   * Returns samples that are kept in memory once they have been read, for as long as the data set
   * is used; read before random changes, not after them.
   *
   * @throws FoveaException if something random is done to the samples when they are read
   */
  public static Dataset cached(Dataset data) {
    if (!data.description().isEmpty()) {
      throw new FoveaException(
          "cache: samples that are changed when they are read (%s); cache them before that"
              .formatted(data.description()));
    }
    return new CachedSamples(data);
  }
}
