package dev.fovea.bench;

import dev.fovea.engine.Engine;
import dev.fovea.formats.Formats;
import dev.fovea.io.Json;
import dev.fovea.serve.ModelLoader;
import dev.fovea.serve.RunningServer;
import dev.fovea.serve.ServedModel;
import dev.fovea.serve.Server;
import dev.fovea.serve.ServerOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The process in which Fovea serves a network. Arguments: its file, seconds of warming up. */
final class ServeChild {
  /** What the network is called in addresses. */
  static final String NAME = "net";

  private ServeChild() {}

  /** Serves until the input ends. */
  public static void main(String[] args) throws IOException {
    Path file = Path.of(args[0]);
    ModelLoader loader =
        (name, version) ->
            ServedModel.of(NAME, Formats.read(file, Optional.empty()), Engine.shared());
    ServerOptions options =
        ServerOptions.usual().warmUp(Duration.ofSeconds(Long.parseLong(args[1])));
    ServedModel model = loader.load(NAME, OptionalInt.empty());
    try (RunningServer server = Server.of(model).options(options).loader(loader).start()) {
      System.out.println(Json.write(Map.of("port", server.port())));
      System.out.flush();
      while (System.in.read() >= 0) {
        // until whoever has started this ends
      }
    }
  }
}
