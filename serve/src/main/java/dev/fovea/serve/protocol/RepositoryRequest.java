package dev.fovea.serve.protocol;

import dev.fovea.io.Json;
import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import java.nio.ByteBuffer;
import java.util.Map;

/** What a client says of the loading of a model: parameters of the model repository extension. */
public final class RepositoryRequest {
  private static final String CONFIG = "config";
  private static final String FILE = "file:";

  private RepositoryRequest() {}

  /**
   * Reads the body of a request to load or unload a model; it may be empty. Parameters that are not
   * known change nothing, as with inference.
   *
   * @throws FoveaException if it is not JSON, or brings a configuration or files with it, for the
   *     model would not be the one that the client means
   */
  public static void require(byte[] body) {
    if (body.length == 0) {
      return;
    }
    Map<String, Object> json = Json.parseObject(InferReader.text(ByteBuffer.wrap(body)), "request");
    Object parameters = json.getOrDefault("parameters", Map.of());
    for (String name : Json.object(parameters, "request parameters").keySet()) {
      if (name.equals(CONFIG) || name.startsWith(FILE)) {
        throw new FoveaException(
            "request: parameter \"%s\" is not supported: a model is read from the file that the server was given, as it is"
                .formatted(Text.shown(name)));
      }
    }
  }
}
