package dev.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.zoo.Scale;
import dev.fovea.zoo.Zoo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the room in which a network learns own classes answers, without a browser. */
final class TeachRequestsTest {
  private static final Model NET =
      Zoo.find("lenet5").model(Scale.full(10), Shape.of(28, 28, 1), Seed.of(6), Engine.shared());
  @RegisterExtension private static final AskedStudio STUDIO = new AskedStudio(NET);

  /** Begins a course; returns how the addresses of what belongs to it end. */
  private static String begin() throws IOException {
    String body = STUDIO.ask("teach/begin", "{\"model\":\"m3\"}").body();
    assertThat(body).contains("\"id\":\"teaching");
    return "?id=" + body.replaceAll("(?s).*\"id\":\"(teaching\\d+)\".*", "$1");
  }

  /** Shows an example of each of two classes. */
  private static void teach(String course) throws IOException {
    for (int label = 0; label < 2; label++) {
      Tensor picture = Tensor.zeros(Shape.of(28, 28, 1));
      picture.data()[100 + label] = 255;
      byte[] png = SystemNets.png(picture);
      assertThat(STUDIO.send("teach/example" + course, png).body()).contains("\"id\":" + label);
      String example = "{\"id\":%s,\"class\":%s}".formatted(label, label);
      assertThat(STUDIO.ask("teach/label" + course, example).status()).isEqualTo(200);
    }
  }

  @Test
  void saysWhatDoesNotGo() throws IOException {
    String course = begin();
    byte[] none = "no picture".getBytes(StandardCharsets.UTF_8);
    assertThat(STUDIO.send("teach/example" + course, none).status()).isEqualTo(422);
    assertThat(STUDIO.ask("teach/label" + course, "{\"id\":7,\"class\":0}").body())
        .contains("there is no example 7");
    assertThat(STUDIO.ask("teach/learn" + course, "{\"classes\":[\"a\"]}").body())
        .contains("at least two classes are needed");
    assertThat(STUDIO.ask("teach/learn" + course, "{\"classes\":[\"a\",\"b\"]}").body())
        .contains("a has no example yet");
    assertThat(STUDIO.ask("teach/save" + course, "{\"format\":\"onnx\"}").body())
        .contains("nothing has been learned yet");
    assertThat(STUDIO.ask("teach/learn", "{}").body())
        .contains("learn: an address that ends with ?id=… is expected");
  }

  /** The examples are taken as floats batch by batch; a refused training leaves the room free. */
  @Test
  void allLayersLearnOneNetworkAfterTheOther() throws IOException {
    String course = begin();
    String scratch = "{\"classes\":[\"a\",\"b\"],\"way\":\"scratch\"}";
    assertThat(STUDIO.ask("teach/learn" + course, scratch).body()).contains("a has no example yet");
    teach(course);
    assertThat(STUDIO.ask("teach/learn" + course, scratch).body())
        .contains("\"examples\":2", "\"right\":1");
  }

  /** A second tab begins with another course, and the first keeps its examples and its network. */
  @Test
  void tabsTeachEachTheirOwn() throws IOException {
    String first = begin();
    teach(first);
    String second = begin();
    String classes = "{\"classes\":[\"a\",\"b\"]}";
    assertThat(STUDIO.ask("teach/learn" + first, classes).body()).contains("\"examples\":2");
    assertThat(STUDIO.ask("teach/learn" + second, classes).body()).contains("a has no example yet");
    assertThat(STUDIO.ask("teach/save" + second, "{\"format\":\"onnx\"}").body())
        .contains("nothing has been learned yet");
    assertThat(STUDIO.ask("teach/save" + first, "{\"format\":\"onnx\"}").status()).isEqualTo(200);
    for (int i = 0; i < 4; i++) {
      begin();
    }
    assertThat(STUDIO.ask("teach/learn" + first, classes).body())
        .contains("teach: " + first.substring(4) + " is over; choose a network again");
  }
}
