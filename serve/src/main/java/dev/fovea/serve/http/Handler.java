package dev.fovea.serve.http;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** What answers requests. */
@FunctionalInterface
public interface Handler {
  /**
   * Answers a request; any number of threads call it at once. What goes on later does so on the
   * request's threads.
   *
   * @throws HttpException if it is answered with an error
   * @throws dev.fovea.tensor.FoveaException if what was asked makes no sense
   * @throws IOException if the client has gone
   */
  CompletableFuture<Reply> answer(Request request) throws IOException;

  /**
   * Returns whether {@link #answer} takes next to nothing and waits for nobody, so that the thread
   * that serves the connection may call it; said of requests whose body is there.
   */
  default boolean isBrief(Request request) {
    return false;
  }

  /**
   * Returns whether {@link #answer} waits for nobody but for a processor, so that it may be called
   * by one of few threads; said of requests whose body is there.
   */
  default boolean computes(Request request) {
    return false;
  }
}
