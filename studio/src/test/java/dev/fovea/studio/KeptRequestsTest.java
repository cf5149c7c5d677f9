package dev.fovea.studio;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.sequence;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.io.IOException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What one page keeps for its next request stays as it was, whatever others ask meanwhile. */
final class KeptRequestsTest {
  private static final Model NET =
      Model.build(
          sequence(conv2d(3, 5).stride(4), flatten(), dense(10)),
          Shape.of(28, 28, 1),
          Seed.of(1),
          Engine.shared());

  @RegisterExtension private static final AskedStudio STUDIO = new AskedStudio(NET);

  private static String member(String name, String json) {
    Matcher m = Pattern.compile("\"" + name + "\":\"?([^\",}]+)").matcher(json);
    assertThat(m.find()).as(json).isTrue();
    return m.group(1);
  }

  /** Keeps a drawing of one point; returns the id of its picture. */
  private static String keep(int point) throws IOException {
    byte[] drawing = new byte[28 * 28];
    drawing[point] = 1;
    String kept = STUDIO.send("draw/keep?id=m3", drawing).body();
    assertThat(member("model", kept)).isEqualTo("m3");
    return member("picture", kept);
  }

  @Test
  void eachDrawingIsAPictureOfItsOwn() throws IOException {
    String first = keep(0);
    String second = keep(1);
    assertThat(second).isNotEqualTo(first);
    assertThat(keep(0)).isEqualTo(first);
    String none = STUDIO.send("draw/keep?id=m99", new byte[28 * 28]).body();
    assertThat(none).contains("no network has the id m99");
  }

  /** A drawing is kept between; its cells are those of the atlas that was laid out. */
  @Test
  void cellsAreThoseOfTheAtlasThatWasLaidOut() throws IOException {
    String first = member("atlas", lay(2));
    keep(0);
    String cell = "{\"atlas\":%s,\"row\":1,\"column\":1}";
    assertThat(STUDIO.ask("atlas/imagine", cell.formatted(first)).body()).contains("value");
    String second = member("atlas", lay(3));
    assertThat(second).isNotEqualTo(first);
    assertThat(STUDIO.ask("atlas/imagine", cell.formatted(first)).body())
        .contains("atlas: this one is no longer there; lay it out again");
  }

  private static String lay(int side) throws IOException {
    return STUDIO
        .ask(
            "atlas/lay",
            "{\"model\":\"m3\",\"path\":\"0\",\"side\":%s,\"method\":\"pca\"}".formatted(side))
        .body();
  }

  @Test
  void refusesAnUnknownChangeInAShortLine() throws IOException {
    String asked =
        "{\"data\":\"digits\",\"samples\":100,\"changes\":[\"shift\",\"a\\nb%s\"],\"sample\":3}"
            .formatted("x".repeat(1_000));
    String said = STUDIO.ask("train/augmented", asked).body();
    assertThat(said).contains("got a bxxx").hasSizeLessThan(300);
  }

  /** What is open already keeps its place among the open ones, and pushes nothing out of them. */
  @Test
  void aStepOfATrainingIsOpenedOnce() throws IOException, InterruptedException {
    String plan =
        "{\"name\":\"n\",\"data\":\"digits\",\"samples\":100,\"epochs\":1,\"batch\":100,"
            + "\"optimizer\":\"adam\",\"rate\":0.001,\"schedule\":\"constant\",\"seed\":1,"
            + "\"layers\":[{\"type\":\"flatten\"},{\"type\":\"dense\",\"units\":10}]}";
    assertThat(STUDIO.ask("train/begin", plan).status()).isEqualTo(200);
    long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (!STUDIO.ask("train/curves", "{}").body().contains("\"phase\":\"ended\"")) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.sleep(20);
    }
    String first = STUDIO.ask("train/open", "{\"sample\":1}").body();
    assertThat(STUDIO.ask("train/open", "{\"sample\":1}").body()).isEqualTo(first);
    String other = STUDIO.ask("train/open", "{\"sample\":2}").body();
    assertThat(member("model", other)).isEqualTo(member("model", first));
    assertThat(member("picture", other)).isNotEqualTo(member("picture", first));
  }
}
