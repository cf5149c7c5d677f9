package dev.fovea.serve.http;

import dev.fovea.tensor.FoveaException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * What every request passes: who may ask, what answers, what an error becomes, the log; and the end
 * of a server, which answers what was taken.
 */
public final class Front {
  private static final Logger LOG = System.getLogger("dev.fovea.serve");

  /** Shorter answers are in the network's buffers, more or less. */
  private static final int LONG = 1 << 16;

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
     * @param path its path; empty for what was no request of HTTP
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

  /**
   * Answers a request.
   *
   * @return the reply, which is there whatever happens, unless the client has gone
   */
  CompletableFuture<Reply> answer(Request request) {
    Instant time = Instant.now();
    long begun = System.nanoTime();
    return reply(request)
        .thenApply(reply -> {
          long nanos = System.nanoTime() - begun;
          counting.answered(request.path(), reply.status(), nanos);
          log.add(time, request, reply, nanos);
          return reply;
        });
  }

  /** Counts and logs the answer to what was no request of HTTP, so it has no path. */
  void refused(String remote, Reply reply) {
    counting.answered("", reply.status(), 0);
    log.addRefused(Instant.now(), remote, reply);
  }

  private CompletableFuture<Reply> reply(Request request) {
    CompletableFuture<Reply> reply;
    try {
      try {
        access.require(request);
        return handler
            .answer(request)
            .thenApply(made -> Packing.of(request, made))
            .thenApply(made -> counted(request, made))
            .exceptionally(e -> {
              request.memory().close();
              return error(request, e);
            });
      } catch (RuntimeException | Error e) {
        reply = CompletableFuture.completedFuture(error(request, e));
      }
      request.memory().close(); // the rest of a refused body may take a while to come
      request.discard();
      return reply;
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * What a request took is free once there is an answer, which takes memory itself, if it is long,
   * until its client has it: that may be a while.
   */
  private static Reply counted(Request request, Reply reply) {
    int length = reply.content().length;
    request.memory().keep(length > LONG ? length : 0);
    return reply;
  }

  private static Reply error(Request request, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException c && c.getCause() != null ? c.getCause() : failure;
    return switch (cause) {
      case HttpException e -> e.reply();
      case FoveaException e -> Reply.error(400, String.valueOf(e.getMessage()));
      case OutOfMemoryError e ->
          Reply.error(503, "not enough memory for this request at the moment");
      default -> {
        LOG.log(Level.WARNING, "serve: " + request.path(), cause);
        yield Reply.error(500, "an error of the server's own, see its log");
      }
    };
  }

  /** Returns whether the sender of a request may ask. */
  boolean admits(Request request) {
    try {
      access.require(request);
      return true;
    } catch (HttpException e) {
      return false; // it is told when it is answered
    }
  }

  /** Returns whether a request is answered so soon that its connection's thread may do it. */
  boolean isBrief(Request request) {
    return handler.isBrief(request);
  }

  /** Returns whether the answer to a request waits for nobody but for a processor. */
  boolean computes(Request request) {
    return handler.computes(request);
  }

  /** Says that a request has begun to come. */
  synchronized void enter() {
    active++;
  }

  /** Says that a request's answer has been sent, or its client has gone. */
  synchronized void leave() {
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
