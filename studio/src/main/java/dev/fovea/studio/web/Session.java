package dev.fovea.studio.web;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;

/**
 * Who may ask: whoever has the token of this start of the studio. The page finds it behind the
 * {@code #} of its address, which browsers send to nobody, and exchanges it for a cookie.
 *
 * @param token what the address holds
 * @param secret what the cookie holds
 * @param cookie the cookie's name, with the port in it: cookies do not tell ports apart
 */
record Session(String token, String secret, String cookie) {
  private static final int BYTES = 16;

  static Session create(int port) {
    return new Session(random(), random(), "fovea-" + port);
  }

  private static String random() {
    byte[] bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** Returns whether a text is the token; takes as long for any text. */
  boolean isToken(String text) {
    return same(token, text);
  }

  /** Returns whether one of the headers {@code Cookie} holds the secret. */
  boolean isIn(List<String> headers) {
    return headers.stream()
        .flatMap(h -> List.of(h.split(";", -1)).stream())
        .map(String::strip)
        .anyMatch(c -> same(cookie + "=" + secret, c));
  }

  /** Returns the header that gives the browser its cookie. */
  String setCookie() {
    return cookie + "=" + secret + "; Path=/; HttpOnly; SameSite=Strict";
  }

  private static boolean same(String a, String b) {
    return MessageDigest.isEqual(
        a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
  }
}
