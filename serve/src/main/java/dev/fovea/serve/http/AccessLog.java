package dev.fovea.serve.http;

import dev.fovea.io.Json;
import java.io.IOException;
import java.io.Writer;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Writes one JSON object per request and line. */
public final class AccessLog {
  private final Optional<Writer> out;
  private boolean broken;

  /** Creates a log that writes to a stream, each line at once; to none, it writes nothing. */
  public AccessLog(Optional<Writer> out) {
    this.out = out;
  }

  /**
   * Writes a line about a request that has been answered.
   *
   * @param nanos how long it took
   */
  void add(Instant time, Request request, Reply reply, long nanos) {
    out.ifPresent(to -> write(to, line(time, request, reply, nanos)));
  }

  /** Writes a line about what was no request of HTTP; its method and path are empty. */
  void addRefused(Instant time, String remote, Reply reply) {
    out.ifPresent(to -> write(to, Json.write(begun(time, remote, "", "", reply)) + "\n"));
  }

  private static String line(Instant time, Request request, Reply reply, long nanos) {
    Map<String, Object> line =
        begun(time, request.remote(), request.method(), request.path(), reply);
    request.announced().ifPresent(n -> line.put("bytes_in", n));
    line.put("ms", Math.round(nanos / 1e3) / 1e3);
    request.header("User-Agent").ifPresent(agent -> line.put("agent", agent));
    return Json.write(line) + "\n";
  }

  /** Returns what every line has. */
  private static Map<String, Object> begun(
      Instant time, String remote, String method, String path, Reply reply) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("time", time.toString());
    line.put("remote", remote);
    line.put("method", method);
    line.put("path", path);
    line.put("status", reply.status());
    line.put("bytes_out", reply.content().length);
    return line;
  }

  /** A log that cannot be written must not end the service; it is told once. */
  private synchronized void write(Writer to, String line) {
    try {
      to.write(line);
      to.flush();
    } catch (IOException e) {
      if (!broken) {
        broken = true;
        System.getLogger("dev.fovea.serve")
            .log(Level.WARNING, "the access log cannot be written: " + e.getMessage());
      }
    }
  }
}
