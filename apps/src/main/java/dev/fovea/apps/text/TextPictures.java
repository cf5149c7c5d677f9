package dev.fovea.apps.text;

import dev.fovea.apps.InMemorySamples;
import dev.fovea.data.Mark;
import dev.fovea.data.Preprocessing;
import dev.fovea.data.Sample;
import dev.fovea.data.Target;
import dev.fovea.io.TextFile;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Pictures of one size, each of a line of text; the target is the numbers of its signs, padded with
 * −1.
 */
public final class TextPictures {
  private static final long MOST_BYTES = 10_000_000;

  private TextPictures() {}

  /**
   * Returns pictures with their texts.
   *
   * @param rule the pictures' size and normalisation
   * @param pictures [H, W, C] each, with values 0 … 255
   * @param texts the numbers of the signs of each
   * @param most the largest number of signs that a text may have
   * @throws FoveaException if there are not as many of both, or a text is longer
   */
  public static InMemorySamples of(
      Preprocessing rule, List<Tensor> pictures, List<List<Integer>> texts, int most) {
    if (pictures.size() != texts.size()) {
      throw new FoveaException(
          "pictures of texts: %s pictures and %s texts".formatted(pictures.size(), texts.size()));
    }
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      if (texts.get(i).size() > most) {
        throw new FoveaException(
            "picture %s: a text of %s signs, at most %s expected"
                .formatted(i, texts.get(i).size(), most));
      }
      samples.add(Sample.of(pictures.get(i), new Mark.Sequence(texts.get(i))));
    }
    return new InMemorySamples(rule, List.of(Target.sequence(most)), samples);
  }

  /**
   * Reads the pictures of a table: a line of names of columns, then lines of a file's name and its
   * text, separated by a comma.
   *
   * @param table the file of the table, in UTF-8
   * @param folder the folder of the pictures
   * @throws FoveaException if a file is missing or damaged, or a text has a sign that is not of the
   *     alphabet or is too long
   */
  public static InMemorySamples read(
      Path table, Path folder, Preprocessing rule, Alphabet alphabet, int most) {
    List<String> lines = TextFile.read(table, MOST_BYTES).lines().skip(1).toList();
    List<Tensor> pictures = new ArrayList<>();
    List<List<Integer>> texts = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String where = table + ": line " + (i + 2) + ": ";
      String[] parts = lines.get(i).split(",", -1);
      if (parts.length != 2) {
        throw new FoveaException(where + "the name of a file, a comma and its text expected");
      }
      try {
        texts.add(alphabet.numbers(parts[1]));
      } catch (FoveaException e) {
        throw new FoveaException(where + e.getMessage(), e);
      }
      pictures.add(Images.read(inside(folder, parts[0], where), rule));
    }
    return of(rule, pictures, texts, most);
  }

  private static Path inside(Path folder, String name, String where) {
    Path file = folder.resolve(name).normalize();
    if (!file.startsWith(folder.normalize())) {
      throw new FoveaException(where + "the file " + name + " lies outside of " + folder);
    }
    return file;
  }

  /** Returns the numbers of the signs of a picture's text. */
  public static List<Integer> text(InMemorySamples pictures, int index) {
    return pictures.samples().get(index).mark(Mark.Sequence.class).orElseThrow().tokens();
  }
}
