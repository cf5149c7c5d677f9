package dev.fovea.studio.web;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What every request must pass before it is looked at: a server on this machine can be reached from
 * any page that its user visits.
 *
 * <ol>
 *   <li>{@code Host} is an address of this server: a name that an attacker bends to 127.0.0.1 is
 *       none (DNS rebinding).
 *   <li>{@code Origin}, where it is sent, is this server; {@code null} is not.
 *   <li>{@code Sec-Fetch-Site}, where it is sent, is same-origin or none, but for a visit of the
 *       page itself.
 *   <li>The cookie of the session is there, but for the page itself and the exchange of the token.
 *   <li>What is written is JSON or plain bytes and has the header {@code X-Fovea: 1}, which forms
 *       of other pages cannot send.
 * </ol>
 */
final class Gate {
  private static final Set<String> SITES = Set.of("same-origin", "none");
  private static final Set<String> TYPES = Set.of("application/json", "application/octet-stream");

  /** The port that browsers leave out of {@code Host} and {@code Origin}. */
  private static final int HTTP = 80;

  private final Session session;
  private final List<String> hosts = new ArrayList<>();

  /**
   * Creates the gate of a port.
   *
   * @param remote a further name under which the server may be asked; empty for none
   */
  Gate(int port, Session session, String remote) {
    this.session = session;
    Stream.of("127.0.0.1", "localhost", "[::1]", remote)
        .filter(name -> !name.isEmpty())
        .map(name -> name.toLowerCase(Locale.ROOT))
        .flatMap(name ->
            port == HTTP ? Stream.of(name, name + ":" + port) : Stream.of(name + ":" + port))
        .forEach(hosts::add);
  }

  /**
   * Requires that a request may be answered.
   *
   * @param open whether it needs no session
   * @param method the method that its path knows, {@code GET} or {@code POST}; empty for a path
   *     behind which nothing is
   * @throws Refusal if it may not
   */
  void require(HttpExchange exchange, boolean open, String method) {
    Headers headers = exchange.getRequestHeaders();
    List<String> host = headers.getOrDefault("Host", List.of());
    if (host.size() != 1 || !hosts.contains(host.get(0))) {
      throw new Refusal(403, "Host: this server answers to " + hosts.get(0) + " alone");
    }
    boolean own =
        headers.getOrDefault("Origin", List.of()).stream()
            .allMatch(o -> hosts.stream().anyMatch(h -> o.equals("http://" + h)));
    if (!own) {
      throw new Refusal(403, "Origin: other pages may not ask this server");
    }
    if (!SITES.containsAll(headers.getOrDefault("Sec-Fetch-Site", List.of()))
        && !isVisit(exchange)) {
      throw new Refusal(403, "Sec-Fetch-Site: other pages may not ask this server");
    }
    if (!open && !session.isIn(headers.getOrDefault("Cookie", List.of()))) {
      throw new Refusal(401, "no session: open the address that fovea studio prints");
    }
    if (!method.isEmpty() && !exchange.getRequestMethod().equals(method)) {
      exchange.getResponseHeaders().set("Allow", method);
      throw new Refusal(405, method + " is known here");
    }
    if (method.equals("POST")) {
      requireOwnWrite(headers);
    }
  }

  /** Returns whether somebody follows a link to the page itself, which shows nothing yet. */
  private static boolean isVisit(HttpExchange exchange) {
    return exchange.getRequestURI().getPath().equals("/")
        && exchange.getRequestMethod().equals("GET")
        && "navigate".equals(exchange.getRequestHeaders().getFirst("Sec-Fetch-Mode"))
        && "document".equals(exchange.getRequestHeaders().getFirst("Sec-Fetch-Dest"));
  }

  private static void requireOwnWrite(Headers headers) {
    if (!headers.getOrDefault("X-Fovea", List.of()).equals(List.of("1"))) {
      throw new Refusal(403, "X-Fovea: is missing");
    }
    List<String> type = headers.getOrDefault("Content-Type", List.of());
    if (type.size() != 1 || !TYPES.contains(type.get(0))) {
      throw new Refusal(415, "Content-Type: " + TYPES.stream().sorted().toList() + " are read");
    }
  }
}
