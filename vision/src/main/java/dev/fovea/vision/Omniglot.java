package dev.fovea.vision;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Omniglot (Lake, Salakhutdinov and Tenenbaum, 2015): handwritten characters of many alphabets,
 * each drawn by 20 people, and 20 runs in each of which 20 drawings are told by one example of each
 * character.
 *
 * <p>Pictures are [side, side, 1], their values 0 … 255, ink bright.
 */
public final class Omniglot {
  private static final List<String> BACKGROUND =
      List.of("images_background_small1.zip", "images_background_small2.zip");
  private static final String RUNS = "one-shot-classification_all_runs.zip";
  private static final float WHITE = 255;

  private Omniglot() {}

  /**
   * A run: whose character is drawn?
   *
   * @param examples one drawing of each character
   * @param drawings what is to be told
   * @param answers the number of each drawing's example
   */
  public record Run(List<Tensor> examples, List<Tensor> drawings, List<Integer> answers) {
    /** Copies the lists. */
    public Run {
      examples = List.copyOf(examples);
      drawings = List.copyOf(drawings);
      answers = List.copyOf(answers);
    }
  }

  /**
   * Reads the characters of the two small background sets, whose alphabets are not those of the
   * runs.
   *
   * @param folder with images_background_small1.zip and images_background_small2.zip
   * @param side of a picture in pixels
   * @return the drawings of each character
   * @throws FoveaException if a file is missing or damaged
   */
  public static List<List<Tensor>> characters(Path folder, int side) {
    TreeMap<String, TreeMap<String, Tensor>> characters = new TreeMap<>();
    for (String file : BACKGROUND) {
      try (PictureArchive archive = PictureArchive.open(folder.resolve(file))) {
        for (String name : archive.names()) {
          if (name.endsWith(".png")) {
            // Both sets have alphabets in common: SET/ALPHABET/CHARACTER/DRAWING.png
            String path = name.substring(name.indexOf('/') + 1);
            String character = path.substring(0, Math.max(0, path.lastIndexOf('/')));
            characters
                .computeIfAbsent(character, c -> new TreeMap<>())
                .computeIfAbsent(path, p -> ink(archive.picture(name), side));
          }
        }
      }
    }
    return characters.values().stream().map(c -> List.copyOf(c.values())).toList();
  }

  /**
   * Reads the runs.
   *
   * @param folder with one-shot-classification_all_runs.zip
   * @param side of a picture in pixels
   * @throws FoveaException if the file is missing or damaged
   */
  public static List<Run> runs(Path folder, int side) {
    try (PictureArchive archive = PictureArchive.open(folder.resolve(RUNS))) {
      return archive.names().stream()
          .filter(n -> n.endsWith("class_labels.txt"))
          .map(n -> run(archive, n, side))
          .toList();
    }
  }

  /** Reads a run; lines are the name of a drawing and that of its example. */
  private static Run run(PictureArchive archive, String labels, int side) {
    String folder = labels.substring(0, labels.lastIndexOf('/') + 1);
    List<String> names =
        archive.names().stream()
            .filter(n -> n.startsWith(folder + "training/") && n.endsWith(".png"))
            .toList();
    List<Tensor> drawings = new ArrayList<>();
    List<Integer> answers = new ArrayList<>();
    for (String line : archive.text(labels).lines().filter(l -> !l.isBlank()).toList()) {
      String[] pair = line.strip().split(" +", -1);
      int answer = pair.length == 2 ? names.indexOf(pair[1]) : -1;
      if (answer < 0) {
        throw new FoveaException(labels + ": a drawing and its example expected, got " + line);
      }
      drawings.add(ink(archive.picture(pair[0]), side));
      answers.add(answer);
    }
    List<Tensor> examples = names.stream().map(n -> ink(archive.picture(n), side)).toList();
    return new Run(examples, drawings, answers);
  }

  private static Tensor ink(Tensor drawing, int side) {
    Tensor small = Images.resize(Images.toGrey(drawing), side, side);
    for (int i = 0; i < small.data().length; i++) {
      small.data()[i] = WHITE - small.data()[i];
    }
    return small;
  }
}
