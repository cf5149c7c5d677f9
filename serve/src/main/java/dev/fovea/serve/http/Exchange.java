package dev.fovea.serve.http;

/** A request of a connection and how far it has come; used by the connection's thread alone. */
final class Exchange {
  /** What was asked. */
  final Request request;

  /** Whether the client wants to ask more on this connection. */
  final boolean keepsAlive;

  /** Whether it is answered only once its body is there. */
  private boolean gathers;

  /** Whether somebody works on the answer. */
  boolean begun;

  /** Whether the answer is on its way. */
  boolean sending;

  Exchange(Request request, boolean keepsAlive, boolean gathers) {
    this.request = request;
    this.keepsAlive = keepsAlive;
    this.gathers = gathers;
  }

  /**
   * Adds bytes of the body that have arrived. What is waited for takes memory as it comes; a body
   * for which there is none is waited for no longer, so that its client is told.
   */
  void add(byte... part) {
    if (gathers && !begun) {
      try {
        request.memory().take(part.length);
      } catch (HttpException e) {
        gathers = false;
      }
    }
    request.body().add(part);
  }

  /** Returns whether somebody can work on the answer. */
  boolean isReady() {
    return isWhole() || !gathers;
  }

  /** Returns whether its body is there. */
  boolean isWhole() {
    return request.body().isWhole();
  }

  /** Returns whether it goes on only if the client does something. */
  boolean waitsForClient() {
    return sending || !isWhole();
  }
}
