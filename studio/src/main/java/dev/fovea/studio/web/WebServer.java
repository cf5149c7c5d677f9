package dev.fovea.studio.web;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.fovea.io.Text;
import dev.fovea.studio.web.StaticFiles.StaticFile;
import dev.fovea.tensor.FoveaException;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * The server of a studio: the JDK's, on a virtual thread per request, bound to this machine.
 *
 * <p>Four things of the JDK's server must be known. It sends small packets at once only if told so
 * before its first class loads. It has no limits by itself. Headers of an endless answer wait for
 * its first flush. And an answer of unknown length goes out in pieces of 4 KiB, so all others have
 * their length.
 */
public final class WebServer implements AutoCloseable {
  private static final Logger LOG = System.getLogger("dev.fovea.studio");
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'"
          + " blob: data:; media-src blob:; worker-src 'self'; frame-ancestors 'none'; base-uri"
          + " 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types"
          + " lit-html";
  private static final String API = "/api/";
  private static final String SESSION = "/api/session";
  private static final String EVENTS = "/api/events";
  private static final Map<String, String> LIMITS =
      Map.of(
          "sun.net.httpserver.nodelay", "true",
          "jdk.httpserver.maxConnections", "64",
          "sun.net.httpserver.maxReqTime", "1800");

  private final HttpServer server;
  private final ExecutorService threads;
  private final Session session;
  private final Gate gate;
  private final Events events;
  private final StaticFiles files = new StaticFiles();
  private final Uploads uploads = new Uploads();
  private final Map<String, Room> rooms = new LinkedHashMap<>();

  /**
   * Starts a server.
   *
   * @param address where it listens; port 0 for any that is free
   * @param remote a further name under which it may be asked; empty for none
   * @throws FoveaException if the port is taken
   */
  public WebServer(InetSocketAddress address, String remote, Events events, List<Room> rooms) {
    LIMITS.forEach((name, value) -> {
      if (System.getProperty(name) == null) {
        System.setProperty(name, value);
      }
    });
    try {
      this.server = HttpServer.create(address, 0);
    } catch (IOException e) {
      throw new FoveaException(
          "studio: cannot listen on %s:%s: %s; --port 0 takes any that is free"
              .formatted(
                  address.getHostString(), Integer.toString(address.getPort()), e.getMessage()),
          e);
    }
    this.events = events;
    this.session = Session.create(port());
    this.gate = new Gate(port(), session, remote);
    rooms.forEach(d -> this.rooms.put(d.name(), d));
    this.threads = Executors.newVirtualThreadPerTaskExecutor();
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** Returns the address of this machine that nobody else reaches, with a port. */
  public static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
  }

  /** Returns the port. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** Returns the token that opens a session. */
  public String token() {
    return session.token();
  }

  /** Ends all streams and stops listening. */
  @Override
  public void close() {
    events.close();
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      addRules(exchange.getResponseHeaders());
      String path = exchange.getRequestURI().getRawPath();
      try {
        Optional<StaticFile> file = path == null ? Optional.empty() : files.find(path);
        gate.require(
            exchange,
            file.isPresent() || SESSION.equals(path),
            method(Objects.requireNonNullElse(path, ""), file.isPresent()));
        if (file.isPresent()) {
          send(exchange, file.get());
        } else {
          answer(exchange, Objects.requireNonNullElse(path, ""));
        }
      } catch (Refusal e) {
        say(exchange, e.status(), String.valueOf(e.getMessage()));
      } catch (FoveaException e) {
        say(exchange, 422, String.valueOf(e.getMessage()));
      } catch (OutOfMemoryError e) {
        say(exchange, 413, "not enough memory for this; start with a larger heap (-Xmx)");
      } catch (StackOverflowError e) {
        say(exchange, 422, "this network has too many layers behind each other for what is asked");
      } catch (RuntimeException e) {
        LOG.log(Level.WARNING, "studio: " + path, e);
        say(exchange, 500, "studio: an error of its own, see the log: " + e);
      }
    }
  }

  private static void addRules(Headers headers) {
    headers.set("Content-Security-Policy", POLICY);
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cross-Origin-Opener-Policy", "same-origin");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    headers.set("Permissions-Policy", "camera=(self), microphone=(), geolocation=()");
    headers.set("Cache-Control", "no-cache");
  }

  private static void send(HttpExchange exchange, StaticFile file) throws IOException {
    exchange.getResponseHeaders().set("ETag", file.tag());
    if (file.tag().equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
      exchange.sendResponseHeaders(304, -1);
      return;
    }
    send(exchange, 200, file.content());
  }

  /** Returns the method by which a path is asked; none where nothing is behind it. */
  private String method(String path, boolean file) {
    return file || path.equals(EVENTS)
        ? "GET"
        : path.equals(SESSION) || room(path) != null ? "POST" : "";
  }

  private @Nullable Room room(String path) {
    return path.startsWith(API)
        ? rooms.get(path.substring(API.length(), Math.max(API.length(), path.lastIndexOf('/'))))
        : null;
  }

  private void answer(HttpExchange exchange, String path) throws IOException {
    if (path.equals(EVENTS)) {
      events.requireRoom();
      exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
      exchange.sendResponseHeaders(200, 0);
      stream(exchange.getResponseBody());
      return;
    }
    if (path.equals(SESSION)) {
      open(exchange, request(exchange, path));
      return;
    }
    Room room = room(path);
    if (room == null) {
      throw new Refusal(404, "nothing is here");
    }
    Answer answer = room.answer(request(exchange, path));
    send(exchange, answer.status(), answer);
  }

  private void stream(OutputStream out) {
    try {
      events.stream(out);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "studio: a page has gone", e);
    }
  }

  private Request request(HttpExchange exchange, String path) {
    String length = exchange.getRequestHeaders().getFirst("Content-Length");
    long announced = length == null || !length.matches("\\d{1,18}") ? -1 : Long.parseLong(length);
    String action = path.substring(path.lastIndexOf('/') + 1);
    String query = Objects.requireNonNullElse(exchange.getRequestURI().getRawQuery(), "");
    return new Request(action, query, announced, exchange.getRequestBody(), uploads);
  }

  /** Exchanges the token for a cookie. */
  private void open(HttpExchange exchange, Request request) throws IOException {
    if (!session.isToken(request.json().text("token"))) {
      throw new Refusal(
          401, "this address is of another start; open the one that was printed last");
    }
    exchange.getResponseHeaders().set("Set-Cookie", session.setCookie());
    send(exchange, 200, Answer.done());
  }

  private static void say(HttpExchange exchange, int status, String why) throws IOException {
    byte[] bytes = (Text.oneLine(why) + "\n").getBytes(StandardCharsets.UTF_8);
    send(exchange, status, new Answer("text/plain; charset=utf-8", bytes));
  }

  private static void send(HttpExchange exchange, int status, Answer answer) throws IOException {
    byte[] bytes = answer.content();
    exchange.getResponseHeaders().set("Content-Type", answer.type());
    if (bytes.length == 0) {
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.sendResponseHeaders(status, bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }
}
