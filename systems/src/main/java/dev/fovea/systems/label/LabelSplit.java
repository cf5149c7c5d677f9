package dev.fovea.systems.label;

import dev.fovea.data.DataSplit;
import java.util.List;

/**
 * Labelled samples to train on and to test with.
 *
 * @param train the samples a network learns from
 * @param test the samples it is measured on
 * @param parted whether the data set says which are which, else every fifth is to test with
 * @param problems what is wrong with labels and pictures
 */
public record LabelSplit(
    LabelledData train, LabelledData test, boolean parted, List<LabelProblem> problems) {
  /** Copies the list. */
  public LabelSplit {
    problems = List.copyOf(problems);
  }

  /** Returns the samples alone. */
  public DataSplit split() {
    return new DataSplit(train, test);
  }
}
