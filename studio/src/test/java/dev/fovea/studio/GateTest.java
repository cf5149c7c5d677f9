package dev.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.FoveaException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may ask a studio, tried by raw sockets. */
final class GateTest {
  private static Studio studio;
  private static RawHttp in;
  private static RawHttp out;

  @BeforeAll
  static void start() throws IOException {
    studio = Studio.start(StudioOptions.usual());
    in = RawHttp.session(studio);
    out = new RawHttp(studio);
  }

  @AfterAll
  static void end() {
    studio.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "localhost", "[::1]"})
  void answersToItsNames(String name) throws IOException {
    assertThat(out.get("/", "Host: " + name + ":" + studio.port()).status()).isEqualTo(200);
  }

  /** A rebound name is of the same origin and sends no Origin: only Host gives it away. */
  @ParameterizedTest
  @ValueSource(strings = {"/", "/style.css", "/api/draw/progress", "/nothing", "/api/session"})
  void refusesOtherHostsOnEveryPath(String path) throws IOException {
    for (String host :
        List.of("evil.example:" + studio.port(), "127.0.0.1", "127.0.0.1:1", "", "LOCALHOST:80")) {
      assertThat(in.get(path, "Host: " + host).status()).as(host).isEqualTo(403);
    }
  }

  @Test
  void refusesRequestsWithoutOrWithTwoHosts() throws IOException {
    assertThat(in.send("GET / HTTP/1.0", List.of("X: 1"), new byte[0]).status()).isEqualTo(403);
    List<String> two = List.of("Host: evil.example", in.host());
    assertThat(in.send("GET / HTTP/1.1", two, new byte[0]).status()).isIn(400, 403);
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "http://evil.example", "http://127.0.0.1", "https://localhost"})
  void refusesOtherOrigins(String origin) throws IOException {
    for (String path : List.of("/", "/api/draw/progress", "/api/events")) {
      assertThat(in.get(path, "Origin: " + origin).status()).isEqualTo(403);
    }
  }

  @Test
  void knowsItsOwnOrigin() throws IOException {
    String own = "Origin: http://127.0.0.1:" + studio.port();
    assertThat(in.get("/", own).status()).isEqualTo(200);
  }

  @Test
  void refusesOtherSitesButForAVisitOfThePage() throws IOException {
    String cross = "Sec-Fetch-Site: cross-site";
    assertThat(in.get("/style.css", cross).status()).isEqualTo(403);
    assertThat(in.get("/api/draw/progress", cross).status()).isEqualTo(403);
    assertThat(in.get("/", cross, "Sec-Fetch-Mode: no-cors").status()).isEqualTo(403);
    assertThat(in.get("/", cross, "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe").status())
        .isEqualTo(403);
    assertThat(in.get("/", cross, "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document").status())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/draw/progress", "/api/events", "/nothing", "/api/nowhere/at-all"})
  void asksForASessionBeforeItLooksAtThePath(String path) throws IOException {
    assertThat(out.get(path).status()).isEqualTo(401);
    assertThat(out.get(path, "Cookie: fovea-" + studio.port() + "=0").status()).isEqualTo(401);
  }

  @Test
  void givesNoSessionForAnotherToken() throws IOException {
    RawHttp.Reply reply = out.post("/api/session", "{\"token\":\"00\"}");
    assertThat(reply.status()).isEqualTo(401);
    assertThat(reply.body()).contains("another start");
  }

  @Test
  void writesNeedWhatFormsCannotSend() throws IOException {
    List<String> plain =
        List.of(in.host(), in.cookie(), "Content-Type: application/json", "Content-Length: 2");
    byte[] body = {'{', '}'};
    assertThat(in.send("POST /api/draw/progress HTTP/1.1", plain, body).status()).isEqualTo(403);
    assertThat(in.post("/api/draw/progress", body, "Content-Type: text/plain").status())
        .isEqualTo(415);
  }

  /** A path is asked by one method, which it tells; one behind which nothing is has none. */
  @Test
  void tellsTheMethodThatAPathKnows() throws IOException {
    List<String> head = List.of(in.host(), in.cookie(), "X-Fovea: 1", "Content-Length: 0");
    for (String asked :
        List.of(
            "PUT /api/draw/see POST",
            "GET /api/session POST",
            "POST /api/events GET",
            "DELETE /style.css GET",
            "HEAD / GET",
            "GET /api/draw/progress POST")) {
      String[] parts = asked.split(" ", -1);
      RawHttp.Reply reply = in.send(parts[0] + " " + parts[1] + " HTTP/1.1", head, new byte[0]);
      assertThat(reply.status()).as(asked).isEqualTo(405);
      assertThat(reply.head()).as(asked).containsIgnoringCase("allow: " + parts[2] + "\r\n");
    }
    RawHttp.Reply nothing = in.send("PUT /api/nowhere/see HTTP/1.1", head, new byte[0]);
    assertThat(nothing.status()).isEqualTo(404);
  }

  @Test
  void sendsTheRulesOfThePageWithEveryAnswer() throws IOException {
    for (RawHttp.Reply r : List.of(in.get("/"), in.get("/nothing"), out.get("/api/events"))) {
      assertThat(r.head())
          .containsIgnoringCase("content-security-policy: default-src 'none'; script-src 'self'")
          .contains("frame-ancestors 'none'", "require-trusted-types-for 'script'")
          .containsIgnoringCase("x-content-type-options: nosniff")
          .containsIgnoringCase("cross-origin-resource-policy: same-origin")
          .doesNotContainIgnoringCase("access-control");
    }
  }

  @Test
  void givesACookieThatScriptsAndOtherSitesNeverSee() throws IOException {
    String token = studio.address().getFragment().substring("token=".length());
    RawHttp.Reply reply = out.post("/api/session", "{\"token\":\"" + token + "\"}");
    assertThat(reply.head())
        .contains("fovea-" + studio.port() + "=", "HttpOnly", "SameSite=Strict")
        .doesNotContain(token);
    assertThat(token).hasSize(32);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../module-info.class",
        "/js/../../WebServer.class",
        "/%2e%2e/WebServer.class",
        "/js/%2e%2e/%2e%2e/WebServer.class",
        "/lib/",
        "/js",
        "//etc/passwd",
        "/style.css%00",
        "/texts/",
        "/texts/../de.json",
        "/texts/de.html"
      })
  void servesNothingButThePage(String path) throws IOException {
    assertThat(in.get(path).status()).isIn(400, 404);
  }

  /** The page asks for the texts of its browser's language, which there may be none of. */
  @Test
  void everyLanguageHasTextsIfOnlyNone() throws IOException {
    assertThat(in.get("/texts/en.json").body()).contains("\"rooms\"");
    RawHttp.Reply none = in.get("/texts/tlh-x-nobody.json");
    assertThat(none.status()).isEqualTo(200);
    assertThat(none.body()).isEqualTo("{}");
  }

  @Test
  void takesNoMoreThanItReads() throws IOException {
    byte[] over = new byte[(1 << 20) + 1];
    RawHttp.Reply reply = in.post("/api/session", over, "Content-Type: application/json");
    assertThat(reply.status()).isEqualTo(413);
    assertThat(reply.body()).contains("at most 1048576 bytes");
    RawHttp.Reply drawing =
        in.post("/api/draw/see", new byte[785], "Content-Type: application/octet-stream");
    assertThat(drawing.status()).isEqualTo(413);
  }

  @Test
  void refusesWhatIsNoJson() throws IOException {
    assertThat(in.post("/api/session", "{\"token\":").status()).isEqualTo(422);
    assertThat(in.post("/api/session", "[1]").body()).contains("an object");
  }

  @Test
  void listensOnThisMachineAlone() throws IOException {
    Optional<InetAddress> other =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(a -> !a.isLoopbackAddress() && !a.isLinkLocalAddress())
            .findFirst();
    if (other.isEmpty()) {
      System.err.println("studio: this machine has no other address to try");
      return;
    }
    assertThatThrownBy(() -> new Socket(other.get(), studio.port()).close())
        .isInstanceOf(ConnectException.class);
  }

  @Test
  void saysThatAPortIsTaken() {
    StudioOptions same = StudioOptions.usual().port(studio.port());
    assertThatThrownBy(() -> Studio.start(same).close())
        .isInstanceOf(FoveaException.class)
        .hasMessageContaining("cannot listen on")
        .hasMessageContaining("--port 0");
  }

  /** Cookies do not tell ports apart, so each studio has a cookie of its own. */
  @Test
  void twoStudiosDoNotDisturbEachOther() throws IOException {
    try (Studio second = Studio.start(StudioOptions.usual())) {
      RawHttp other = RawHttp.session(second);
      assertThat(in.cookie()).isNotEqualTo(other.cookie());
      assertThat(other.get("/api/nothing", in.cookie()).status()).isEqualTo(404);
      assertThat(new RawHttp(second).get("/api/nothing", in.cookie()).status()).isEqualTo(401);
      assertThat(in.get("/api/nothing").status()).isEqualTo(404);
    }
  }
}
