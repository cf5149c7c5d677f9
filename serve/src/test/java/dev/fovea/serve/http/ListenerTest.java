package dev.fovea.serve.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What clients do to connections, over sockets of their own. */
final class ListenerTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final int BIG = 16_000_000;
  private static final int MOST_BODY = 200_000;
  private static final long MEMORY = 20_000_000;
  private static final String END =
      "GET /end HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

  /** Whoever asks for /hold has sent it all; and may have its answer. */
  private final Semaphore held = new Semaphore(0);

  private final Semaphore free = new Semaphore(0);

  /** Whoever asks for /refused has been. */
  private final Semaphore refused = new Semaphore(0);

  private final StringWriter log = new StringWriter();
  private final List<String> counted = new CopyOnWriteArrayList<>();

  private final Front front =
      new Front(
          new Access(true, "127.0.0.1", Optional.empty()),
          new Handler() {
            @Override
            public CompletableFuture<Reply> answer(Request request) throws IOException {
              return CompletableFuture.completedFuture(reply(request));
            }

            @Override
            public boolean isBrief(Request request) {
              return request.path().equals("/brief");
            }
          },
          new AccessLog(Optional.of(log)),
          (path, status, nanos) -> counted.add(status + " " + path));
  private Listener listener = listener(64, LONG, MEMORY);

  private Listener listener(int connections, Duration patience, long memory) {
    return listener(connections, patience, memory, Optional.empty());
  }

  private Listener listener(
      int connections, Duration patience, long memory, Optional<SSLContext> tls) {
    return new Listener(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        tls,
        new MemoryBudget(memory),
        new ConnectionLimits(connections, patience, MOST_BODY),
        front);
  }

  private Reply reply(Request request) throws IOException {
    return switch (request.path()) {
      case "/hold" -> {
        byte[] body = request.readBody();
        held.release();
        free.acquireUninterruptibly();
        yield Reply.of(200, "text/plain", body);
      }
      case "/refused" -> {
        try {
          yield Reply.of(200, "text/plain", request.readBody());
        } catch (HttpException e) {
          refused.release();
          throw e;
        }
      }
      case "/big" -> Reply.of(200, "text/plain", new byte[BIG]);
      case "/echo", "/brief" -> Reply.of(200, "text/plain", request.readBody());
      default -> Reply.text("text/plain", request.path() + "?" + request.query());
    };
  }

  @AfterEach
  void close() {
    listener.close();
  }

  private void restart(int connections, Duration patience, long memory) {
    listener.close();
    listener = listener(connections, patience, memory);
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.port());
    socket.setSoTimeout((int) LONG.toMillis());
    return socket;
  }

  private static void send(Socket to, String text) throws IOException {
    to.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String post(String path, String headers) {
    return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
  }

  /** Returns what is answered until the server closes the connection. */
  private String told(String request) throws IOException {
    try (Socket socket = connect()) {
      send(socket, request);
      return all(socket);
    }
  }

  private static String all(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  /** A connection that is closed while its client still sends would lose the answer. */
  @Test
  void whoSpeaksPlainHttpToAnEncryptedServerIsToldSoWhileItSends() throws Exception {
    listener.close();
    listener = listener(64, LONG, MEMORY, Optional.of(SSLContext.getDefault()));
    try (Socket socket = connect()) {
      socket.setSendBufferSize(1); // the least that there is: writing takes as long as reading
      send(socket, post("/echo", "Content-Length: 700000\r\n") + "x".repeat(700_000));
      assertThat(all(socket))
          .startsWith("HTTP/1.1 400 Bad Request\r\n")
          .endsWith("{\"error\":\"this server speaks https, got plain http\"}");
    }
    assertThat(counted).containsExactly("400 ");
    assertThat(log.toString())
        .containsOnlyOnce("\n")
        .contains("\"method\":\"\",\"path\":\"\",\"status\":400,\"bytes_out\":52}");
    sendsForEver(post("/echo", "Content-Length: 99000000\r\n"));
  }

  /** Sends something and then far too much, until the server does not take it any more. */
  private void sendsForEver(String first) throws IOException {
    try (Socket socket = connect()) {
      byte[] piece = new byte[100_000];
      Arrays.fill(piece, (byte) 'x');
      assertThatThrownBy(
              () -> {
                send(socket, first);
                for (int i = 0; i < 990; i++) {
                  socket.getOutputStream().write(piece);
                }
              })
          .isInstanceOf(SocketException.class);
    }
  }

  /** The same of what is no request of HTTP. */
  @Test
  void whoSendsNoHttpIsToldSoWhileItSends() throws IOException {
    try (Socket socket = connect()) {
      socket.setSendBufferSize(1);
      send(socket, "\u0000 nothing\r\n\r\n" + "x".repeat(700_000));
      assertThat(all(socket)).startsWith("HTTP/1.1 400").contains("its HTTP is not understood");
    }
    sendsForEver("\u0000 nothing\r\n\r\n");
    assertThat(counted).containsExactly("400 ", "400 ");
  }

  /** A long answer takes memory until its client has it. */
  @Test
  void longAnswersTakeMemory() throws IOException {
    String big = "GET /big HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    try (Socket slow = new Socket()) {
      slow.setReceiveBufferSize(4_096);
      slow.setSoTimeout((int) LONG.toMillis());
      slow.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.port()));
      send(slow, big);
      assertThat(slow.getInputStream().read()).isEqualTo('H'); // so there is an answer
      assertThat(told(big)).startsWith("HTTP/1.1 503").contains("take all memory");
      assertThat(all(slow)).hasSizeGreaterThan(BIG);
    }
    taken("GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n" + END);
    restart(64, LONG, BIG - 10_000L);
    assertThat(told(big))
        .startsWith("HTTP/1.1 413")
        .contains("the request and its answer take 15625 KiB");
  }

  /** Short headers become far more than their bytes, so there may be few of them. */
  @Test
  void aRequestHasFewHeaders() throws IOException {
    assertThat(told("GET /a HTTP/1.1\r\nHost: localhost\r\n" + "a:\r\n".repeat(99) + "\r\n" + END))
        .startsWith("HTTP/1.1 200");
    assertThat(told("GET /a HTTP/1.1\r\nHost: localhost\r\n" + "a:\r\n".repeat(100) + "\r\n"))
        .startsWith("HTTP/1.1 431")
        .contains("request: its HTTP is not understood: more than 100 headers");
    String chunked = post("/echo", "Transfer-Encoding: chunked\r\n") + "0\r\n";
    assertThat(told(chunked + "a:\r\n".repeat(100) + "\r\n" + END)).startsWith("HTTP/1.1 200");
    assertThat(told(chunked + "a:\r\n".repeat(101) + "\r\n" + END)).startsWith("HTTP/1.1 400");
  }

  /** Requests that come before the answer to the first are answered in their order. */
  @Test
  void requestsMayComeBeforeTheAnswers() throws IOException {
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 500; i++) {
      String path = i % 2 == 0 ? "/echo" : "/brief";
      many.append(post(path, "Content-Length: 4\r\n")).append(1_000 + i);
    }
    String told = told(many + END);
    int at = 0;
    for (int i = 0; i < 500; i++) {
      at = told.indexOf("\r\n\r\n" + (1_000 + i) + "HTTP/1.1 200", at);
      assertThat(at).as("answer %s", i).isPositive();
    }
    assertThat(told).endsWith("/end?");
  }

  @Test
  void aRequestMayComeByteByByte() throws IOException {
    assertThat(toldSlowly(post("/brief", "Content-Length: 3\r\n") + "abc"))
        .contains("\r\n\r\nabcHTTP/1.1 200");
  }

  @Test
  void bodiesMayComeInChunks() throws IOException {
    String chunked = post("/echo", "Transfer-Encoding: chunked\r\n");
    assertThat(told(chunked + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n" + END))
        .contains("\r\n\r\nabcdeHTTP");
    assertThat(told(chunked + "3\r\nabc\r\nzz\r\n"))
        .startsWith("HTTP/1.1 400")
        .endsWith("{\"error\":\"body: damaged chunks\"}");
    String tooLong = "c350\r\n" + "x".repeat(50_000) + "\r\n";
    assertThat(told(chunked + tooLong.repeat(5) + "0\r\n\r\n" + END))
        .startsWith("HTTP/1.1 413")
        .contains("body: at most 200000 bytes are read");
  }

  /**
   * Sends a request byte by byte, and then one that ends the connection, and returns the answers.
   */
  private String toldSlowly(String request) throws IOException {
    try (Socket socket = connect()) {
      socket.setTcpNoDelay(true);
      for (char c : (request + END).toCharArray()) {
        socket.getOutputStream().write(c);
      }
      return all(socket);
    }
  }

  private static String gzip(String text) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(text.getBytes(StandardCharsets.US_ASCII));
    }
    return out.toString(StandardCharsets.ISO_8859_1);
  }

  private static String chunk(String text) {
    return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
  }

  /** What is packed may end before its body does, or not at all; the connection goes on. */
  @Test
  void packedBodiesMayEndEarlyOrLate() throws IOException {
    String packed = gzip("abc");
    String post = post("/echo", "Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n");
    assertThat(toldSlowly(post + chunk(packed) + "0\r\n\r\n"))
        .contains("\r\n\r\nabcHTTP")
        .endsWith("/end?");
    assertThat(toldSlowly(post + chunk(packed) + chunk("and more") + "0\r\n\r\n"))
        .contains("\r\n\r\nabcHTTP")
        .endsWith("/end?");
    assertThat(toldSlowly(post + chunk(packed.substring(0, packed.length() - 3)) + "0\r\n\r\n"))
        .startsWith("HTTP/1.1 400")
        .contains("{\"error\":\"body: gzip ends too early\"}HTTP")
        .endsWith("/end?");
    assertThat(toldSlowly(post + chunk("no gzip at all") + "0\r\n\r\n"))
        .startsWith("HTTP/1.1 400")
        .contains("{\"error\":\"body: damaged gzip: Not in GZIP format\"}HTTP")
        .endsWith("/end?");
  }

  /** What is packed may be several members; many empty ones would fill the stack. */
  @Test
  void packedBodiesMayHaveMembers() throws IOException {
    String post = post("/echo", "Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n");
    String empty = gzip("");
    String few = gzip("abc") + empty.repeat(9) + gzip("de");
    assertThat(told(post + chunk(few) + "0\r\n\r\n" + END)).contains("\r\n\r\nabcdeHTTP");
    assertThat(told(post + chunk(empty.repeat(9_000)) + "0\r\n\r\n" + END))
        .startsWith("HTTP/1.1 400")
        .contains("{\"error\":\"body: damaged gzip: more than 64 empty members in a row\"}HTTP")
        .endsWith("/end?");
  }

  /**
   * Who announces much and sends little holds little, however many do it: here 3.3 MB are
   * announced, and 600 KB there for all.
   */
  @Test
  void announcedBodiesHoldNoMemory() throws IOException {
    restart(64, LONG, 600_000);
    List<Socket> silent = new ArrayList<>();
    try {
      for (int i = 0; i < 16; i++) {
        Socket socket = connect();
        silent.add(socket);
        send(socket, post("/echo", "Content-Length: 150000\r\nExpect: 100-continue\r\n"));
        assertThat(socket.getInputStream().read()).isEqualTo('H'); // so its body is being read
        Socket brief = connect();
        silent.add(brief);
        send(brief, "GET /a HTTP/1.0\r\nConnection: keep-alive\r\nHost: localhost\r\n\r\n");
        assertThat(brief.getInputStream().read()).isEqualTo('H');
        send(brief, post("/brief", "Content-Length: 60000\r\n") + "ab");
      }
      assertThat(told(post("/echo", "Content-Length: 190000\r\n") + "x".repeat(190_000) + END))
          .startsWith("HTTP/1.1 200")
          .endsWith("/end?");
      Socket late = silent.getFirst();
      send(late, "x".repeat(150_000) + END);
      assertThat(all(late)).contains("HTTP/1.1 200").endsWith("/end?");
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  /** A small body for which there is no memory is refused, and taken once there is. */
  @Test
  void smallBodiesTakeMemoryToo() throws IOException {
    restart(64, LONG, 50_000);
    String part = "x".repeat(30_000);
    String small = post("/brief", "Content-Length: 30000\r\n") + part + END;
    try (Socket holding = connect()) {
      send(holding, post("/hold", "Content-Length: 30000\r\n") + part + END);
      held.acquireUninterruptibly();
      assertThat(told(small))
          .startsWith("HTTP/1.1 503")
          .contains("take all memory")
          .endsWith("/end?");
      free.release();
      assertThat(all(holding)).startsWith("HTTP/1.1 200").endsWith("/end?");
      taken(small);
    }
    assertThat(told(post("/brief", "Content-Length: 60000\r\n") + part.repeat(2) + END))
        .startsWith("HTTP/1.1 413")
        .contains("all requests together may take 49 KiB")
        .endsWith("/end?");
  }

  /** What is waited for is taken into account once, though it is put together then. */
  @Test
  void longBodiesTakeTheirLength() throws IOException {
    restart(64, LONG, 160_000);
    String body = "x".repeat(150_000);
    assertThat(told(post("/echo", "Content-Length: 150000\r\n") + body + END))
        .startsWith("HTTP/1.1 200")
        .contains(body);
    assertThat(told(post("/brief", "Content-Length: 170000\r\n") + body + body + END))
        .startsWith("HTTP/1.1 413")
        .contains(
            "the request and its answer take 167 KiB of memory, all requests together may take 157 KiB");
  }

  /** Who may not ask holds no memory with a long body that never ends. */
  @Test
  void whoMayNotAskHoldsNoMemory() throws IOException {
    restart(64, LONG, 260_000);
    List<Socket> refused = new ArrayList<>();
    try {
      for (int i = 0; i < 4; i++) {
        Socket socket = connect();
        refused.add(socket);
        send(socket, post("/echo", "Origin: http://a.b\r\nContent-Length: 150000\r\n"));
        send(socket, "x".repeat(149_999));
      }
      taken(post("/echo", "Content-Length: 190000\r\n") + "x".repeat(190_000) + END);
      send(refused.getFirst(), "x" + END);
      assertThat(all(refused.getFirst())).startsWith("HTTP/1.1 403").endsWith("/end?");
    } finally {
      for (Socket socket : refused) {
        socket.close();
      }
    }
  }

  /** Asks until there is memory for the request, which is answered then. */
  private void taken(String request) throws IOException {
    long until = System.nanoTime() + LONG.toNanos();
    String told = told(request);
    while (told.startsWith("HTTP/1.1 503")) {
      assertThat(System.nanoTime()).isLessThan(until);
      told = told(request);
    }
    assertThat(told).startsWith("HTTP/1.1 200").endsWith("/end?");
  }

  /** Who is refused holds no memory, though the rest of the body is still waited for. */
  @Test
  void whoIsRefusedHoldsNoMemory() throws Exception {
    restart(64, LONG.multipliedBy(5), 260_000);
    try (Socket tooLong = connect()) {
      send(tooLong, post("/refused", "Transfer-Encoding: chunked\r\n"));
      send(tooLong, chunk("x".repeat(50_000)).repeat(5));
      assertThat(refused.tryAcquire(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
      taken(post("/echo", "Content-Length: 190000\r\n") + "x".repeat(190_000) + END);
      send(tooLong, "0\r\n\r\n" + END);
      assertThat(all(tooLong)).startsWith("HTTP/1.1 413").endsWith("/end?");
    }
  }

  /** Who waits to be asked for the body is asked, or told at once that it is too long. */
  @Test
  void bodiesAreAskedFor() throws IOException {
    try (Socket socket = connect()) {
      send(socket, post("/echo", "Content-Length: 3\r\nExpect: 100-continue\r\n"));
      byte[] asked = socket.getInputStream().readNBytes("HTTP/1.1 100 Continue\r\n\r\n".length());
      assertThat(new String(asked, StandardCharsets.ISO_8859_1)).startsWith("HTTP/1.1 100");
      send(socket, "abc" + END);
      assertThat(all(socket)).startsWith("HTTP/1.1 200").contains("\r\n\r\nabcHTTP");
    }
    assertThat(told(post("/echo", "Content-Length: 200001\r\nExpect: 100-continue\r\n")))
        .startsWith("HTTP/1.1 413");
  }

  /** A long body is asked for once, though it is read in many pieces. */
  @Test
  void bodiesAreAskedForOnce() throws IOException {
    String told =
        told(
            post("/echo", "Content-Length: 150000\r\nExpect: 100-continue\r\n")
                + "x".repeat(150_000)
                + END);
    assertThat(told).contains("HTTP/1.1 200").endsWith("/end?");
    try (Socket socket = connect()) {
      send(socket, post("/echo", "Content-Length: 150000\r\nExpect: 100-continue\r\n"));
      assertThat(socket.getInputStream().read()).isEqualTo('H'); // of HTTP/1.1 100 Continue
      send(socket, "x".repeat(150_000) + END);
      assertThat(all(socket))
          .startsWith("TTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200")
          .containsOnlyOnce("100 Continue")
          .endsWith("/end?");
    }
  }

  /** Who says that nothing more will come after a long body still hears the answer. */
  @Test
  void clientsMayEndTheirSide() throws IOException {
    try (Socket socket = connect()) {
      send(socket, post("/echo", "Content-Length: 150000\r\n") + "x".repeat(150_000));
      socket.shutdownOutput();
      assertThat(all(socket)).startsWith("HTTP/1.1 200").endsWith("x".repeat(1_000));
    }
  }

  /** A long body that nobody wants does not hide the answer. */
  @Test
  void anAnswerToAnUnreadBodyArrives() throws IOException {
    assertThat(told(post("/echo", "Content-Length: 900000\r\n") + "x".repeat(900_000) + END))
        .startsWith("HTTP/1.1 413")
        .endsWith("/end?");
  }

  @Test
  void longAnswersArriveWhole() throws IOException {
    String told = told("GET /big HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assertThat(told).contains("content-length: " + BIG);
    assertThat(told.length() - told.indexOf("\r\n\r\n") - 4).isEqualTo(BIG);
  }

  @Test
  void speaksAsTheClientDoes() throws IOException {
    assertThat(told("HEAD /big HTTP/1.0\r\nHost: localhost\r\n\r\n"))
        .startsWith("HTTP/1.1 200")
        .contains("content-length: " + BIG)
        .endsWith("\r\n\r\n");
    assertThat(told("GET http://localhost/a?b=c HTTP/1.0\r\nHost: localhost\r\n\r\n"))
        .endsWith("\r\n\r\n/a?b=c");
    assertThat(told("GET /a HTTP/1.0\r\nHost: localhost\r\n\r\n")).containsIgnoringCase("date: ");
  }

  @Test
  void whatIsNotOfHttpIsToldSo() throws IOException {
    assertThat(told("\u0000\u0001 nothing\r\n\r\n")).startsWith("HTTP/1.1 400");
    assertThat(told("GET /" + "x".repeat(9_000) + " HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 414");
    assertThat(told("GET / HTTP/1.1\r\na: " + "x".repeat(33_000) + "\r\n\r\n"))
        .startsWith("HTTP/1.1 431");
    assertThat(told(post("/echo", "Content-Length: 1\r\nContent-Length: 2\r\n") + "ab"))
        .startsWith("HTTP/1.1 400");
  }

  /** Clients that say nothing, half a request, or read nothing, are not waited for. */
  @Test
  void clientsAreNotWaitedForForLong() throws IOException {
    restart(64, Duration.ofMillis(300), MEMORY);
    assertThat(told("")).isEmpty();
    assertThat(told("GET /")).isEmpty();
    assertThat(told(post("/brief", "Content-Length: 5\r\n") + "ab")).isEmpty();
    assertThat(told(post("/echo", "Content-Length: 90000\r\n") + "ab")).isEmpty();
    try (Socket socket = new Socket()) {
      socket.setReceiveBufferSize(4_096);
      socket.setSoTimeout((int) LONG.toMillis());
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.port()));
      send(socket, "GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(socket.getInputStream().read()).isEqualTo('H'); // so the request has come
      front.drain(LONG); // until the server has given it up
      assertThatThrownBy(() -> readToTheEnd(socket)).isInstanceOf(IOException.class);
    }
  }

  /** Reads a big answer, of which the end must be missing. */
  private static void readToTheEnd(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    long read = in.transferTo(OutputStream.nullOutputStream());
    if (read < BIG) {
      throw new SocketException("only %s bytes arrived".formatted(read));
    }
  }

  @Test
  void noMoreClientsThanAllowed() throws IOException {
    restart(2, LONG, MEMORY);
    try (Socket first = connect();
        Socket second = connect()) {
      for (Socket one : new Socket[] {first, second}) {
        send(one, "GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(one.getInputStream().read()).isEqualTo('H');
      }
      try (Socket third = connect()) {
        assertThat(third.getInputStream().read()).isEqualTo(-1);
      }
      send(second, END);
      assertThat(all(second)).endsWith("/end?");
    }
  }
}
