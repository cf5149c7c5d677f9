package dev.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.engine.Engine;
import dev.fovea.formats.Formats;
import dev.fovea.io.FileNames;
import dev.fovea.io.Json;
import dev.fovea.io.Safetensors;
import dev.fovea.nn.Model;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.zoo.Scale;
import dev.fovea.zoo.Zoo;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is built in the browser leaves it as Java that compiles and trains, and as files. */
final class ProgramTest {
  private static final String PLAN =
      """
      "name":"mine","data":"digits","samples":300,"epochs":1,"batch":30,"optimizer":"momentum",
      "rate":0.02,"schedule":"one-cycle","seed":3,"changes":["shift","noise"],"layers":[
        {"type":"conv2d","filters":4,"kernel":3,"stride":2,"padding":"same"},{"type":"batch_norm"},
        {"type":"leaky_relu"},{"type":"max_pool","size":2},{"type":"dropout","rate":0.1},
        {"type":"global_avg_pool"},{"type":"dense","units":16},{"type":"gelu"},
        {"type":"dense","units":10}]\
      """;

  private static final String BYTES = "Content-Type: application/octet-stream";

  @TempDir private Path folder;

  private static String until(RawHttp http, String phase) throws Exception {
    String told = "\"phase\":\"" + phase + "\"";
    String curves = http.post("/api/train/curves", "{}").body();
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
    while (!curves.contains(told)) {
      assertThat(System.nanoTime() - end).as(phase + " is awaited").isNegative();
      assertThat(curves).doesNotContain("\"phase\":\"failed\"", "\"phase\":\"ended\"");
      Thread.sleep(20);
      curves = http.post("/api/train/curves", "{}").body();
    }
    return curves;
  }

  /** What was changed by hand while it ran is in the program: it comes to the same bits. */
  @Test
  void compilesAndTrainsToTheSameBits() throws Exception {
    Path source = folder.resolve("MyNetwork.java");
    Path saved = folder.resolve("saved.safetensors");
    try (Studio studio = Studio.start(StudioOptions.usual())) {
      RawHttp http = RawHttp.session(studio);
      String plan =
          PLAN.replace(
              "\"samples\":300,\"epochs\":1,\"batch\":30",
              "\"samples\":300,\"epochs\":20,\"batch\":10");
      assertThat(http.post("/api/train/begin", "{" + plan + "}").status()).isEqualTo(200);
      http.post("/api/train/pause", "{}");
      until(http, "paused");
      requireRefusals(http);
      freeze(http, "0", "frozen");
      freeze(http, "1", "frozen");
      http.post("/api/train/rate", "{\"factor\":0.5}");
      http.post("/api/train/step", "{}");
      until(http, "paused");
      freeze(http, "0", "learning");
      assertThat(until(http, "paused")).contains("\"frozen\":[\"1\"]");
      http.post("/api/train/go", "{}");
      var _ = until(http, "ended");
      String java = text(http.post("/api/train/recipe", "{}"), "java");
      assertThat(java)
          .contains(".freeze(")
          .contains("Long.MAX_VALUE, \"1\")")
          .contains("? 0.5 : 1)");
      Files.writeString(source, java);
      Files.write(saved, http.bytes("/api/train/save", "{\"format\":\"safetensors\"}"));
    }
    assertThat(run(source)).contains("Epoch[number=20");
    requireSame(saved);
  }

  /** A program that reads a set of files: 60 pictures to train with and 10 to test with. */
  @Test
  void readsTheSetThatWasChosen() throws Exception {
    Path data = folder.resolve("data");
    for (int i = 0; i < 2; i++) {
      int count = i == 0 ? 60 : 10;
      String part = i == 0 ? "train" : "t10k";
      idx(data.resolve("mnist/" + part + "-images-idx3-ubyte"), 784, 0x803, count, 28, 28);
      idx(data.resolve("mnist/" + part + "-labels-idx1-ubyte"), 1, 0x801, count);
    }
    String plan =
        PLAN.replace("\"digits\"", "\"mnist\"").replace("\"samples\":300", "\"samples\":50");
    Path source = folder.resolve("MyNetwork.java");
    Path saved = folder.resolve("saved.safetensors");
    try (Studio studio = Studio.start(StudioOptions.usual().data(data))) {
      RawHttp http = RawHttp.session(studio);
      assertThat(http.post("/api/train/begin", "{" + plan + "}").status()).isEqualTo(200);
      var _ = until(http, "ended");
      Files.writeString(source, text(http.post("/api/train/recipe", "{}"), "java"));
      Files.write(saved, http.bytes("/api/train/save", "{\"format\":\"safetensors\"}"));
    }
    String mnist = data.resolve("mnist").toString();
    assertThat(run(source, "50", mnist)).contains("Epoch[number=1");
    requireSame(saved);
  }

