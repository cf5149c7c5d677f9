package dev.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.io.Json;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

  @TempDir private Path folder;

  @Test
  void compilesAndTrains() throws Exception {
    Path source = folder.resolve("MyNetwork.java");
    try (Studio studio = Studio.start(StudioOptions.usual())) {
      RawHttp http = RawHttp.session(studio);
      RawHttp.Reply reply = http.post("/api/train/source", "{" + PLAN + "}");
      assertThat(reply.status()).as(reply.body()).isEqualTo(200);
      Map<String, Object> answer = Json.parseObject(reply.body(), "answer");
      Files.writeString(source, Json.string(Json.member(answer, "java", "answer"), "java"));
    }
    String out = run(source, "60");
    assertThat(out).contains("Epoch[number=1");
    assertThat(folder.resolve("my-network.safetensors")).exists();
  }

  /** Compiles a program without a warning, and returns what it prints. */
  private String run(Path source, String... args) throws IOException, InterruptedException {
    String path = System.getProperty("java.class.path");
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
                folder + File.pathSeparator + path,
                "MyNetwork"));
    command.addAll(List.of(args));
    Process program =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
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
      String answer = http.post("/api/playground/source", "{\"id\":\"play1\"}").body();
      Files.writeString(
          source, Json.string(Json.member(Json.parseObject(answer, "a"), "java", "a"), "java"));
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
      while (!http.post("/api/train/curves", "{}").body().contains("\"phase\":\"ended\"")) {
        Thread.sleep(50);
      }
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
