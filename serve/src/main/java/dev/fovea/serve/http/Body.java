package dev.fovea.serve.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request as it arrives: the thread of its connection adds parts, another reads them
 * and waits for what has not arrived. What has arrived and was not read is bounded, for the
 * connection reads on only if that {@linkplain #wantsMore is wanted}.
 */
public final class Body extends InputStream {
  private static final int MOST_WAITING = 1 << 16;

  private final Runnable wanted;
  private final Deque<byte[]> parts = new ArrayDeque<>();
  private int waiting;
  private int at;
  private final boolean expected;
  private boolean paused;
  private boolean asked;
  private boolean whole;
  private @Nullable String damage;
  private boolean gone;

  /**
   * Creates a body of which nothing has arrived.
   *
   * @param expected whether the client waits to be asked for it
   * @param wanted tells the connection to read on
   */
  Body(boolean expected, Runnable wanted) {
    this.expected = expected;
    this.paused = expected;
    this.wanted = wanted;
  }

  /** Returns a body that has arrived. */
  public static Body of(byte... bytes) {
    Body body = new Body(false, () -> {});
    body.add(bytes);
    body.end();
    return body;
  }

  /** Adds bytes that have arrived. */
  synchronized void add(byte... part) {
    if (part.length > 0) {
      parts.add(part);
      waiting += part.length;
      notifyAll();
    }
  }

  /** Says that all has arrived. */
  synchronized void end() {
    whole = true;
    notifyAll();
  }

  /** Says that what arrives makes no sense, and why. */
  synchronized void damaged(String why) {
    damage = why;
    notifyAll();
  }

  /** Says that nothing more will arrive. */
  synchronized void gone() {
    gone = true;
    notifyAll();
  }

  /** Returns whether all has arrived. */
  synchronized boolean isWhole() {
    return whole;
  }

  /** Returns whether the connection should read on now; if not, it is told when it should. */
  synchronized boolean wantsMore() {
    paused |= !whole && waiting >= MOST_WAITING;
    return !paused && !whole;
  }

  /** Returns how many bytes have arrived and were not read. */
  @Override
  public synchronized int available() {
    return waiting;
  }

  /** Returns all of it, if it has arrived in one part of which nothing was read. */
  synchronized Optional<byte[]> takeWhole() {
    if (!whole || parts.size() != 1 || at > 0) {
      return Optional.empty();
    }
    asked = true;
    waiting = 0;
    return Optional.of(parts.remove());
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  /**
   * {@inheritDoc}
   *
   * @throws HttpException 400 if it is damaged
   * @throws IOException if the client has gone
   */
  @Override
  public synchronized int read(byte[] to, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, to.length);
    asked = true;
    if (length == 0) {
      return 0;
    }
    await();
    if (parts.isEmpty()) {
      return -1;
    }
    int n = 0;
    for (; n < length && !parts.isEmpty(); n += take(to, offset + n, length - n)) {
      // the next part
    }
    resume();
    return n;
  }

  private int take(byte[] to, int offset, int length) {
    byte[] part = parts.element();
    int n = Math.min(length, part.length - at);
    System.arraycopy(part, at, to, offset, n);
    at += n;
    waiting -= n;
    if (at == part.length) {
      parts.remove();
      at = 0;
    }
    return n;
  }

  /** Waits until something has arrived, or all. */
  private synchronized void await() throws IOException {
    try {
      while (parts.isEmpty() && !whole) {
        if (damage != null) {
          throw new HttpException(400, "body: " + damage);
        }
        if (gone) {
          throw new IOException("the client has gone");
        }
        resume();
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("the server ends").initCause(e);
    }
  }

  private void resume() {
    if (paused && !whole && waiting < MOST_WAITING) {
      paused = false;
      wanted.run();
    }
  }

  /**
   * Drops what has arrived and reads a little of the rest: a client that still writes when the
   * connection is closed never sees the answer. One that waits to be asked for its body is not.
   */
  void discard(int most) throws IOException {
    drop();
    byte[] chunk = new byte[MOST_WAITING];
    int n = 0;
    try {
      for (int left = most; n >= 0 && left > 0 && isOnItsWay(); left -= n) {
        n = read(chunk, 0, Math.min(left, chunk.length));
      }
    } catch (HttpException e) {
      // What is damaged ends here, and the connection with it.
    }
  }

  private synchronized void drop() {
    parts.clear();
    waiting = 0;
    at = 0;
  }

  private synchronized boolean isOnItsWay() {
    return !whole && (asked || !expected);
  }
}
