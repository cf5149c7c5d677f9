package dev.fovea.serve;

import dev.fovea.serve.http.TlsKeys;
import dev.fovea.tensor.FoveaException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;

/**
 * How a server listens and what it allows.
 *
 * @param address where it listens; loopback unless told otherwise
 * @param token what clients must bear in {@code Authorization: Bearer …}, but for questions after
 *     the server's health
 * @param tls how connections are encrypted; in plain text if empty
 * @param deadline after which a request that was not begun is refused; a client may ask for less
 * @param maxBody the most bytes of a request
 * @param maxConnections how many clients may be connected; further ones are turned away
 * @param patience how long is waited for a client: for its next request, for all of a body and
 *     until it has taken an answer; then its connection is closed
 * @param warmUp for how long a model is computed before it is ready, and at most so long the server
 *     asks itself before the first; 0 for neither
 * @param grace how long the end waits for requests that were taken
 * @param accessLog what takes a line of JSON per request
 */
public record ServerOptions(
    InetSocketAddress address,
    Optional<String> token,
    Optional<SSLContext> tls,
    Duration deadline,
    int maxBody,
    int maxConnections,
    Duration patience,
    Duration warmUp,
    Duration grace,
    Optional<Writer> accessLog) {
  /** The fewest characters of a token. */
  public static final int LEAST_TOKEN = 16;

  private static final int USUAL_BODY = 64 << 20;
  private static final int USUAL_CONNECTIONS = 4_096;

  /**
   * Checks the settings.
   *
   * @throws FoveaException if one is out of bounds
   */
  public ServerOptions {
    if (token.isPresent() && token.get().length() < LEAST_TOKEN) {
      throw new FoveaException(
          "server: a token of at least %s characters expected, got %s"
              .formatted(LEAST_TOKEN, token.get().length()));
    }
    requirePositive("maxBody", maxBody, maxBody);
    requirePositive("maxConnections", maxConnections, maxConnections);
    requirePositive("deadline", deadline.compareTo(Duration.ZERO), deadline);
    requirePositive("patience", patience.compareTo(Duration.ZERO), patience);
    requireWithinADay("deadline", deadline);
    requireWithinADay("patience", patience);
    requireWithinADay("warmUp", warmUp);
    requireWithinADay("grace", grace);
  }

  private static void requirePositive(String what, int sign, Object value) {
    if (sign <= 0) {
      throw new FoveaException("server: %s must be above 0, got %s".formatted(what, value));
    }
  }

  private static void requireWithinADay(String what, Duration duration) {
    if (duration.isNegative() || duration.compareTo(Duration.ofDays(1)) > 0) {
      throw new FoveaException(
          "server: %s must be from 0 to a day, got %s".formatted(what, duration));
    }
  }

  /**
   * Returns any free port of loopback without token and encryption, a deadline of 30 s, bodies of
   * up to 64 MiB, 4,096 connections, 2 minutes of patience, a second of warming up, 30 s of grace
   * and no log.
   */
  public static ServerOptions usual() {
    return new ServerOptions(
        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
        Optional.empty(),
        Optional.empty(),
        Duration.ofSeconds(30),
        USUAL_BODY,
        USUAL_CONNECTIONS,
        Duration.ofMinutes(2),
        Duration.ofSeconds(1),
        Duration.ofSeconds(30),
        Optional.empty());
  }

  /** Returns this on another port; 0 for any that is free. */
  public ServerOptions port(int port) {
    return address(new InetSocketAddress(address.getAddress(), port));
  }

  /** Returns this on another address. */
  public ServerOptions address(InetSocketAddress other) {
    return changed(d -> d.address = other);
  }

  /** Returns this with a token that clients must bear. */
  public ServerOptions token(String secret) {
    return changed(d -> d.token = Optional.of(secret));
  }

  /** Returns this with encrypted connections. */
  public ServerOptions tls(SSLContext context) {
    return changed(d -> d.tls = Optional.of(context));
  }

  /**
   * Returns this with encrypted connections.
   *
   * @param keyStore a file of PKCS#12 or JKS with the key and the certificates of the server
   * @param password the password of the file and of the key
   * @throws FoveaException if it cannot be read
   */
  public ServerOptions tls(Path keyStore, char[] password) {
    return tls(TlsKeys.read(keyStore, password));
  }

  /** Returns this with another deadline. */
  public ServerOptions deadline(Duration after) {
    return changed(d -> d.deadline = after);
  }

  /** Returns this with another bound on requests. */
  public ServerOptions maxBody(int bytes) {
    return changed(d -> d.maxBody = bytes);
  }

  /** Returns this with another bound on connections. */
  public ServerOptions maxConnections(int clients) {
    return changed(d -> d.maxConnections = clients);
  }

  /** Returns this with another wait for clients. */
  public ServerOptions patience(Duration atMost) {
    return changed(d -> d.patience = atMost);
  }

  /** Returns this with another duration of warming up; each size of batch is computed anyway. */
  public ServerOptions warmUp(Duration atLeast) {
    return changed(d -> d.warmUp = atLeast);
  }

  /** Returns this with another wait at the end. */
  public ServerOptions grace(Duration atMost) {
    return changed(d -> d.grace = atMost);
  }

  /** Returns this with a log of all requests. */
  public ServerOptions accessLog(Writer out) {
    return changed(d -> d.accessLog = Optional.of(out));
  }

  private ServerOptions changed(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.options();
  }

  /** Settings of which one is about to change. */
  private static final class Draft {
    private InetSocketAddress address;
    private Optional<String> token;
    private Optional<SSLContext> tls;
    private Duration deadline;
    private int maxBody;
    private int maxConnections;
    private Duration patience;
    private Duration warmUp;
    private Duration grace;
    private Optional<Writer> accessLog;

    private Draft(ServerOptions from) {
      address = from.address;
      token = from.token;
      tls = from.tls;
      deadline = from.deadline;
      maxBody = from.maxBody;
      maxConnections = from.maxConnections;
      patience = from.patience;
      warmUp = from.warmUp;
      grace = from.grace;
      accessLog = from.accessLog;
    }

    private ServerOptions options() {
      return new ServerOptions(
          address,
          token,
          tls,
          deadline,
          maxBody,
          maxConnections,
          patience,
          warmUp,
          grace,
          accessLog);
    }
  }
}
