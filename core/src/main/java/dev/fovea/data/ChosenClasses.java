package dev.fovea.data;

import dev.fovea.tensor.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Samples of chosen classes under new labels. */
final class ChosenClasses implements View {
  private final Dataset source;
  private final List<String> classes;
  private final int[] numbers;

  /**
   * Creates the view.
   *
   * @param source the samples, all of chosen classes
   * @param classes the names of the chosen classes
   * @param numbers the new label of each class of the source, −1 for one that was not chosen
   */
  ChosenClasses(Dataset source, List<String> classes, int[] numbers) {
    this.source = source;
    this.classes = List.copyOf(classes);
    this.numbers = numbers.clone();
  }

  @Override
  public Dataset source() {
    return source;
  }

  @Override
  public List<String> classes() {
    return classes;
  }

  /** Returns the new labels in place of those of the source. */
  int[] numbered(int... labels) {
    return Arrays.stream(labels).map(label -> numbers[label]).toArray();
  }

  @Override
  public Sample read(int index, Seed seed) {
    Sample sample = source.read(index, seed);
    List<Mark> marks = new ArrayList<>(sample.marks());
    marks.set(0, new Mark.Label(numbers[sample.label()]));
    return sample.with(marks);
  }
}
