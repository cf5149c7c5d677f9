package dev.fovea.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The servers that Fovea's is compared with, of which some may be missing. */
final class PeerServers implements AutoCloseable {
  private final ServeWork work;
  private final Map<String, ServeSpeed.Served> all;
  private final List<ServerProcess> running = new ArrayList<>();

  /**
   * Creates a list of none.
   *
   * @param work what clients send
   * @param all gets each server that has been started
   */
  PeerServers(ServeWork work, Map<String, ServeSpeed.Served> all) {
    this.work = work;
    this.all = all;
  }

  /** Starts a server. */
  @FunctionalInterface
  interface Start {
    ServerProcess start() throws MissingException;
  }

  /** Adds a server, or says why it is missing. */
  void start(String name, Start start) {
    try {
      ServerProcess server = start.start();
      running.add(server);
      all.put(name, new ServeSpeed.Served(work.plain(server.port()), server));
    } catch (MissingException e) {
      System.err.println("fovea: " + name + " is missing: " + e.reason());
    }
  }

  @Override
  public void close() {
    running.forEach(ServerProcess::close);
  }
}
