package dev.fovea.cli;

import dev.fovea.engine.Engine;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.formats.Port;
import dev.fovea.io.FileNames;
import dev.fovea.io.Text;
import dev.fovea.nn.Model;
import dev.fovea.serve.ServedModel;
import dev.fovea.serve.batch.Batching;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file whose network is served.
 *
 * @param name the name of the model
 * @param version its version
 * @param path the file, or the output folder of a training
 */
record ServedFile(String name, int version, Path path) {
  private static final Pattern NAMED =
      Pattern.compile("([A-Za-z0-9][A-Za-z0-9._-]{0,127})(?::([1-9]\\d{0,8}))?=(.+)");
  private static final String NAMES =
      "up to 128 of A-Z, a-z, 0-9, ., _ and - expected, the first a letter or digit, and then maybe"
          + " a version from 1, as in digits:2";

  /** Returns what an argument {@code [NAME[:VERSION]=]FILE} says; the file's name by default. */
  static ServedFile of(String argument) {
    Matcher m = NAMED.matcher(argument);
    if (m.matches() && !Files.exists(FileName.path(argument))) {
      int version = m.group(2) == null ? 1 : Integer.parseInt(m.group(2));
      return new ServedFile(m.group(1), version, FileName.path(m.group(3)));
    }
    Path path = FileName.path(argument);
    int equals = argument.indexOf('=');
    if (equals >= 0 && !Files.exists(path)) {
      String name = Text.shown(argument.substring(0, equals));
      String file = argument.substring(equals + 1);
      throw new FoveaException(
          file.isEmpty()
              ? "%s=: a file expected behind =".formatted(name)
              : "%s: no such file, and \"%s\" cannot be the name of a model: %s"
                  .formatted(Text.shown(argument), name, NAMES));
    }
    String stem = FileNames.stem(path).replaceAll("[^A-Za-z0-9._-]", "-");
    if (stem.isEmpty() || !Character.isLetterOrDigit(stem.charAt(0))) {
      throw new FoveaException(argument + ": name the model, as in NAME=" + argument);
    }
    return new ServedFile(stem, 1, path);
  }

  /**
   * Requires that the file is there.
   *
   * @throws FoveaException if it is not
   */
  void requireThere() {
    Path file = NetworkFile.inside(path);
    if (!Files.exists(file)) {
      throw new FoveaException(Text.oneLine(path.toString()) + ": no such file");
    }
  }

  /**
   * Reads the network.
   *
   * @throws FoveaException if the file is broken or of no known format
   */
  ServedModel read(InputOptions options, Engine engine, Batching batching) {
    Path file = NetworkFile.inside(path);
    if (NetworkFile.isOwn(file, options)) {
      Model model = NetworkFile.read(file, options, engine).model();
      return ServedModel.of(name, model).version(version).batching(batching);
    }
    ImportedNetwork network = options.read(file);
    return new ServedModel(
        name,
        version,
        model(file, network, options, engine),
        network.inputs(),
        network.outputs(),
        batching);
  }

  /** Returns the model of a network, which knows how pictures become inputs if it takes any. */
  private static Model model(
      Path file, ImportedNetwork network, InputOptions options, Engine engine) {
    List<Shape> inputs = network.inputs().stream().map(Port::sample).toList();
    if (inputs.size() != 1 || !InputOptions.isPicture(inputs.get(0))) {
      return network.model(engine);
    }
    NetworkFile known = NetworkFile.of(file, network, options, engine);
    Map<String, String> texts = new LinkedHashMap<>(known.model().metadata());
    known.rule().put(texts);
    return known.model().withMetadata(texts);
  }
}
