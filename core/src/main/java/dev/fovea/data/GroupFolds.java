package dev.fovea.data;

import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Cross-validation by groups: folds of which each tests with other groups, such as persons, and
 * trains on all the rest, so that no group is on both sides.
 */
public final class GroupFolds {
  private GroupFolds() {}

  /**
   * Returns the folds; fold k tests with the groups whose number leaves k when it is divided by the
   * number of folds. Samples keep their order.
   *
   * @param groups the number of the group of each sample
   * @param folds how many, 2 or more
   * @throws FoveaException if a fold has no samples on one side
   */
  public static List<DataSplit> of(Dataset data, int[] groups, int folds) {
    if (groups.length != data.size() || folds < 2) {
      throw new FoveaException(
          "folds: 2 or more and a group for each of %s samples expected, got %s and %s groups"
              .formatted(data.size(), folds, groups.length));
    }
    List<DataSplit> splits = new ArrayList<>();
    for (int fold = 0; fold < folds; fold++) {
      int own = fold;
      int[] train = chosen(groups, g -> Math.floorMod(g, folds) != own);
      int[] test = chosen(groups, g -> Math.floorMod(g, folds) == own);
      if (train.length == 0 || test.length == 0) {
        throw new FoveaException(
            "folds: fold %s of %s has %s samples to train on and %s to test with; needs both"
                .formatted(fold, folds, train.length, test.length));
      }
      splits.add(new DataSplit(data.subset(train), data.subset(test)));
    }
    return splits;
  }

  private static int[] chosen(int[] groups, IntPredicate wanted) {
    return IntStream.range(0, groups.length).filter(i -> wanted.test(groups[i])).toArray();
  }
}
