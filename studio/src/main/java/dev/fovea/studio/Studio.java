package dev.fovea.studio;

import dev.fovea.data.Dataset;
import dev.fovea.nn.Model;
import dev.fovea.studio.room.Rooms;
import dev.fovea.studio.state.OpenModel;
import dev.fovea.studio.state.StudioState;
import dev.fovea.studio.state.Workspace;
import dev.fovea.studio.web.WebServer;
import dev.fovea.tensor.FoveaException;
import dev.fovea.train.Trainer;
import dev.fovea.vision.InputRule;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * A studio: a page in the browser that shows networks while they work, learn and are explained,
 * served from this machine to its user alone.
 *
 * <pre>{@code
 * try (Studio studio = Studio.open(model)) {
 *   System.out.println(studio.address());   // to be opened in a browser
 *   …
 * }
 * }</pre>
 *
 * <p>Its threads do not keep a program alive. It listens on 127.0.0.1 unless told otherwise, and
 * answers nobody who does not have its address, of which each start makes a new one.
 */
public final class Studio implements AutoCloseable {
  private final StudioState state;
  private final WebServer server;
  private final String host;

  private Studio(StudioOptions options) {
    this.host = options.remote().isEmpty() ? "127.0.0.1" : options.remote();
    this.state =
        StudioState.create(
            options.data(), options.runs(), options.models(), path -> opened(options, path));
    this.server =
        onDaemon(() ->
            new WebServer(options.address(), options.remote(), state.events(), Rooms.all(state)));
  }

  private static OpenModel opened(StudioOptions options, Path file) {
    NetworkOpener.Opened opened = options.opener().open(file);
    return OpenModel.of("", "", opened.model(), opened.rule());
  }

  /** Starts a server on a thread whose children do not keep the program alive. */
  private static WebServer onDaemon(Supplier<WebServer> start) {
    CompletableFuture<WebServer> made = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            made.complete(start.get());
          } catch (FoveaException e) {
            made.completeExceptionally(e);
          }
        });
    try {
      return made.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof FoveaException f ? f : e;
    }
  }

  /**
   * Starts a studio.
   *
   * @throws FoveaException if its port is taken
   */
  public static Studio start(StudioOptions options) {
    return new Studio(options);
  }

  /** Starts a studio on any free port and shows a model. */
  public static Studio open(Model model) {
    Studio studio = start(StudioOptions.usual());
    studio.show("model", model, Optional.empty());
    return studio;
  }

  /**
   * Adds a model to those that rooms can look into.
   *
   * @param name what people call it
   * @param rule how pictures become its inputs; by default as its metadata says, else values from 0
   *     to 1
   */
  public void show(String name, Model model, Optional<InputRule> rule) {
    Workspace workspace = state.workspace();
    workspace.put(
        OpenModel.of(
            workspace.nextId("m"), name, model, rule.orElseGet(() -> OpenModel.rule(model))));
    state.events().ready("workspace");
  }

  /**
   * Starts a studio and returns a trainer that trains in its sight, to the same bits. The address
   * is told through {@link System.Logger}, under the name {@code dev.fovea.studio}.
   */
  public static Trainer watch(Trainer trainer) {
    Studio studio = start(StudioOptions.usual());
    System.getLogger("dev.fovea.studio").log(Level.INFO, "studio: " + studio.address());
    return studio.attach(trainer, Optional.empty());
  }

  /**
   * Returns a trainer that trains in sight of this studio, to the same bits.
   *
   * @param test samples that are not trained on, whose mistakes are shown
   */
  public Trainer attach(Trainer trainer, Optional<Dataset> test) {
    return state.trainings().attach(trainer, test);
  }

  /** Returns the address to open in a browser; whoever has it may use this studio. */
  public URI address() {
    String name = host.contains(":") ? "[" + host + "]" : host;
    return URI.create("http://" + name + ":" + port() + "/#token=" + server.token());
  }

  /** Returns the port on which it listens. */
  public int port() {
    return server.port();
  }

  /** Ends the studio and what it trains; pages that are open say so. */
  @Override
  public void close() {
    state.trainings().close();
    state.digits().stop();
    state.scenes().stop();
    server.close();
  }
}
