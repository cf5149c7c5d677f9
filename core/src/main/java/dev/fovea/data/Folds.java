package dev.fovea.data;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import java.util.ArrayList;
import java.util.List;

/** Splits for k-fold cross-validation: every sample is in the test part of exactly one split. */
public final class Folds {
  private Folds() {}

  /**
   * Returns {@code k} random splits with test parts of nearly equal size.
   *
   * @throws FoveaException if there are fewer than 2 parts or fewer samples than parts
   */
  public static List<DataSplit> of(Dataset data, int k, Seed seed) {
    require(data, k);
    return splits(data, k, seed.rng().permutation(data.size()));
  }

  /**
   * Returns {@code k} random splits whose test parts have nearly the same share of each class.
   *
   * @throws FoveaException if there are fewer than 2 parts or fewer samples than parts, or the
   *     targets are no class labels
   */
  public static List<DataSplit> stratified(Dataset data, int k, Seed seed) {
    require(data, k);
    int[] labels = ClassSampling.labels(data);
    List<List<Integer>> byClass = new ArrayList<>();
    data.classes().forEach(c -> byClass.add(new ArrayList<>()));
    for (int i : seed.rng().permutation(data.size())) {
      byClass.get(labels[i]).add(i);
    }
    // Dealt out in turn, class after class: neither classes nor sizes differ by more than 1.
    int[] order = byClass.stream().flatMap(List::stream).mapToInt(i -> i).toArray();
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
