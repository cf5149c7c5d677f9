package dev.fovea.studio;

import dev.fovea.formats.Formats;
import dev.fovea.nn.Model;
import dev.fovea.studio.state.OpenModel;
import dev.fovea.studio.web.WebServer;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/**
 * How a studio is served, and where it finds things.
 *
 * @param address where it listens
 * @param remote a further name under which it may be asked; empty for none
 * @param opener what reads networks
 * @param data the folder of data sets
 * @param runs the folder of trainings of the past
 * @param models the folder of networks that pages open by their names in it
 */
public record StudioOptions(
    InetSocketAddress address,
    String remote,
    NetworkOpener opener,
    Path data,
    Path runs,
    Path models) {
  /** Returns the usual options: this machine alone, on any port that is free. */
  public static StudioOptions usual() {
    return new StudioOptions(
        WebServer.loopback(0),
        "",
        StudioOptions::read,
        Path.of("data"),
        Path.of("runs"),
        Path.of("models"));
  }

  /** Reads a network of any format that its file describes whole. */
  private static NetworkOpener.Opened read(Path file) {
    Model model = Formats.read(file).model();
    return new NetworkOpener.Opened(model, OpenModel.rule(model));
  }

  /** Returns these options on a port; 0 for any that is free. */
  public StudioOptions port(int port) {
    return new StudioOptions(WebServer.loopback(port), remote, opener, data, runs, models);
  }

  /**
   * Returns these options listening on another address than this machine's own, so that other
   * machines reach it.
   *
   * @param name the name or number under which browsers ask for this machine
   */
  public StudioOptions reachable(InetSocketAddress other, String name) {
    return new StudioOptions(other, name, opener, data, runs, models);
  }

  /** Returns these options with something else that reads networks. */
  public StudioOptions opener(NetworkOpener other) {
    return new StudioOptions(address, remote, other, data, runs, models);
  }

  /** Returns these options with another folder of data sets. */
  public StudioOptions data(Path folder) {
    return new StudioOptions(address, remote, opener, folder, runs, models);
  }

  /** Returns these options with another folder of trainings. */
  public StudioOptions runs(Path folder) {
    return new StudioOptions(address, remote, opener, data, folder, models);
  }

  /** Returns these options with another folder of networks. */
  public StudioOptions models(Path folder) {
    return new StudioOptions(address, remote, opener, data, runs, folder);
  }
}
