package dev.fovea.serve;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A client that asks on one connection, and knows when all of its request has been sent. */
final class OpenClient implements AutoCloseable {
  private static final Pattern LENGTH = Pattern.compile("content-length: (\\d+)");
  private static final String HEAD_END = "\r\n\r\n";

  private final Socket socket;
  private final InputStream in;

  OpenClient(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream());
  }

  /** Returns the head and the body of the answer. */
  String ask(String method, String path, String body) throws IOException {
    send(method, path, body);
    return answer();
  }

  /** Sends a request. */
  void send(String method, String path, String body) throws IOException {
    String request =
        "%s %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %s\r\n\r\n%s"
            .formatted(method, path, Integer.toString(body.length()), body);
    socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
  }

  /**
   * Returns the next answer.
   *
   * @throws EOFException if the server ends the connection before it
   */
  String answer() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (!bytes.toString(StandardCharsets.ISO_8859_1).endsWith(HEAD_END)) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("no answer");
      }
      bytes.write(next);
    }
    String head = bytes.toString(StandardCharsets.ISO_8859_1);
    Matcher length = LENGTH.matcher(head);
    int size = length.find() ? Integer.parseInt(length.group(1)) : 0;
    return head + new String(in.readNBytes(size), StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
