package dev.fovea.serve;

import dev.fovea.serve.http.Access;
import dev.fovea.serve.http.AccessLog;
import dev.fovea.serve.http.ConnectionLimits;
import dev.fovea.serve.http.Front;
import dev.fovea.serve.http.Listener;
import dev.fovea.serve.http.MemoryBudget;
import java.net.URI;
import java.util.Optional;
import java.util.OptionalInt;

/** A server that runs; closing it answers what was taken. */
public final class RunningServer implements AutoCloseable {
  /** Of four parts of the heap, what requests may take. */
  private static final int HEAP_PARTS = 4;

  private final ServerOptions options;
  private final Registry registry;
  private final ServerMetrics metrics;
  private final Front front;
  private final Listener listener;
  private volatile ServerState state = ServerState.STARTING;

  /** Starts to listen. */
  RunningServer(ServerOptions options, Optional<ModelLoader> loader) {
    this.options = options;
    this.registry = new Registry(options.warmUp());
    this.metrics = new ServerMetrics(registry::all);
    Routes routes =
        new Routes(
            registry, new Inference(registry, options.deadline()), metrics, loader, () -> state);
    this.front =
        new Front(
            new Access(options.address().getAddress().isLoopbackAddress(), host(), options.token()),
            routes,
            new AccessLog(options.accessLog()),
            (path, status, nanos) ->
                metrics.answered(Routes.route(path), routes.model(path), status, nanos));
    this.listener =
        new Listener(
            options.address(),
            options.tls(),
            new MemoryBudget(Runtime.getRuntime().maxMemory() / HEAP_PARTS),
            new ConnectionLimits(options.maxConnections(), options.patience(), options.maxBody()),
            front);
  }

  /** Says that requests are answered. */
  void ready() {
    state = ServerState.READY;
  }

  /**
   * Adds a model, or replaces the one of its name and version: once it is warm, it answers all
   * requests that come, and the one before those that it has taken. No request fails by that.
   *
   * @throws dev.fovea.tensor.FoveaException if it cannot be computed; the one before stays then
   */
  public void put(ServedModel model) {
    registry.put(LoadedModel.of(model, metrics));
  }

  /**
   * Removes a model; it answers what it has taken.
   *
   * @throws dev.fovea.tensor.FoveaException if there is none
   */
  public void remove(String name, int version) {
    registry.remove(registry.find(name, OptionalInt.of(version)));
  }

  /** Returns the port on which it listens. */
  public int port() {
    return listener.port();
  }

  /** Returns the address of the server, without a path. */
  public URI address() {
    return URI.create(
        (options.tls().isPresent() ? "https" : "http") + "://" + host() + ":" + port());
  }

  private String host() {
    String host = options.address().getAddress().getHostAddress();
    return host.contains(":") ? "[" + host + "]" : host;
  }

  /**
   * Ends the server: it takes no more connections, answers the requests that it has taken, within
   * the grace of its options, refuses those that still come on open connections, and stops. After
   * the grace it refuses what waits and only ends what is being computed.
   */
  @Override
  public void close() {
    listener.stop();
    state = ServerState.ENDING;
    front.drain(options.grace());
    registry.close(); // before connections end, so that who is refused is told
    listener.endIdle();
    listener.close();
  }
}
