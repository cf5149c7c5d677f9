package dev.fovea.vision;

import dev.fovea.data.DataSplit;
import dev.fovea.data.Preprocessing;
import java.util.List;

/**
 * A data set that was opened by name.
 *
 * @param name its name, as in {@code --data}
 * @param split the samples to train on and to test with
 * @param parted whether its files say which samples are to train on and which to test with, else
 *     they were divided by chance
 * @param preprocessing how pictures become inputs, for the metadata of a model
 * @param problems what was wrong with files that were skipped, one line each
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
