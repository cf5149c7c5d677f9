package dev.fovea.serve.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.fovea.tensor.FoveaException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/**
 * Connections: the JDK's server on a virtual thread per request.
 *
 * <p>Of the JDK's server must be known: it sends small packets at once only if told so before its
 * first class loads; it keeps few idle connections and has no limit of time by itself; an answer of
 * unknown length goes out in pieces of 4 KiB, so all have their length.
 */
public final class Listener implements AutoCloseable {
  private static final int BACKLOG = 1_024;
  private static final Map<String, String> LIMITS =
      Map.of(
          "sun.net.httpserver.nodelay", "true",
          "sun.net.httpserver.maxIdleConnections", "1024",
          "jdk.httpserver.maxConnections", "4096",
          "sun.net.httpserver.maxReqTime", "120",
          "sun.net.httpserver.maxRspTime", "120",
          "sun.net.httpserver.maxReqHeaders", "100");

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Front front;
  private final MemoryBudget memory;
  private final int mostBytes;

  /**
   * Starts to listen.
   *
   * @param memory what all requests may take
   * @param mostBytes the most bytes of a request
   * @throws FoveaException if the address is taken
   */
  public Listener(
      InetSocketAddress address,
      Optional<SSLContext> tls,
      MemoryBudget memory,
      int mostBytes,
      Front front) {
    LIMITS.forEach((name, value) -> {
      if (System.getProperty(name) == null) {
        System.setProperty(name, value);
      }
    });
    this.front = front;
    this.memory = memory;
    this.mostBytes = mostBytes;
    try {
      this.server = server(address, tls);
    } catch (IOException e) {
      throw new FoveaException(
          "serve: cannot listen on %s:%s: %s; port 0 takes any that is free"
              .formatted(
                  address.getHostString(), Integer.toString(address.getPort()), e.getMessage()),
          e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  private static HttpServer server(InetSocketAddress address, Optional<SSLContext> tls)
      throws IOException {
    if (tls.isEmpty()) {
      return HttpServer.create(address, BACKLOG);
    }
    HttpsServer server = HttpsServer.create(address, BACKLOG);
    server.setHttpsConfigurator(new HttpsConfigurator(tls.get()));
    return server;
  }

  /** Returns the port. */
  public int port() {
    return server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange;
        MemoryBudget.Share share = memory.share()) {
      String path = exchange.getRequestURI().getRawPath();
      String query = exchange.getRequestURI().getRawQuery();
      Request request =
          new Request(
              exchange.getRemoteAddress().getAddress().getHostAddress(),
              exchange.getRequestMethod(),
              path == null || !path.startsWith("/") ? "/" : path,
              query == null ? "" : query,
              exchange.getRequestHeaders()::getFirst,
              exchange.getRequestBody(),
              mostBytes,
              share);
      front.answer(request, reply -> send(exchange, reply));
    }
  }

  private void send(HttpExchange exchange, Reply reply) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", reply.type());
    reply.headers().forEach(exchange.getResponseHeaders()::set);
    if (front.isClosing()) {
      exchange.getResponseHeaders().set("Connection", "close");
    }
    byte[] content = reply.content();
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(reply.status(), head || content.length == 0 ? -1 : content.length);
    if (!head && content.length > 0) {
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(content);
      }
    }
  }

  /** Stops listening. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
