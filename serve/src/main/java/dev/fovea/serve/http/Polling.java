package dev.fovea.serve.http;

import io.netty.channel.SelectStrategy;
import io.netty.util.IntSupplier;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How event loops wait: for a moment after an answer they look again and again for what the client
 * sends next, instead of sleeping, for waking a processor may take longer than a quick model. They
 * do so while there are at most half as many connections as processors: more keep a loop busy, and
 * their clients may want the processors.
 */
final class Polling implements SelectStrategy {
  private static final long NANOS = 200_000;

  private final int mostConnections;
  private final AtomicInteger connections;
  private volatile long until = System.nanoTime();

  /**
   * Creates what loops share.
   *
   * @param processors how many there are
   * @param connections how many are open
   */
  Polling(int processors, AtomicInteger connections) {
    this.mostConnections = processors / 2;
    this.connections = connections;
  }

  /** Says that an event loop has answered a request itself. */
  void answered() {
    if (connections.get() <= mostConnections) {
      until = System.nanoTime() + NANOS;
    }
  }

  @Override
  public int calculateStrategy(IntSupplier selectNow, boolean hasTasks) throws Exception {
    if (hasTasks) {
      return selectNow.get();
    }
    if (until - System.nanoTime() <= 0) {
      return SELECT;
    }
    Thread.onSpinWait();
    return selectNow.get();
  }
}
