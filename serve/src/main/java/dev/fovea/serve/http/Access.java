package dev.fovea.serve.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Who may ask.
 *
 * <p>A page that a user of this machine visits can reach a server on loopback. So requests with an
 * {@code Origin}, which browsers add, are refused, and on loopback {@code Host} must be a name of
 * loopback or the server's own address: a name that somebody else bends to 127.0.0.1 is neither
 * (DNS rebinding).
 *
 * @param loopback whether the server listens on loopback alone
 * @param address on which it listens, as it stands in URLs: an IPv6 one in brackets
 * @param token what every request must bear, but for questions after its health
 */
public record Access(boolean loopback, String address, Optional<String> token) {
  private static final Pattern LOCAL =
      Pattern.compile("(127\\.0\\.0\\.1|localhost|\\[::1\\])(:\\d{1,5})?");
  private static final Pattern PORT = Pattern.compile(":\\d{1,5}$");
  private static final List<String> OPEN = List.of("/v2/health/live", "/v2/health/ready");
  private static final String SCHEME = "bearer ";

  /**
   * Requires that a request may be answered.
   *
   * @throws HttpException 401 without the token, 403 if it comes from a page of the web
   */
  public void require(Request request) {
    String host = request.header("Host").orElse("").toLowerCase(Locale.ROOT);
    boolean own = PORT.matcher(host).replaceFirst("").equals(address);
    if (loopback && !own && !LOCAL.matcher(host).matches()) {
      throw new HttpException(403, "Host: this server answers to " + address + " alone");
    }
    if (request.header("Origin").isPresent()) {
      throw new HttpException(403, "Origin: pages of the web are not answered");
    }
    if (token.isPresent() && !OPEN.contains(request.path()) && !bears(request, token.get())) {
      throw HttpException.with(
          "WWW-Authenticate", "Bearer", 401, "Authorization: the bearer token is missing or wrong");
    }
  }

  /** Returns whether a request bears the token; takes as long for any text. */
  private static boolean bears(Request request, String token) {
    String given = request.header("Authorization").orElse("");
    boolean scheme = given.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    String text = scheme ? given.substring(SCHEME.length()).strip() : "";
    return MessageDigest.isEqual(
        text.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
  }
}
