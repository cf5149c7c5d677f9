package dev.fovea.bench;

import dev.fovea.tensor.FoveaException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Clients that ask a server on loopback one after the other and without a pause ("closed loop"),
 * each on a connection of its own.
 */
final class HttpLoad {
  private static final int BUFFER = 1 << 16;
  private static final int OK = 200;

  /** After so many milliseconds an answer is lost. */
  private static final int LOST = 120_000;

  private final int port;
  private final byte[] request;
  private final Predicate<byte[]> isRight;

  /**
   * Creates clients of a server.
   *
   * @param port the port of the server
   * @param path what is asked for, by POST
   * @param headers further headers
   * @param body what is sent
   * @param isRight whether an answer is the right one
   */
  HttpLoad(
      int port, String path, Map<String, String> headers, byte[] body, Predicate<byte[]> isRight) {
    this.port = port;
    this.request = request(port, path, headers, body);
    this.isRight = isRight;
  }

  /**
   * What was measured.
   *
   * @param answers the number of requests of all clients, all of them answered
   * @param perSecond the same for each second
   * @param p50 the time in milliseconds within which half of the requests were answered
   * @param p99 the same of 99 in 100
   * @param p999 the same of 999 in 1,000
   */
  record Rate(int answers, double perSecond, double p50, double p99, double p999) {
    static Rate of(double seconds, long... nanos) {
      if (nanos.length == 0) {
        throw new FoveaException("load: nothing was answered in " + Math.round(seconds) + " s");
      }
      Arrays.sort(nanos);
      return new Rate(
          nanos.length, nanos.length / seconds, at(nanos, 0.5), at(nanos, 0.99), at(nanos, 0.999));
    }

    private static double at(long[] sorted, double share) {
      return sorted[(int) Math.min(sorted.length - 1.0, Math.floor(share * sorted.length))] / 1e6;
    }
  }

  /** Asks with so many clients for so many seconds. */
  Rate measure(int clients, double seconds) {
    long begun = System.nanoTime();
    long until = begun + (long) (seconds * 1e9);
    List<Client> all = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      all.add(new Client(until, Integer.MAX_VALUE));
    }
    List<Thread> threads = all.stream().map(c -> Thread.ofPlatform().start(c)).toList();
    for (Thread t : threads) {
      try {
        t.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new FoveaException("load: interrupted", e);
      }
    }
    double took = (System.nanoTime() - begun) / 1e9;
    all.stream()
        .flatMap(c -> c.failures.stream())
        .findFirst()
        .ifPresent(f -> {
          throw new FoveaException("load: " + f);
        });
    return Rate.of(
        took, all.stream().flatMapToLong(c -> Arrays.stream(c.times, 0, c.count)).toArray());
  }

  /**
   * Asks so many times on one connection and returns that number.
   *
   * @throws FoveaException if an answer was not right
   */
  int count(int requests) {
    Client client = new Client(System.nanoTime() + Long.MAX_VALUE / 2, requests);
    client.run();
    if (!client.failures.isEmpty()) {
      throw new FoveaException("load: " + client.failures.getFirst());
    }
    return client.count;
  }

  /** Returns the bytes of a request. */
  static byte[] request(int port, String path, Map<String, String> headers, byte[] body) {
    StringBuilder head = new StringBuilder("POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port);
    headers.forEach((name, value) -> head.append("\r\n").append(name).append(": ").append(value));
    head.append("\r\nContent-Length: ").append(body.length).append("\r\n\r\n");
    byte[] first = head.toString().getBytes(StandardCharsets.US_ASCII);
    byte[] all = Arrays.copyOf(first, first.length + body.length);
    System.arraycopy(body, 0, all, first.length, body.length);
    return all;
  }

  /** One client. */
  private final class Client implements Runnable {
    private final long until;
    private final int most;
    private final List<String> failures = new ArrayList<>();
    private long[] times = new long[1 << 6];
    private int count;

    Client(long until, int most) {
      this.until = until;
      this.most = most;
    }

    @Override
    public void run() {
      try (Socket socket = new Socket()) {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(LOST);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        OutputStream out = socket.getOutputStream();
        InputStream in = new BufferedInputStream(socket.getInputStream(), BUFFER);
        for (long now = System.nanoTime(); now - until < 0 && count < most; ) {
          out.write(request);
          byte[] answer = answer(in);
          long then = System.nanoTime();
          if (!isRight.test(answer)) {
            failures.add("a wrong answer: " + new String(answer, StandardCharsets.UTF_8));
            return;
          }
          if (in.available() > 0) {
            failures.add("more than one answer to a request");
            return;
          }
          add(then - now);
          now = then;
        }
      } catch (IOException | FoveaException e) {
        failures.add(e.toString());
      }
    }

    private void add(long nanos) {
      if (count == times.length) {
        times = Arrays.copyOf(times, 2 * count);
      }
      times[count++] = nanos;
    }
  }

  /** Reads one answer, whose length must be told. */
  static byte[] answer(InputStream in) throws IOException {
    String status = line(in);
    int length = 0;
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(header.substring(header.indexOf(':') + 1).strip());
      }
    }
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException("the server has closed the connection within an answer");
    }
    if (!status.contains(" " + OK + " ") && !status.endsWith(" " + OK)) {
      throw new FoveaException(status + ": " + new String(body, StandardCharsets.UTF_8));
    }
    return body;
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the server has closed the connection");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }
}
