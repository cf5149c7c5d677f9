package dev.fovea.serve.http;

import java.io.IOException;

/** What answers requests. */
@FunctionalInterface
public interface Handler {
  /**
   * Answers a request; any number of threads call it at once.
   *
   * @throws HttpException if it is answered with an error
   * @throws dev.fovea.tensor.FoveaException if what was asked makes no sense
   * @throws IOException if the client has gone
   */
  Reply answer(Request request) throws IOException;
}
