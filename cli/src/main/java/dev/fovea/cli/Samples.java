package dev.fovea.cli;

import dev.fovea.data.Dataset;
import dev.fovea.data.Preprocessing;
import dev.fovea.io.Text;
import dev.fovea.nn.Model;
import dev.fovea.nn.Prediction;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
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
      Tensor input = Tensor.zeros(test.inputShape());
      float[] label = new float[1];
      test.read(i, Seed.of(i), input.data(), 0, label, 0);
      Tensor picture = Images.restore(rule, input);
      pictures.add(TerminalPicture.lines(picture, Terminal.pictureMode(), columns));
      captions.add(caption(model.predict(input).best(), Math.round(label[0]), test.classes()));
    }
    TerminalPicture.sideBySide(pictures, captions, columns).forEach(System.out::println);
  }

  private static String caption(Prediction.Guess guess, int truth, List<String> classes) {
    return guess.index() == truth
        ? String.format(Locale.ROOT, "%s (%.0f %%)", guess.label(), 100 * guess.probability())
        : guess.label() + ", is " + Text.oneLine(classes.get(truth));
  }
}
