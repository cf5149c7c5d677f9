package dev.fovea.studio;

import dev.fovea.nn.Model;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A studio with one network, {@code m3}, that the tests of a class ask without a browser. */
final class AskedStudio implements AfterAllCallback {
  private final Studio studio;
  private final RawHttp http;

  AskedStudio(Model net) {
    studio = Studio.open(net);
    try {
      http = RawHttp.session(studio);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    studio.close();
  }

  /** Returns what it answers to a question. */
  RawHttp.Reply ask(String door, String json) throws IOException {
    return http.post("/api/" + door, json);
  }

  /** Returns what it answers to bytes, such as a picture. */
  RawHttp.Reply send(String door, byte[] bytes) throws IOException {
    return http.post("/api/" + door, bytes, "Content-Type: application/octet-stream");
  }
}
