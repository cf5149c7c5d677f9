package dev.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.nn.Layers;
import dev.fovea.nn.Model;
import dev.fovea.studio.web.Refusal;
import dev.fovea.studio.web.Uploads;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a page sends is bounded, and refused in one line where it is none. */
final class UploadTest {
  private static final String BYTES = "Content-Type: application/octet-stream";
  private static Studio studio;
  private static RawHttp http;

  @BeforeAll
  static void start() throws IOException {
    studio = Studio.start(StudioOptions.usual());
    http = RawHttp.session(studio);
  }

  @AfterAll
  static void end() {
    studio.close();
  }

  private static RawHttp.Reply send(String action, byte[] body) throws IOException {
    return http.post("/api/start/" + action, body, BYTES);
  }

  private static byte[] png(int side) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB), "png", out);
    return out.toByteArray();
  }

  /** Returns a PNG file that tells this size and holds no such pixels. */
  private static byte[] claiming(int height, int width) throws IOException {
    byte[] file = png(4);
    ByteBuffer header = ByteBuffer.wrap(file);
    header.putInt(16, width).putInt(20, height);
    CRC32 crc = new CRC32();
    crc.update(file, 12, 17);
    header.putInt(29, (int) crc.getValue());
    return file;
  }

  @Test
  void takesAPicture() throws IOException {
    RawHttp.Reply reply = send("picture", png(30));
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    assertThat(reply.body()).contains("\"size\":\"30×30×3\"");
  }

  @Test
  void refusesWhatIsNoPicture() throws IOException {
    RawHttp.Reply reply = send("picture", "this is no picture".getBytes(StandardCharsets.UTF_8));
    assertThat(reply.status()).isEqualTo(422);
    assertThat(reply.body().strip().lines()).hasSize(1);
  }

  /** The size is read before any pixel is. */
  @Test
  void refusesTooManyPixelsByTheirHeader() throws IOException {
    RawHttp.Reply reply = send("picture", claiming(8000, 5001));
    assertThat(reply.status()).as(reply.body()).isEqualTo(413);
    assertThat(reply.body()).contains("8000×5001 pixels are more than 40 million");
  }

  @Test
  void refusesTooManyBytes() throws IOException {
    assertThat(send("picture", new byte[(20 << 20) + 1]).status()).isEqualTo(413);
  }

  /** Eight files may be on their way; the ninth is told so, and all is well when one has come. */
  @Test
  void takesEightFilesAtOnce() throws IOException {
    byte[] file = png(30);
    List<Socket> slow = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      slow.add(beginning(file));
    }
    RawHttp.Reply ninth = send("picture", file);
    while (ninth.status() == 200 && slow.size() < 1000) {
      // It overtook one of the eight, which may have been refused in its place.
      slow.add(beginning(file));
      ninth = send("picture", file);
    }
    assertThat(ninth.status()).isEqualTo(503);
    assertThat(ninth.body()).contains("8 files are being sent already");
    for (Socket s : slow) {
      s.close(); // vanished clients
    }
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    RawHttp.Reply then = send("picture", file);
    while (then.status() == 503 && System.nanoTime() < end) {
      then = send("picture", file);
    }
    assertThat(then.status()).isEqualTo(200);
  }

  /** Returns a connection that has sent a part of a picture. */
  private static Socket beginning(byte[] file) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), studio.port());
    String head =
        "POST /api/start/picture HTTP/1.1\r\n%s\r\n%s\r\nX-Fovea: 1\r\n%s\r\nContent-Length: %s\r\n\r\n"
            .formatted(http.host(), http.cookie(), BYTES, Integer.toString(file.length));
    socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().write(file, 0, 10);
    socket.getOutputStream().flush();
    return socket;
  }

  @Test
  void boundsWhatIsSentTogether() {
    Uploads uploads = new Uploads(2, 100);
    try (Uploads.Upload a = uploads.begin()) {
      a.add(60);
      try (Uploads.Upload b = uploads.begin()) {
        b.add(40);
        assertThatThrownBy(() -> b.add(1))
            .isInstanceOf(Refusal.class)
            .hasMessageContaining("at most 100 bytes");
        assertThatThrownBy(uploads::begin).hasMessageContaining("2 files are being sent");
      }
      a.add(40);
    }
    try (Uploads.Upload c = uploads.begin()) {
      c.add(100);
    }
  }

  @Test
  void refusesWhatIsNoNetwork() throws IOException {
    RawHttp.Reply reply = send("model", new byte[1000]);
    assertThat(reply.status()).isEqualTo(422);
    assertThat(reply.body().strip().lines()).hasSize(1);
  }

  @Test
  void knowsNoOtherPictures() throws IOException {
    for (String id : List.of("p999", "../etc/passwd", "")) {
      String body = "{\"id\":\"" + id + "\",\"most\":64}";
      assertThat(http.post("/api/start/pixels", body).body()).contains("no picture has the id");
    }
  }

  /** A model may be called anything: what it is called is written as text. */
  @Test
  void tellsHostileNamesAsTheyAre() throws IOException {
    Model model =
        Model.build(
            Layers.sequence(Layers.flatten(), Layers.dense(2)), Shape.of(4, 4, 1), Seed.of(1));
    studio.show("<img src=x onerror=alert(1)>", model, Optional.empty());
    RawHttp.Reply reply = http.post("/api/start/open", "{}");
    assertThat(reply.head()).contains("application/json");
    assertThat(reply.body()).contains("<img src=x onerror=alert(1)>");
  }
}