  /** Writes a file of MNIST's form: a header, and bytes of so many a sample. */
  private static void idx(Path file, int each, int... header) throws IOException {
    ByteBuffer all = ByteBuffer.allocate(4 * header.length + each * header[1]);
    for (int h : header) {
      all.putInt(h);
    }
    for (int i = 0; i < each * header[1]; i++) {
      all.put((byte) (each == 1 ? i % 10 : i * i / 7));
    }
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    Files.write(file, all.array());
  }

  /** The program has saved the bits that were saved in the page. */
  private void requireSame(Path saved) {
    Map<String, Tensor> here = Safetensors.readWhole(saved).tensors();
    Safetensors.readWhole(folder.resolve("my-network.safetensors"))
        .tensors()
        .forEach((name, t) ->
            assertThat(t.data()).as(name).isEqualTo(Objects.requireNonNull(here.get(name)).data()));
  }

  private static void freeze(RawHttp http, String layer, String to) throws IOException {
    String body = "{\"layer\":\"%s\",\"to\":\"%s\"}".formatted(layer, to);
    assertThat(http.post("/api/train/freeze", body).body()).startsWith("{\"step\":");
  }

  private static void requireRefusals(RawHttp http) throws IOException {
    String activation = "{\"layer\":\"2\",\"to\":\"frozen\"}";
    RawHttp.Reply reply = http.post("/api/train/freeze", activation);
    assertThat(reply.status()).isEqualTo(422);
    assertThat(reply.body())
        .contains("freeze: layer 2 has no weights; those with weights are 0, 1, 6, 8");
  }

  /**
   * The program of classes of one's own comes with its pictures and the network, and learns the
   * last layer of the page, bit for bit; names of classes that cannot be those of folders change.
   */
  @Test
  void learnsClassesAsThePageDoes() throws Exception {
    Model net =
        Zoo.find("lenet5").model(Scale.full(10), Shape.of(28, 28, 1), Seed.of(6), Engine.shared());
    Path saved = folder.resolve("saved.onnx");
    String learned;
    try (Studio studio = Studio.open(net)) {
      RawHttp http = RawHttp.session(studio);
      String course = "?id=" + text(http.post("/api/teach/begin", "{\"model\":\"m3\"}"), "id");
      for (int i = 0; i < 24; i++) {
        int label = i % 3;
        Tensor digit = Tensor.zeros(Shape.of(40, 50, 3)); // becomes one of 28×28, grey
        Rng rng = Seed.of(i).rng();
        for (int k = 0; k < digit.data().length; k++) {
          digit.data()[k] = rng.nextInt(k % 50 < 16 * label + 10 ? 250 : 30);
        }
        http.post("/api/teach/example" + course, SystemNets.png(digit), BYTES);
        http.post("/api/teach/label" + course, "{\"id\":%d,\"class\":%d}".formatted(i, label));
      }
      String classes = "{\"classes\":[\"../x\",\"Äpfel\",\"äpfel\"]}";
      learned = http.post("/api/teach/learn" + course, classes).body();
      Files.write(saved, http.bytes("/api/teach/save" + course, "{\"format\":\"onnx\"}"));
      unpack(http.bytes("/api/teach/program" + course, classes));
    }
    Path own = folder.resolve("my-classes");
    assertThat(own.resolve("examples")).isDirectoryContaining("glob:**/---x");
    assertThat(own.resolve("examples/äpfel 2/0023.png")).exists();
    String told = run(own.resolve("MyClasses.java"));
    Matcher right = Pattern.compile("\"right\":([0-9.]+),\"tested\":([0-9.]+)").matcher(learned);
    assertThat(right.find()).isTrue();
    assertThat(told.lines().filter(l -> l.startsWith("right")))
        .containsExactly(
            "right of what it saw " + Double.parseDouble(right.group(1)),
            "right of the others " + Double.parseDouble(right.group(2)));
    float[] here = Formats.read(saved).model().parameters().values();
    Model program = Formats.read(own.resolve("my-classes.onnx")).model();
    assertThat(program.parameters().values()).isEqualTo(here);
    assertThat(program.labels()).containsExactly("---x", "Äpfel", "äpfel 2");
  }

