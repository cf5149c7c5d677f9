package dev.fovea.vision;

import dev.fovea.data.DataSplit;
import dev.fovea.data.Preprocessing;
import java.util.List;

/**
 * A data set that was opened by name.
 *
 * @param name its name, as in {@code --data}
 * @param split the samples to train on and to test with
 * @param parted whether its files define the training and test samples; otherwise they were divided
 *     at random
 * @param preprocessing how pictures become inputs, for the metadata of a model
 * @param problems one line about each file that was skipped
 */
public record DataSource(
    String name,
    DataSplit split,
    boolean parted,
    Preprocessing preprocessing,
    List<String> problems) {
  /** Creates a source. */
  public DataSource {
    problems = List.copyOf(problems);
  }

  /** Returns the names of the classes. */
  public List<String> classes() {
    return split.train().classes();
  }
}
