package dev.fovea.serve;

import dev.fovea.serve.http.TlsKeys;
import dev.fovea.tensor.FoveaException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
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
 * @param warmUp for how long a model is computed before it is ready
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
  private static final int LEAST_TOKEN = 16;
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
          "server: a token of %s characters at least expected, got %s"
              .formatted(LEAST_TOKEN, token.get().length()));
    }
    if (maxBody < 1 || maxConnections < 1 || deadline.isZero() || patience.isZero()) {
      throw new FoveaException(
          "server: maxBody, maxConnections, deadline and patience must be positive");
    }
    requireWithinADay("deadline", deadline);
    requireWithinADay("patience", patience);
    requireWithinADay("warmUp", warmUp);
    requireWithinADay("grace", grace);
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
    return new ServerOptions(
        other, token, tls, deadline, maxBody, maxConnections, patience, warmUp, grace, accessLog);
  }

  /** Returns this with a token that clients must bear. */
  public ServerOptions token(String secret) {
    return new ServerOptions(
        address,
        Optional.of(secret),
        tls,
        deadline,
        maxBody,
        maxConnections,
        patience,
        warmUp,
        grace,
        accessLog);
  }

  /** Returns this with encrypted connections. */
  public ServerOptions tls(SSLContext context) {
    return new ServerOptions(
        address,
        token,
        Optional.of(context),
        deadline,
        maxBody,
        maxConnections,
        patience,
        warmUp,
        grace,
        accessLog);
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
    return new ServerOptions(
        address, token, tls, after, maxBody, maxConnections, patience, warmUp, grace, accessLog);
  }

  /** Returns this with another bound on requests. */
  public ServerOptions maxBody(int bytes) {
    return new ServerOptions(
        address, token, tls, deadline, bytes, maxConnections, patience, warmUp, grace, accessLog);
  }

  /** Returns this with another bound on connections. */
  public ServerOptions maxConnections(int clients) {
    return new ServerOptions(
        address, token, tls, deadline, maxBody, clients, patience, warmUp, grace, accessLog);
  }

  /** Returns this with another wait for clients. */
  public ServerOptions patience(Duration atMost) {
    return new ServerOptions(
        address, token, tls, deadline, maxBody, maxConnections, atMost, warmUp, grace, accessLog);
  }

  /** Returns this with another duration of warming up; each size of batch is computed anyway. */
  public ServerOptions warmUp(Duration atLeast) {
    return new ServerOptions(
        address,
        token,
        tls,
        deadline,
        maxBody,
        maxConnections,
        patience,
        atLeast,
        grace,
        accessLog);
  }

  /** Returns this with another wait at the end. */
  public ServerOptions grace(Duration atMost) {
    return new ServerOptions(
        address,
        token,
        tls,
        deadline,
        maxBody,
        maxConnections,
        patience,
        warmUp,
        atMost,
        accessLog);
  }

  /** Returns this with a log of all requests. */
  public ServerOptions accessLog(Writer out) {
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
        Optional.of(out));
  }
}
