package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Box;
import dev.fovea.data.Preprocessing;
import dev.fovea.engine.Engine;
import dev.fovea.io.Json;
import dev.fovea.nn.Model;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.vision.Placement;
import dev.fovea.zoo.Scale;
import dev.fovea.zoo.Zoo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** The commands that look inside, one after the other. */
final class InsightCommandTest {
  @WorkingFolder private Path folder;

  private Command command() {
    return Command.in(folder);
  }

  /** Writes weights of a LeNet that has not learned anything, and a picture. */
  private void files() {
    var a = Zoo.find("lenet5");
    Model model = a.model(Scale.full(10), a.input(), Seed.of(1), Engine.idle());
    model.save(folder.resolve("lenet.safetensors"));
    Fixtures.picture(folder.resolve("bar.png"), 28, 28);
  }

  private static final String[] LENET = {"lenet.safetensors", "bar.png", "--net", "lenet5"};

  private static String[] with(String command, String... more) {
    List<String> words = new ArrayList<>(List.of(command));
    words.addAll(List.of(LENET));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  @Test
  void explainTellsMapsAndFiguresAndDrawsThem() throws Exception {
    files();
    Command.Result r =
        command()
            .succeeds(
                with(
                    "explain",
                    "--class",
                    "3",
                    "--method",
                    "saliency,grad-cam,integrated-gradients",
                    "--json",
                    "--out",
                    "why.png"));
    Map<String, Object> fields = r.lastJson();
    assertThat((String) fields.get("explained")).startsWith("class 3 (");
    List<?> methods = Json.array(Json.member(fields, "methods", "output"), "methods");
    assertThat(methods).hasSize(3);
    Map<String, Object> integrated = Json.object(methods.getLast(), "method");
    assertThat((Double) integrated.get("delta")).isCloseTo(0, within(0.05));
    List<?> map = Json.array(Json.member(integrated, "map", "output"), "map");
    assertThat(map).hasSize(28);
    assertThat(Json.array(map.getFirst(), "row")).hasSize(28);
    assertThat(ImageIO.read(folder.resolve("why.png").toFile()).getWidth()).isGreaterThan(600);
    assertThat(command().succeeds(with("explain", "--method", "occlusion")).text())
        .contains("bar.png: class ", "method", "deletion", "occlusion");
  }

  /**
   * The check throws the weights of five layers about, from the top, after the map itself, which is
   * like itself; a mask has a sum.
   */
  @Test
  void explainChecksItselfAndTakesMasks() {
    files();
    Map<String, Object> checked =
        command()
            .succeeds(with("explain", "--class", "3", "--method", "saliency", "--check", "--json"))
            .lastJson();
    Map<String, Object> method =
        Json.object(
            Json.array(Json.member(checked, "methods", "output"), "methods").getFirst(), "method");
    assertThat(Json.object(Json.member(method, "check", "method"), "check").values())
        .hasSize(6)
        .startsWith(1.0)
        .allSatisfy(c -> assertThat((Double) c).isBetween(-1.0, 1.0));
    var a = Zoo.find("unet-small");
    Model masks = a.model(Scale.full(2), Shape.of(32, 32, 3), Seed.of(1), Engine.idle());
    masks.save(folder.resolve("unet.safetensors"));
    Fixtures.picture(folder.resolve("scene.png"), 32, 32);
    String[] words = {"explain", "unet.safetensors", "scene.png", "--net", "unet-small"};
    String[] asked = Arrays.copyOf(words, 8);
    System.arraycopy(new String[] {"--method", "saliency", "--json"}, 0, asked, 5, 3);
    Map<String, Object> sum = command().succeeds(asked).lastJson();
    assertThat((String) sum.get("explained")).matches("the \\d+ pixels of class [01]");
    asked[5] = "--class";
    asked[6] = "2";
    command().fails("--class 2: the model has the classes 0 to 1", asked);
  }

  @Test
  void convolveMeasuresFourWays() throws Exception {
    Map<String, Object> fields =
        command()
            .succeeds(
                "convolve",
                "--size",
                "16",
                "--kernels",
                "3,9",
                "--turns",
                "1",
                "--json",
                "--out",
                "ways.png")
            .lastJson();
    List<?> rows = Json.array(Json.member(fields, "rows", "output"), "rows");
    Map<String, Object> first = Json.object(rows.getFirst(), "row");
    assertThat(Json.object(Json.member(first, "ways", "row"), "ways"))
        .containsOnlyKeys("direct", "im2col", "fft", "winograd");
    assertThat(ImageIO.read(folder.resolve("ways.png").toFile()).getWidth()).isEqualTo(900);
    command().fails("kernels from 1 to 16", "convolve", "--size", "16", "--kernels", "17");
  }

  @Test
  void lookListsLayersAndShowsOne() throws Exception {
    files();
    assertThat(command().succeeds(with("look")).text()).contains("layer", "28×28×6", "silent");
    Map<String, Object> maps =
        command().succeeds(with("look", "--layer", "0", "--json", "--out", "m.png")).lastJson();
    assertThat(maps).containsKeys("low", "high", "values");
    assertThat(Json.array(Json.member(maps, "values", "output"), "values")).hasSize(28);
    assertThat(ImageIO.read(folder.resolve("m.png").toFile()).getWidth()).isGreaterThan(100);
    Map<String, Object> filters =
        command()
            .succeeds(with("look", "--layer", "0", "--filters", "--json", "--out", "f.png"))
            .lastJson();
    assertThat(Json.array(Json.member(filters, "weights", "output"), "weights")).hasSize(5);
  }

  @Test
  void imagineFollowsItsSeed() throws Exception {
    files();
    String[] words = {
      "imagine", "lenet.safetensors", "--net", "lenet5", "--unit", "0:2", "--steps", "20", "--out"
    };
    String[] first = Arrays.copyOf(words, 11);
    first[9] = "a.png";
    first[10] = "--json";
    Map<String, Object> fields = command().succeeds(first).lastJson();
    Map<String, Object> unit =
        Json.object(Json.array(Json.member(fields, "units", "output"), "units").getFirst(), "unit");
    List<?> values = Json.array(Json.member(unit, "values", "output"), "values");
    assertThat((Double) unit.get("value")).isGreaterThan((Double) values.getFirst());
    first[9] = "b.png";
    assertThat(command().succeeds(first).lastJson()).isEqualTo(fields);
    assertThat(Files.readAllBytes(folder.resolve("a.png")))
        .isEqualTo(Files.readAllBytes(folder.resolve("b.png")));
  }

  @Test
  void drawWritesAnyNetwork() throws Exception {
    files();
    assertThat(command().succeeds("draw", "resnet20", "--out", "r.svg").text())
        .contains("r.svg: 64 layers, 72 connections");
    assertThat(Files.readString(folder.resolve("r.svg")))
        .startsWith("<svg")
        .contains("3×3 conv, 64");
    Map<String, Object> fields =
        command().succeeds("draw", "lenet.safetensors", "--net", "lenet5", "--json").lastJson();
    assertThat(Json.array(Json.member(fields, "nodes", "output"), "nodes")).hasSize(13);
  }

  @Test
  void whatCannotBeShownIsSaidInOneLine() {
    files();
    command().fails("--method: no method \"grad-cm\"", with("explain", "--method", "grad-cm"));
    command()
        .fails("--class 12: the model has the classes 0 to 9", with("explain", "--class", "12"));
    command().fails("--box: needs a detector", with("explain", "--box", "1"));
    command().fails("so its name must end in .png", with("explain", "--out", "x.jpg"));
    command().fails("no layer nine", with("look", "--layer", "nine"));
    command().fails("say which layer with --layer PATH", with("look", "--filters"));
    command().fails("has no weights of its own", with("look", "--layer", "1", "--filters"));
    command()
        .fails(
            "PATH:N expected",
            "imagine",
            "lenet.safetensors",
            "--net",
            "lenet5",
            "--unit",
            "0",
            "--out",
            "x.png");
    command().fails("say where to with --out FILE.svg, or --json", "draw", "lenet5");
    command().fails("no network named \"lenet9\"", "draw", "lenet9", "--out", "x.svg");
    Fixtures.text(folder.resolve("no.png"), "no picture");
    command().fails("no.png", "explain", "lenet.safetensors", "no.png", "--net", "lenet5");
  }

  /**
   * Of the 451×300 pixels of the photograph the cat's face covers x 30 … 365: half of the input.
   */
  @Test
  void theMapOfTheCatLiesOnTheCat() {
    Optional<Path> photos = RealDataTest.find("photos");
    Optional<Path> models = RealDataTest.find("models/squeezenet-imagenet-onnx");
    if (photos.isEmpty() || models.isEmpty()) {
      System.out.println("not run: shared/data/photos or squeezenet-imagenet-onnx is not there");
      return;
    }
    Path photo = photos.get().resolve("chelsea.png");
    Path net = models.get().resolve("squeezenet1.0-deep-compression.onnx");
    Map<String, Object> fields =
        Command.in(folder)
            .succeeds(
                "explain",
                net.toString(),
                photo.toString(),
                "--scale",
                "1",
                "--bgr",
                "--mean",
                "104,117,123",
                "--resize",
                "letterbox",
                "--class",
                "285",
                "--method",
                "grad-cam",
                "--json")
            .lastJson();
    Map<String, Object> cam =
        Json.object(
            Json.array(Json.member(fields, "methods", "output"), "methods").getFirst(), "method");
    Placement placement =
        Placement.of(
            Preprocessing.Resize.LETTERBOX,
            Placement.Size.of(Shape.of(300, 451, 3)),
            Placement.Size.of(Shape.of(227, 227, 3)));
    Box cat = placement.place(new Box(30, 0, 365, 300, 0)).orElseThrow();
    double inside = 0;
    double all = 0;
    List<?> rows = Json.array(Json.member(cam, "map", "output"), "map");
    for (int y = 0; y < rows.size(); y++) {
      List<?> row = Json.array(rows.get(y), "row");
      for (int x = 0; x < row.size(); x++) {
        double v = (Double) row.get(x);
        boolean on = x >= cat.left() && x < cat.right() && y >= cat.top() && y < cat.bottom();
        all += v;
        inside += on ? v : 0;
      }
    }
    assertThat(rows).hasSize(227);
    assertThat(inside / all).isGreaterThanOrEqualTo(0.7);
  }
}
