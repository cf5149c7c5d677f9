package dev.fovea.cli;

import dev.fovea.io.AtomicFiles;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.label.LabelledPicture.Numbers;
import dev.fovea.systems.measure.CocoResults;
import dev.fovea.systems.measure.Found;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Writes COCO's file of results: what was found in each picture of a data set. */
final class ResultsFile {
  private ResultsFile() {}

  /** Returns how files number pictures and classes, if all pictures are and classes all alike. */
  static List<Numbers> numbers(LabelledData samples) {
    List<Numbers> all = new ArrayList<>();
    for (int i = 0; i < samples.size(); i++) {
      samples.labels(i).numbers().ifPresent(all::add);
    }
    boolean apart =
        all.stream().mapToLong(Numbers::picture).distinct().count() == samples.size()
            && all.stream().map(Numbers::classes).distinct().count() == 1;
    return apart ? all : List.of();
  }

  /**
   * Writes what was found. Pictures and classes have the ids of the data's own files, and count
   * from 1 where those have none.
   *
   * @param numbers the ids; empty if there are none
   * @param classes how many classes there are
   * @param found what was found in each picture
   * @throws dev.fovea.tensor.FoveaException if the file cannot be written
   */
  static void write(Path file, List<Numbers> numbers, int classes, List<List<Found>> found) {
    AtomicFiles.write(file, results(numbers, found).write(categories(numbers, classes)));
  }

  /** Writes what was found as {@link #write} does, as key points without boxes. */
  static void writeKeyPoints(
      Path file, List<Numbers> numbers, int classes, List<List<Found>> found) {
    AtomicFiles.write(file, results(numbers, found).writeKeyPoints(categories(numbers, classes)));
  }

  private static CocoResults results(List<Numbers> numbers, List<List<Found>> found) {
    Map<Long, List<Found>> byNumber = new LinkedHashMap<>();
    for (int i = 0; i < found.size(); i++) {
      byNumber.put(numbers.isEmpty() ? i + 1L : numbers.get(i).picture(), found.get(i));
    }
    return new CocoResults(byNumber);
  }

  private static List<Long> categories(List<Numbers> numbers, int classes) {
    return numbers.isEmpty()
        ? IntStream.rangeClosed(1, classes).mapToObj(i -> (long) i).toList()
        : numbers.get(0).classes();
  }
}
