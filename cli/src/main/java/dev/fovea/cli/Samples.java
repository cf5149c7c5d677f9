package dev.fovea.cli;

import dev.fovea.data.Dataset;
import dev.fovea.data.Preprocessing;
import dev.fovea.data.Sample;
import dev.fovea.io.Text;
import dev.fovea.nn.Model;
import dev.fovea.nn.Prediction;
import dev.fovea.tensor.Seed;
import dev.fovea.vision.TerminalPicture;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Shows the first test pictures with what a model takes them for. */
final class Samples {
  private static final int COLUMNS = 18;
  private static final int GAP = 2;
  private static final int MOST = 6;

  private Samples() {}

  /** Prints a row of test pictures with predictions. */
  static void print(Model model, Dataset test, Preprocessing rule) {
    int columns = Math.min(COLUMNS, rule.width());
    int count = Math.clamp((Terminal.columns() + GAP) / (columns + GAP), 1, MOST);
    List<List<String>> pictures = new ArrayList<>();
    List<String> captions = new ArrayList<>();
    for (int i = 0; i < Math.min(count, test.size()); i++) {
      Sample sample = test.read(i, Seed.of(i));
      pictures.add(TerminalPicture.lines(sample.picture(), Terminal.pictureMode(), columns));
      captions.add(
          caption(model.predict(test.input(i, Seed.of(i))).best(), sample.label(), test.classes()));
    }
    TerminalPicture.sideBySide(pictures, captions, columns).forEach(System.out::println);
  }

  private static String caption(Prediction.Guess guess, int truth, List<String> classes) {
    return guess.index() == truth
        ? String.format(Locale.ROOT, "%s (%.0f %%)", guess.label(), 100 * guess.probability())
        : guess.label() + ", is " + Text.oneLine(classes.get(truth));
  }
}
