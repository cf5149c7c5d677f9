package dev.fovea.studio.web;

import dev.fovea.io.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tells open pages that there is something new, by server-sent events.
 *
 * <p>An event is a topic and a number that grows; a page then asks for what it wants to see, when
 * it has drawn what it had. So a page that is slow, hidden or gone costs nobody anything: for each
 * there is one number a topic, of which only the last is sent.
 */
public final class Events {
  /** The most streams at once; a browser has one for each page that is seen. */
  static final int MOST_STREAMS = 16;

  /** A page that has gone is noticed when the second of these cannot be sent. */
  private static final long ALIVE_MILLIS = 2_000;

  private static final byte[] ALIVE = ": alive\n\n".getBytes(StandardCharsets.US_ASCII);

  private final Map<String, Long> latest = new ConcurrentHashMap<>();
  private final CopyOnWriteArraySet<Stream> streams = new CopyOnWriteArraySet<>();
  private final AtomicLong sequence = new AtomicLong();

  /** Creates the events of a studio. */
  public Events() {}

  /** Tells that a topic has something new; returns at once, whatever pages do. */
  public void ready(String topic) {
    latest.put(topic, sequence.incrementAndGet());
    streams.forEach(Stream::wake);
  }

  /** Returns the number of pages that listen. */
  int listeners() {
    return streams.size();
  }

  /**
   * Sends events until the client is gone or the server closes.
   *
   * @throws Refusal if there are too many streams
   */
  void stream(OutputStream out) throws IOException {
    Stream stream = new Stream();
    try (out) {
      streams.add(stream);
      out.write(ALIVE);
      out.flush(); // otherwise the headers wait for the first event
      while (!stream.closed) {
        out.write(stream.next());
        out.flush();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      streams.remove(stream);
    }
  }

  /** Requires room for one more stream. */
  void requireRoom() {
    if (streams.size() >= MOST_STREAMS) {
      throw new Refusal(503, "events: " + MOST_STREAMS + " pages listen already; close one");
    }
  }

  void close() {
    for (Stream s : streams) {
      s.closed = true;
      s.wake();
    }
  }

  /** One page that listens. */
  private final class Stream {
    private final Map<String, Long> sent = new LinkedHashMap<>();
    private boolean woken = true;
    private volatile boolean closed;

    synchronized void wake() {
      woken = true;
      notifyAll();
    }

    /** Waits for something new. */
    byte[] next() throws InterruptedException {
      synchronized (this) {
        long until = System.nanoTime() + ALIVE_MILLIS * 1_000_000;
        while (!woken) {
          long left = (until - System.nanoTime()) / 1_000_000;
          if (left <= 0) {
            return ALIVE;
          }
          wait(left);
        }
        woken = false;
      }
      return text().getBytes(StandardCharsets.UTF_8);
    }

    private String text() {
      List<String> lines = new ArrayList<>();
      latest.forEach((topic, seq) -> {
        Long before = sent.put(topic, seq);
        if (before == null || before < seq) {
          String data = Json.write(Map.of("topic", topic, "seq", seq));
          lines.add("id: " + seq + "\nevent: ready\ndata: " + data + "\n\n");
        }
      });
      return String.join("", lines);
    }
  }
}
