package dev.fovea.cli;

import dev.fovea.studio.NetworkOpener;
import dev.fovea.studio.Studio;
import dev.fovea.studio.StudioOptions;
import dev.fovea.tensor.FoveaException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Serves the studio. */
@Command(
    name = "studio",
    header = "See networks while they work, learn and are explained, in the browser.",
    description = {
      "Opens a page that this machine serves to its user alone. Draw a digit and every layer"
          + " answers; nothing has to be trained or downloaded first.",
      "Only who has the address that is printed may use it; each start makes a new one. Ctrl-C ends"
          + " the studio."
    },
    footer = {
      "",
      "Examples:",
      "  fovea studio",
      "  fovea studio runs/lenet5-digits            a training of fovea train",
      "  fovea studio squeezenet.onnx               a network of another tool",
      "  fovea studio --port 8080 --no-open         on a machine that is reached by ssh"
    })
final class StudioCommand implements Callable<Integer> {
  private static final int MOST_PORT = 65_535;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE|RUN",
      description = "A network in a file, or the output folder of a training.")
  private @Nullable Path file;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "0",
      description = "The port; by default any that is free.")
  private int port;

  @Option(names = "--no-open", description = "Do not open a browser.")
  private boolean closed;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      defaultValue = "data",
      description = "The folder of data sets (default: ${DEFAULT-VALUE}).")
  private Path data;

  @Option(
      names = "--runs",
      paramLabel = "DIR",
      defaultValue = "runs",
      description = "The folder of trainings to compare (default: ${DEFAULT-VALUE}).")
  private Path runs;

  @Option(
      names = "--models",
      paramLabel = "DIR",
      defaultValue = "models",
      description = "The folder of networks to open from the page (default: ${DEFAULT-VALUE}).")
  private Path models;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description =
          "Listen on this address, so that other machines reach the studio; needs --allow-remote.")
  private @Nullable String host;

  @Option(
      names = "--allow-remote",
      paramLabel = "NAME",
      description =
          "The name under which browsers ask for this machine. What they send is not encrypted.")
  private @Nullable String remote;

  @Mixin private InputOptions inputs;
  @Mixin private EngineOptions compute;

  @Override
  public Integer call() {
    Range.atLeast("--port", port, 0);
    if (port > MOST_PORT) {
      throw new FoveaException("--port: must be at most " + MOST_PORT + ", got " + port);
    }
    NetworkOpener opener = path -> open(path);
    StudioOptions usual =
        StudioOptions.usual().port(port).opener(opener).data(data).runs(runs).models(models);
    Optional<Path> network = Optional.ofNullable(file).map(NetworkFile::inside);
    try (Studio studio = Studio.start(remote(usual))) {
      network.ifPresent(path -> {
        NetworkOpener.Opened opened = open(path);
        studio.show(path.toString(), opened.model(), Optional.of(opened.rule()));
      });
      StudioAddress.tell(studio, !closed, "start");
      StudioAddress.stay();
    }
    return 0;
  }

  private NetworkOpener.Opened open(Path path) {
    NetworkFile network = NetworkFile.read(path, inputs, compute.engine());
    return new NetworkOpener.Opened(network.model(), network.rule());
  }

  private StudioOptions remote(StudioOptions usual) {
    if (host == null) {
      if (remote != null) {
        throw new FoveaException("--allow-remote: needs --host ADDRESS");
      }
      return usual;
    }
    try {
      InetAddress address = InetAddress.getByName(host);
      if (!address.isLoopbackAddress() && remote == null) {
        throw new FoveaException(
            "--host: "
                + host
                + " can be reached from other machines; say under which name by --allow-remote"
                + " NAME");
      }
      return usual.reachable(new InetSocketAddress(address, port), remote == null ? host : remote);
    } catch (UnknownHostException e) {
      throw new FoveaException("--host: " + host + " is no address of this machine", e);
    }
  }
}
