package dev.fovea.serve.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import org.jspecify.annotations.Nullable;

/** A request of a connection and how far it has come; used by the connection's thread alone. */
final class Exchange {
  /** What was asked. */
  final Request request;

  /** Whether the client wants to ask more on this connection. */
  final boolean keepsAlive;

  /** The body, where it is answered only once that is there. */
  private @Nullable GatheredBody gathered;

  /** Whether somebody works on the answer. */
  boolean begun;

  /** Whether the answer is on its way. */
  boolean sending;

  Exchange(Request request, boolean keepsAlive, boolean gathers) {
    this.request = request;
    this.keepsAlive = keepsAlive;
    this.gathered =
        gathers ? new GatheredBody(request.memory(), (int) request.announced().orElse(0)) : null;
  }

  /**
   * Adds bytes of the body that have arrived. What is waited for takes memory as it comes; a body
   * for which there is none is waited for no longer, so that its client is told.
   */
  void add(ByteBuf part) {
    if (gathered != null) {
      try {
        gathered.add(part);
        return;
      } catch (HttpException e) {
        handOver();
      }
    }
    request.body().add(ByteBufUtil.getBytes(part));
  }

  /** Says that all of the body has arrived. */
  void end() {
    handOver();
    request.body().end();
  }

  private void handOver() {
    if (gathered != null) {
      request.body().add(gathered.bytes());
      gathered = null;
    }
  }

  /** Returns whether somebody can work on the answer. */
  boolean isReady() {
    return gathered == null;
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
