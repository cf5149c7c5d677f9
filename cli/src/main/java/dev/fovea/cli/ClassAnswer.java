package dev.fovea.cli;

import dev.fovea.io.Json;
import dev.fovea.io.Text;
import dev.fovea.nn.Prediction;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Tells the classes of pictures.
 *
 * @param network the network
 * @param invert whether dark and light are swapped
 * @param top how many classes are told of a picture
 * @param json whether they are told as JSON
 */
record ClassAnswer(NetworkFile network, boolean invert, int top, boolean json) {
  private static final int TOP = 3;

  /** Returns what tells classes. */
  static ClassAnswer of(NetworkFile network, PredictOptions options) {
    return new ClassAnswer(network, options.invert(), options.top(TOP), options.json());
  }

  /**
   * Reads a picture.
   *
   * @return what then answers about it, and last tells the answer
   * @throws FoveaException if it cannot be read
   */
  Supplier<Runnable> read(Path picture) {
    Tensor input = network.input(picture, invert);
    return () -> {
      Prediction prediction = network.model().predict(input);
      return () -> tell(picture, prediction);
    };
  }

  private void tell(Path picture, Prediction prediction) {
    requireFinite(picture, prediction.probabilities());
    List<Prediction.Guess> guesses = prediction.top(top);
    if (json) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("image", picture.toString());
      fields.put("predictions", guesses.stream().map(ClassAnswer::fields).toList());
      System.out.println(Json.write(fields));
      return;
    }
    System.out.println(
        guesses.stream()
            .map(g ->
                String.format(Locale.ROOT, "%s %.1f %%", name(g), 100 * (double) g.probability()))
            .collect(Collectors.joining(", ", Text.oneLine(picture.toString()) + ": ", "")));
  }

  /** Requires that outputs are numbers: finite weights may still give none. */
  private void requireFinite(Path picture, float... values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new FoveaException(
            "%s: gives a probability that is no finite number for %s; its weights are damaged or too large"
                .formatted(network.file(), picture));
      }
    }
  }

  /** Returns the name of a class, or which it is where the model knows no names. */
  private String name(Prediction.Guess g) {
    return network.model().labels().isEmpty() ? "class " + g.index() : label(g);
  }

  /** Files of other tools may call classes anything. */
  private static String label(Prediction.Guess g) {
    return Text.oneLine(g.label());
  }

  private static Map<String, Object> fields(Prediction.Guess g) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("index", g.index());
    fields.put("label", label(g));
    fields.put("probability", g.probability());
    return fields;
  }
}
