package dev.fovea.serve;

import dev.fovea.tensor.FoveaException;
import java.lang.module.ModuleDescriptor;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A service for models: it speaks the Open Inference Protocol over HTTP, computes requests in
 * batches and answers what is in pictures.
 *
 * <pre>{@code
 * try (RunningServer server = Server.of(ServedModel.of("digits", model)).port(8080).start()) {
 *   System.out.println(server.address());   // POST /v2/models/digits/infer, /v1/predict/digits
 *   …
 * }
 * }</pre>
 *
 * <p>It listens on loopback unless told otherwise. What it takes is bounded: requests in bytes,
 * those of a model that wait in samples, all together in memory. Each request is answered once;
 * what cannot be taken is answered with 503 and when to come again.
 */
public final class Server {
  /** The version that the build has given to the jar; classes in no jar, as in tests, have none. */
  static final String VERSION =
      Optional.ofNullable(Server.class.getModule().getDescriptor())
          .flatMap(ModuleDescriptor::rawVersion)
          .or(() -> Optional.ofNullable(Server.class.getPackage().getImplementationVersion()))
          .orElse("development");

  private final List<ServedModel> models;
  private final ServerOptions options;
  private final Optional<ModelLoader> loader;

  private Server(List<ServedModel> models, ServerOptions options, Optional<ModelLoader> loader) {
    this.models = List.copyOf(models);
    this.options = options;
    this.loader = loader;
  }

  /** Returns the service of some models; it does not run yet. */
  public static Server of(ServedModel... models) {
    return of(List.of(models));
  }

  /**
   * Returns the service of some models; it does not run yet.
   *
   * @throws FoveaException if two have the same name and version
   */
  public static Server of(List<ServedModel> models) {
    Set<String> known = new HashSet<>();
    for (ServedModel m : models) {
      if (!known.add(m.name() + " " + m.version())) {
        throw new FoveaException(
            "server: there are two models %s of version %s".formatted(m.name(), m.version()));
      }
    }
    return new Server(models, ServerOptions.usual(), Optional.empty());
  }

  /** Returns this with other options. */
  public Server options(ServerOptions other) {
    return new Server(models, other, loader);
  }

  /** Returns this on another port; 0 for any that is free. */
  public Server port(int port) {
    return options(options.port(port));
  }

  /** Returns this with what reads a model anew when a client asks for it. */
  public Server loader(ModelLoader from) {
    return new Server(models, options, Optional.of(from));
  }

  /**
   * Starts to listen, then loads and warms the models, and returns when all are ready. Until then
   * {@code /v2/health/ready} says 503.
   *
   * @throws FoveaException if the address is taken
   */
  public RunningServer start() {
    return start(_ -> {});
  }

  /**
   * Starts to listen, then loads and warms the models, and returns when all are ready. Until then
   * {@code /v2/health/ready} says 503.
   *
   * @param more adds further models to the server, which listens already, and may tell how far it
   *     is
   * @throws FoveaException if the address is taken
   */
  public RunningServer start(Consumer<RunningServer> more) {
    RunningServer server = new RunningServer(options, loader);
    try {
      if (options.warmUp().isPositive()) {
        int _ = Rehearsal.play(Rehearsal.ROUNDS, options.warmUp());
      }
      models.forEach(server::put);
      more.accept(server);
    } catch (RuntimeException | Error e) {
      server.close();
      throw e;
    }
    server.ready();
    return server;
  }
}