  /** Returns a text of an answer. */
  private static String text(RawHttp.Reply reply, String name) {
    return Json.string(Json.member(Json.parseObject(reply.body(), "answer"), name, "answer"), name);
  }

  /** Unpacks a ZIP file into the folder of the test. */
  private void unpack(byte[] zip) throws IOException {
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry e = in.getNextEntry(); e != null; e = in.getNextEntry()) {
        Path file = folder.resolve(e.getName());
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.write(file, in.readAllBytes());
      }
    }
  }

  /** Compiles a program without a warning, and returns what it prints. */
  private String run(Path source, String... args) throws IOException, InterruptedException {
    String path = System.getProperty("java.class.path");
    Path at = Objects.requireNonNull(source.getParent());
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-Xlint:all,-path", "-Werror", "-cp", path, source.toString());
    assertThat(status).isZero();
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "-cp",
                at + File.pathSeparator + path,
                FileNames.stem(source)));
    command.addAll(List.of(args));
    Process program =
        new ProcessBuilder(command).directory(at.toFile()).redirectErrorStream(true).start();
    String out = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(program.waitFor(5, TimeUnit.MINUTES)).isTrue();
    return out;
  }

  /** The program of the playground comes to the loss of the page, bit for bit. */
  @Test
  void learnsPointsAsThePageDoes() throws Exception {
    String begin =
        """
        {"kind":"own","classes":2,"points":[1,1,0,-1,2,1,0.5,-3,1],"rate":0.03,"seed":5,
         "layers":[{"type":"dense","units":3},{"type":"tanh"},{"type":"dense","units":2}]}\
        """;
    Path source = folder.resolve("MyNetwork.java");
    String seen;
    try (Studio studio = Studio.start(StudioOptions.usual())) {
      RawHttp http = RawHttp.session(studio);
      assertThat(http.post("/api/playground/begin", begin).body()).contains("play1");
      seen = http.post("/api/playground/go", "{\"id\":\"play1\",\"count\":20}").body();
      Files.writeString(
          source, text(http.post("/api/playground/source", "{\"id\":\"play1\"}"), "java"));
      assertThat(http.post("/api/playground/save", "{\"id\":\"play1\",\"format\":\"onnx\"}").body())
          .contains("Tanh");
    }
    Matcher loss = Pattern.compile("\"loss\":([0-9.E-]+)").matcher(seen);
    assertThat(loss.find()).isTrue();
    assertThat(run(source).strip()).endsWith("loss " + Float.parseFloat(loss.group(1)));
  }

  @Test
  void leavesAsFilesOfBothFormats() throws Exception {
    try (Studio studio = Studio.start(StudioOptions.usual())) {
      RawHttp http = RawHttp.session(studio);
      assertThat(http.post("/api/train/begin", "{" + PLAN + "}").status()).isEqualTo(200);
      var _ = until(http, "ended");
      for (String format : List.of("safetensors", "onnx")) {
        RawHttp.Reply file = http.post("/api/train/save", "{\"format\":\"" + format + "\"}");
        assertThat(file.status()).isEqualTo(200);
        assertThat(file.body()).contains(format.equals("onnx") ? "Conv" : "\"labels\"");
      }
    }
  }

  @Test
  void readsAClosedSetOfLayersAndNoCode() throws IOException {
    try (Studio studio = Studio.start(StudioOptions.usual())) {
      RawHttp http = RawHttp.session(studio);
      String hostile = PLAN.replace("\"gelu\"", "\"java.lang.Runtime\"");
      assertThat(http.post("/api/train/check", "{" + hostile + "}").body())
          .contains("\"java.lang.Runtime\" is none of");
      String huge = PLAN.replace("\"units\":16", "\"units\":99999999");
      assertThat(http.post("/api/train/begin", "{" + huge + "}").body())
          .contains("units: must be from 1 to 4096");
      assertThat(http.post("/api/train/view", "{}").body()).contains("nothing is trained yet");
    }
  }
}
