package dev.fovea.data;

import dev.fovea.tensor.FoveaException;

/**
 * A data set divided into samples to train on and samples to test with.
 *
 * @param train the samples a network learns from
 * @param test the samples it is measured on and never learns from
 */
public record DataSplit(Dataset train, Dataset test) {
  /** Creates a split; both parts hold samples of one kind. */
  public DataSplit {
    if (!train.inputShapes().equals(test.inputShapes())
        || !train.targets().equals(test.targets())
        || !train.classes().equals(test.classes())) {
      throw new FoveaException(
          "train and test samples differ in kind: "
              + "inputs %s and %s, targets %s and %s, %s and %s classes"
                  .formatted(
                      train.inputShapes(),
                      test.inputShapes(),
                      train.targetShapes(),
                      test.targetShapes(),
                      train.classes().size(),
                      test.classes().size()));
    }
  }

  /** Returns this split with an augmentation of the training samples. */
  public DataSplit augmentTrain(Augmentation change) {
    return new DataSplit(train.augment(change), test);
  }
}
