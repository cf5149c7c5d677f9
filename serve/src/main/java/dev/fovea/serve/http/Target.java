package dev.fovea.serve.http;

import java.net.URI;

/**
 * What the first line of a request names (RFC 9112, section 3.2): a path, or a whole URI as proxies
 * get it.
 *
 * @param path not decoded, from {@code /} on
 * @param query not decoded; empty for none
 */
record Target(String path, String query) {
  /** Reads a target; one that is neither is the path {@code /}. */
  static Target of(String text) {
    String local = text.startsWith("/") ? text : withinServer(text);
    int at = local.indexOf('?');
    return at < 0
        ? new Target(local, "")
        : new Target(local.substring(0, at), local.substring(at + 1));
  }

  private static String withinServer(String text) {
    try {
      URI uri = URI.create(text);
      String path = uri.getRawPath();
      if (path == null || !path.startsWith("/")) {
        return "/";
      }
      return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    } catch (IllegalArgumentException e) {
      return "/";
    }
  }
}
