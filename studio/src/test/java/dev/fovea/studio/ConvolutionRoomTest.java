package dev.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.io.Json;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The numbers of the room of convolutions, against those that are known. */
final class ConvolutionRoomTest {
  private static final String PLAIN =
      "\"strideHeight\":1,\"strideWidth\":1,\"dilationHeight\":1,\"dilationWidth\":1,"
          + "\"top\":0,\"bottom\":0,\"left\":0,\"right\":0,\"groups\":1,\"channels\":1,\"filters\":1,";
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

  private static Map<String, Object> compute(String fields) throws IOException {
    RawHttp.Reply reply = http.post("/api/convolution/compute", "{" + fields + "}");
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    return Json.parseObject(reply.body(), "answer");
  }

  /**
   * X = 1 … 9, K = [1 0; 0 −1], dY = [1 2; 3 4]: Y is x(i,j) − x(i+1,j+1) = −4 everywhere; dW = Σ
   * x·dY over windows; dX scatters dY with K.
   */
  @Test
  void computesForwardsAndBackwards() throws IOException {
    Map<String, Object> answer =
        compute(
            PLAIN
                + "\"kind\":\"conv\",\"height\":3,\"width\":3,\"kernelHeight\":2,\"kernelWidth\":2,"
                + "\"x\":[1,2,3,4,5,6,7,8,9],\"weight\":[1,0,0,-1],\"bias\":[0],\"dy\":[1,2,3,4]");
    assertThat(answer.get("values")).hasToString("[-4.0, -4.0, -4.0, -4.0]");
    assertThat(answer.get("gradients"))
        .hasToString(
            "{x=[1.0, 2.0, 0.0, 3.0, 3.0, -2.0, 0.0, -3.0, -4.0],"
                + " weight=[37.0, 47.0, 67.0, 77.0], bias=[10.0]}");
    assertThat(answer.get("multiplications")).isEqualTo(16L);
    assertThat(answer.get("windows")).asString().startsWith("[[0, 1, 3, 4], [1, 2, 4, 5]");
  }

  /** The largest of each quarter of 1 1 2 4; 5 6 7 8; 3 2 1 0; 1 2 3 4 is 6 8; 3 4. */
  @Test
  void pools() throws IOException {
    String pool =
        PLAIN.replace(
                "\"strideHeight\":1,\"strideWidth\":1", "\"strideHeight\":2,\"strideWidth\":2")
            + "\"height\":4,\"width\":4,\"kernelHeight\":2,\"kernelWidth\":2,"
            + "\"x\":[1,1,2,4,5,6,7,8,3,2,1,0,1,2,3,4],";
    assertThat(compute(pool + "\"kind\":\"max\"").get("values"))
        .hasToString("[6.0, 8.0, 3.0, 4.0]");
    assertThat(compute(pool + "\"kind\":\"average\"").get("values"))
        .hasToString("[3.25, 5.25, 2.0, 2.0]");
  }

  @Test
  void transposes() throws IOException {
    assertThat(
            compute(
                    PLAIN
                        + "\"kind\":\"transposed\",\"height\":1,\"width\":2,\"kernelHeight\":2,"
                        + "\"kernelWidth\":2,\"x\":[1,10],\"weight\":[1,2,3,4],\"bias\":[0]")
                .get("values"))
        .hasToString("[1.0, 12.0, 20.0, 3.0, 34.0, 40.0]");
  }

  /** What does not fit is said as the layer says it. */
  @Test
  void saysWhyItDoesNotFit() throws IOException {
    RawHttp.Reply reply =
        http.post(
            "/api/convolution/compute",
            "{"
                + PLAIN
                + "\"kind\":\"conv\",\"height\":3,\"width\":3,\"kernelHeight\":5,\"kernelWidth\":5}");
    assertThat(reply.status()).isEqualTo(422);
    assertThat(reply.body()).contains("kernel 5×5").contains("same()");
    RawHttp.Reply large = http.post("/api/convolution/compute", "{\"kernelHeight\":99}");
    assertThat(large.body()).contains("kernelHeight: must be from 1 to 24, got 99");
  }
}
