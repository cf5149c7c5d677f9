package dev.fovea.cli;

import dev.fovea.io.Json;
import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Tells or writes the outputs of a network as they are.
 *
 * @param network the network
 * @param invert whether dark and light are swapped
 * @param json whether they are told as JSON
 * @param out where the outputs of the only picture are written to, if anywhere
 */
record OutputAnswer(NetworkFile network, boolean invert, boolean json, Optional<Path> out) {

  /**
   * Returns what tells or writes outputs for pictures.
   *
   * @throws FoveaException if those of several pictures would be written to one file
   */
  static OutputAnswer of(NetworkFile network, PredictOptions options, List<Path> pictures) {
    options.out().ifPresent(Raw::requireEnding);
    if (options.out().isPresent() && pictures.size() > 1) {
      throw new FoveaException("--out: writes the outputs of one picture, got " + pictures.size());
    }
    return new OutputAnswer(network, options.invert(), options.json(), options.out());
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
      Map<String, Tensor> outputs = Raw.outputs(network, input);
      return () -> tell(picture, outputs);
    };
  }

  private void tell(Path picture, Map<String, Tensor> outputs) {
    String name = Text.oneLine(picture.toString());
    if (out.isPresent()) {
      System.out.println(
          name
              + ": "
              + Raw.write(out.get(), outputs).stream()
                  .map(f -> Text.oneLine(f.toString()))
                  .collect(Collectors.joining(", ")));
    } else if (json) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("image", picture.toString());
      fields.put("outputs", Raw.json(outputs));
      System.out.println(Json.write(fields));
    } else {
      System.out.println(name + ":");
      Raw.lines(outputs).forEach(System.out::println);
    }
  }
}
