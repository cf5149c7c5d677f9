package dev.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.studio.room.Rooms;
import dev.fovea.studio.state.StudioState;
import dev.fovea.studio.web.Refusal;
import dev.fovea.studio.web.Request;
import dev.fovea.studio.web.Room;
import dev.fovea.studio.web.Uploads;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Damaged requests to all rooms: each is answered, or refused in one line. */
final class RequestFuzzTest {
  private static final int MUTANTS = 150;
  private static final List<String> NUMBERS =
      List.of(
          "-1", "0", "1e308", "1e-320", "9223372036854775808", "2147483647", "null", "[]", "{}");
  private static final String LAYERS =
      "\"layers\":[{\"type\":\"conv\",\"filters\":4,\"kernel\":3,\"stride\":1,\"same\":true},"
          + "{\"type\":\"relu\"},{\"type\":\"flatten\"},{\"type\":\"dense\",\"units\":10}]";

  /** Whole requests by room and action. */
  private static Map<String, String> seeds() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("start/open", "{}");
    all.put("start/name", "{\"id\":\"p1\",\"name\":\"a \\u00e9 name\"}");
    all.put("start/pixels", "{\"id\":\"p1\",\"most\":32}");
    all.put(
        "kernels/apply",
        "{\"picture\":\"p1\",\"most\":32,\"height\":1,\"width\":2,\"weights\":[1,-1],\"border\":\"zero\"}");
    all.put(
        "convolution/compute",
        "{\"kind\":\"conv\",\"height\":3,\"width\":3,\"channels\":1,\"filters\":1,\"groups\":1,"
            + "\"kernelHeight\":2,\"kernelWidth\":2,\"strideHeight\":1,\"strideWidth\":1,"
            + "\"dilationHeight\":1,\"dilationWidth\":1,\"top\":0,\"bottom\":0,\"left\":0,\"right\":0,"
            + "\"x\":[1,2,3,4,5,6,7,8,9],\"weight\":[1,0,0,-1],\"bias\":[0],\"dy\":[1,2,3,4]}");
    all.put("train/at", "{\"step\":3,\"sample\":1}");
    all.put("train/embedding", "{\"method\":\"pca\",\"samples\":100}");
    all.put("train/save", "{\"format\":\"onnx\"}");
    all.put(
        "train/check",
        "{\"name\":\"n\",\"data\":\"digits\",\"samples\":100,\"epochs\":1,\"batch\":32,"
            + "\"optimizer\":\"adam\",\"rate\":0.001,\"schedule\":\"constant\",\"seed\":1,"
            + LAYERS
            + "}");
    all.put(
        "playground/begin",
        "{\"kind\":\"spirals\",\"classes\":2,\"noise\":0.1,\"seed\":1,\"rate\":0.03,"
            + "\"layers\":[{\"type\":\"dense\",\"units\":2}]}");
    all.put(
        "explain/explain", "{\"model\":\"m1\",\"picture\":\"p1\",\"class\":0,\"method\":\"x\"}");
    all.put("graph/open", "{\"model\":\"m1\",\"open\":[\"a\",\"b.c\"]}");
    all.put(
        "compare/data", "{\"first\":\"m1\",\"second\":\"m1\",\"data\":\"digits\",\"samples\":10}");
    all.put("detect/look", "{\"model\":\"m1\",\"picture\":\"p1\",\"score\":0.5,\"overlap\":0.4}");
    all.put("detect/overlap", "{\"a\":[1,2,3,4],\"b\":[2,2,5,6]}");
    all.put("teach/label", "{\"id\":0,\"class\":1}");
    all.put("teach/learn", "{\"classes\":[\"a\",\"b\"]}");
    return all;
  }

  private static byte[] mutant(byte[] seed, Rng rng) {
    String text = new String(seed, StandardCharsets.UTF_8);
    int at = rng.nextInt(seed.length);
    if (rng.nextInt(3) == 0) {
      String number = NUMBERS.get(rng.nextInt(NUMBERS.size()));
      return text.replaceFirst(":[0-9.]+", ":" + number).getBytes(StandardCharsets.UTF_8);
    }
    byte[] bytes = seed.clone();
    for (int i = 0; i <= rng.nextInt(3); i++) {
      bytes[rng.nextInt(bytes.length)] = (byte) rng.nextInt(256);
    }
    return rng.nextInt(3) == 0 ? text.substring(0, at).getBytes(StandardCharsets.UTF_8) : bytes;
  }

  @Test
  void everyDamagedRequestIsAnsweredOrRefusedInOneLine() throws IOException {
    StudioState state =
        StudioState.create(
            Path.of("none"),
            path -> {
              throw new FoveaException("network: none is read here");
            });
    Map<String, Room> rooms = new LinkedHashMap<>();
    Rooms.all(state).forEach(r -> rooms.put(r.name(), r));
    List<String> wrong = new ArrayList<>();
    int refused = 0;
    for (Map.Entry<String, String> e : seeds().entrySet()) {
      String[] parts = e.getKey().split("/", -1);
      byte[] seed = e.getValue().getBytes(StandardCharsets.UTF_8);
      Rng rng = new Rng(e.getKey().hashCode());
      for (int i = 0; i < MUTANTS; i++) {
        byte[] body = i == 0 ? seed : mutant(seed, rng);
        Request request =
            new Request(parts[1], "", body.length, new ByteArrayInputStream(body), new Uploads());
        try {
          var _ = Objects.requireNonNull(rooms.get(parts[0])).answer(request);
        } catch (Refusal | FoveaException refusal) {
          refused++;
          if (String.valueOf(refusal.getMessage()).lines().count() != 1) {
            wrong.add(e.getKey() + " " + i + ": " + refusal.getMessage());
          }
        } catch (RuntimeException | OutOfMemoryError error) {
          wrong.add(e.getKey() + " " + new String(body, StandardCharsets.UTF_8) + ": " + error);
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(refused).isGreaterThan(MUTANTS);
  }
}
