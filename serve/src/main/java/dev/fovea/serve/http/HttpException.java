package dev.fovea.serve.http;

import dev.fovea.tensor.FoveaException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request that is answered with an error status and one line. */
public final class HttpException extends FoveaException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final transient Map<String, String> headers;

  /** Creates an answer of a status, such as 404, with one line that says why. */
  public HttpException(int status, String message) {
    this(status, message, null);
  }

  /** Creates an answer of a status with the exception that led to it. */
  public HttpException(int status, String message, @Nullable Throwable cause) {
    this(status, message, cause, Map.of());
  }

  private HttpException(
      int status, String message, @Nullable Throwable cause, Map<String, String> headers) {
    super(message, cause);
    this.status = status;
    this.headers = headers;
  }

  /** Creates an answer with a header that HTTP asks for beside its status. */
  static HttpException with(String header, String value, int status, String message) {
    return new HttpException(status, message, null, Map.of(header, value));
  }

  /** Creates the answer to a request by another method than its address expects. */
  public static HttpException wrongMethod(String expected, String got) {
    String allowed = expected.equals("GET") ? "GET, HEAD" : expected;
    return with("Allow", allowed, 405, expected + " expected, got " + got);
  }

  /** Returns the status. */
  public int status() {
    return status;
  }

  /** Returns the reply. */
  Reply reply() {
    Reply reply = Reply.error(status, String.valueOf(getMessage()));
    for (Map.Entry<String, String> h : headers.entrySet()) {
      reply = reply.with(h.getKey(), h.getValue());
    }
    return reply;
  }
}
