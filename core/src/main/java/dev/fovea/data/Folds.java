package dev.fovea.data;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Splits for cross-validation: every sample is tested with once and trained on otherwise. */
public final class Folds {
  private Folds() {}

  /**
   * Returns {@code k} splits into random parts of nearly one size.
   *
   * @throws FoveaException if there are fewer than 2 parts or fewer samples than parts
   */
  public static List<DataSplit> of(Dataset data, int k, Seed seed) {
    require(data, k);
    return splits(data, k, seed.rng().permutation(data.size()));
  }

  /**
   * Returns {@code k} splits into random parts that have nearly the same share of each class.
   *
   * @throws FoveaException if there are fewer than 2 parts or fewer samples than parts, or samples
   *     have no class number as target
   */
  public static List<DataSplit> stratified(Dataset data, int k, Seed seed) {
    require(data, k);
    if (data.targetShape().elements() != 1) {
      throw new FoveaException(
          "stratified folds: targets are " + data.targetShape() + ", class numbers are needed");
    }
    int[] random = seed.rng().permutation(data.size());
    float[] input = new float[data.inputShape().elements()];
    float[] label = new float[1];
    Map<Float, List<Integer>> byClass = new TreeMap<>();
    for (int i : random) {
      data.read(i, Seed.of(0), input, 0, label, 0);
      byClass.computeIfAbsent(label[0], _ -> new ArrayList<>()).add(i);
    }
    // Dealt out in turn, class after class, so that neither classes nor sizes differ by more than
    // 1.
    int[] order = byClass.values().stream().flatMap(List::stream).mapToInt(i -> i).toArray();
    return splits(data, k, order);
  }

  private static void require(Dataset data, int k) {
    if (k < 2 || data.size() < k) {
      throw new FoveaException(
          "folds: at least 2 and no more than samples expected, got "
              + k
              + " of "
              + data.size()
              + " samples");
    }
  }

  private static List<DataSplit> splits(Dataset data, int k, int[] order) {
    List<DataSplit> splits = new ArrayList<>();
    for (int fold = 0; fold < k; fold++) {
      List<Integer> train = new ArrayList<>();
      List<Integer> test = new ArrayList<>();
      for (int i = 0; i < order.length; i++) {
        (i % k == fold ? test : train).add(order[i]);
      }
      splits.add(new DataSplit(data.subset(ints(train)), data.subset(ints(test))));
    }
    return splits;
  }

  private static int[] ints(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }
}
