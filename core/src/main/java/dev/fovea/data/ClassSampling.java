package dev.fovea.data;

import dev.fovea.io.Suggest;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Operations on data sets whose targets are class labels: counts, weights, splits and balanced
 * sampling.
 */
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
   * Returns a weight per class that makes up for different frequencies: n / (classes · samples of
   * the class), with n the number of samples; 0 for a class without samples. The weights of all
   * samples add up to n.
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
   * Returns a random split with the same share of every class on both sides. A class with at least
   * two samples has at least one on each side.
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
   * Returns the samples of some classes; their labels become 0, 1, … in the order of the names.
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
   * Returns the first {@code n} samples of every class, or all where there are fewer, in their
   * original order.
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
   * Returns a data set of the same size in which every class is equally frequent: sample i is a
   * random one of class i mod classes, drawn anew in every epoch. Classes without samples are left
   * out.
   *
   * @throws FoveaException if the targets are no class labels
   */
  public static Dataset balanced(Dataset data) {
    List<int[]> present = members(data).stream().filter(m -> m.length > 0).toList();
    return new BalancedClasses(data, present);
  }

  /**
   * Returns the samples with one-hot targets [classes]: 1 for the class of the label, otherwise 0.
   * A validation set needs them where the training samples are mixed.
   *
   * @throws FoveaException if the targets are no class labels
   */
  public static Dataset distributions(Dataset data) {
    requireLabels(data);
    return new Distributions(data);
  }

  /**
   * Returns this data set with every sample kept in memory once it has been read. Cache before
   * random augmentations are added, not after.
   *
   * @throws FoveaException if the samples are changed at random when they are read
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
