package dev.fovea.serve.http;

import dev.fovea.tensor.FoveaException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;

/**
 * What every request passes: who may ask, what answers, what an error becomes, the log; and the end
 * of a server, which answers what was taken.
 */
public final class Front {
  private static final Logger LOG = System.getLogger("dev.fovea.serve");

  private static final int FIRST_ERROR = 400;

  private final Access access;
  private final Handler handler;
  private final AccessLog log;
  private final Counting counting;
  private int active;
  private boolean closing;

  /** What is told of each request that has been answered. */
  @FunctionalInterface
  public interface Counting {
    /**
     * Tells that a request has been answered.
     *
     * @param path its path
     * @param status the status of the answer
     * @param nanos how long it took
     */
    void answered(String path, int status, long nanos);
  }

  /** Creates what requests pass before a handler. */
  public Front(Access access, Handler handler, AccessLog log, Counting counting) {
    this.access = access;
    this.handler = handler;
    this.log = log;
    this.counting = counting;
  }

  /** How an answer is sent. */
  @FunctionalInterface
  interface Sending {
    void send(Reply reply) throws IOException;
  }

  /**
   * Answers a request.
   *
   * @throws IOException if the client has gone
   */
  void answer(Request request, Sending sending) throws IOException {
    Instant time = Instant.now();
    long begun = System.nanoTime();
    enter();
    try {
      Reply reply = reply(request);
      long nanos = System.nanoTime() - begun;
      counting.answered(request.path(), reply.status(), nanos);
      log.add(time, request, reply, nanos);
      if (reply.status() >= FIRST_ERROR) {
        request.discard();
      }
      sending.send(reply);
    } finally {
      leave();
    }
  }

  /** Returns the reply; whatever happens, there is one. */
  @SuppressWarnings("CatchingUnchecked")
  private Reply reply(Request request) throws IOException {
    try {
      access.require(request);
      return handler.answer(request);
    } catch (HttpException e) {
      return Reply.error(e.status(), String.valueOf(e.getMessage()));
    } catch (FoveaException e) {
      return Reply.error(400, String.valueOf(e.getMessage()));
    } catch (OutOfMemoryError e) {
      return Reply.error(503, "not enough memory for this request at the moment");
    } catch (RuntimeException | Error e) {
      LOG.log(Level.WARNING, "serve: " + request.path(), e);
      return Reply.error(500, "an error of the server's own, see its log");
    }
  }

  private synchronized void enter() {
    active++;
  }

  private synchronized void leave() {
    active--;
    notifyAll();
  }

  /** Returns whether the server is about to end, so that connections are better closed. */
  synchronized boolean isClosing() {
    return closing;
  }

  /** Waits until all requests are answered, but no longer than told; says that it is closing. */
  public synchronized void drain(Duration atMost) {
    closing = true;
    long until = System.nanoTime() + atMost.toNanos();
    try {
      while (active > 0 && until - System.nanoTime() > 0) {
        wait(Math.max(1, (until - System.nanoTime()) / 1_000_000));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
