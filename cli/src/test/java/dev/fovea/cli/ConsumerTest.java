package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A project of somebody else, made of the pieces of {@code docs/library.md}: compiled and run with
 * the jars of the distribution, by a user who has nothing else of this build. It takes longest of
 * those that need the distribution, so it comes first.
 */
@Order(1)
final class ConsumerTest {
  private static final DocPage PAGE = DocPage.read(Path.of("../docs/library.md"));

  /** What the dependencies of the page bring along. */
  private static final String JARS =
      "(fovea-(core|train|quantize|simd|zoo|formats)|protobuf-java|flatbuffers-java|jhdf|commons-lang3|slf4j-\\w+)"
          + "-[0-9].*\\.jar";

  private static final Pattern VERSION =
      Pattern.compile("<fovea.version>(.*?)<|dev\\.fovea:fovea-\\w+:([^\"]+)");
  private static final Pattern ARTIFACT =
      Pattern.compile("<artifactId>(fovea-\\w+)<|dev\\.fovea:(fovea-\\w+):");

  private static final List<String> CLASS_PATH =
      List.of("-cp", "target/classes:target/dependency/*");
  private static final String VECTORS = "--add-modules=jdk.incubator.vector";
  private static final String MAIN = "app.ReadDigits";
  private static final String FEW = "64";
  private static final String NOTICE =
      "Fovea computes with its scalar kernels, several times slower than those with vectors: simd:"
          + " ";
  private static final String NOT_READABLE =
      "the Vector API is not readable; start java with --add-modules jdk.incubator.vector";

  @TempDir private static Path project;

  @BeforeAll
  static void buildTheProject() throws IOException {
    Path jars = Files.createDirectories(project.resolve("target/dependency"));
    for (Path jar : jars()) {
      Files.copy(jar, jars.resolve(jar.getFileName()));
    }
    List<String> sources = new ArrayList<>();
    for (DocPage.Piece piece : PAGE.files("java")) {
      sources.add(write(piece.file(), piece.text()));
    }
    sources.add(write("src/main/java/app/Parts.java", parts()));
    List<String> javac = new ArrayList<>(List.of("--release", "25", "-Xlint:all", "-Werror"));
    javac.addAll(List.of("-p", jars.toString(), "-d", project + "/target/classes"));
    javac.addAll(sources);
    assertThat(tool("javac", javac)).isEmpty();
    packOneJar(jars);
  }

  private static List<Path> jars() throws IOException {
    Path lib = Path.of(System.getProperty("fovea.distribution"), "lib");
    try (Stream<Path> files = Files.list(lib)) {
      return files.filter(f -> f.getFileName().toString().matches(JARS)).sorted().toList();
    }
  }

  private static String write(String name, String text) throws IOException {
    Path file = project.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text).toString();
  }

  /** Returns a class of the parts that are no whole files, each a block of its main method. */
  private static String parts() {
    return """
    package app;
    import dev.fovea.nn.Model;
    import dev.fovea.engine.Engine;
    import dev.fovea.tensor.*;
    final class Parts {
      public static void main(String[] args) {
        Model model = Model.build(ReadDigits.lenet(), Shape.of(28, 28, 1), Seed.of(1));
        {
    %s
        }
      }
    }
    """
        .formatted(String.join("\n}{\n", PAGE.parts("java")));
  }

  /** Returns what a tool of the JDK has said; it must succeed. */
  private static String tool(String name, List<String> args) {
    StringWriter said = new StringWriter();
    PrintWriter out = new PrintWriter(said);
    int status =
        ToolProvider.findFirst(name).orElseThrow().run(out, out, args.toArray(String[]::new));
    assertThat(status).as(said.toString()).isZero();
    return said.toString();
  }

  /** Unpacks all jars over one another, as careless packers do, and makes one of them. */
  private static void packOneJar(Path jars) throws IOException {
    Path all = Files.createDirectories(project.resolve("target/all"));
    try (Stream<Path> files = Files.list(jars)) {
      for (Path jar : files.sorted().toList()) {
        tool("jar", List.of("-x", "-f", jar.toString(), "--dir", all.toString()));
      }
    }
    String file = project.resolve("target/app-1.jar").toString();
    List<String> args = new ArrayList<>(List.of("-c", "-f", file, "-e", MAIN));
    args.addAll(List.of("-C", all.toString(), ".", "-C", project + "/target/classes", "app"));
    tool("jar", args);
  }

  private static List<String> commands() {
    return PAGE.parts("sh").stream().flatMap(String::lines).toList();
  }

  /** Runs java with options, of which quiet ones about other libraries come first. */
  private static Command.Result java(List<String> options, List<String> program) {
    List<String> words = new ArrayList<>(List.of("--sun-misc-unsafe-memory-access=allow"));
    words.addAll(options);
    words.addAll(program);
    words.add(FEW);
    return ProcessCommand.java(project, words).run();
  }

  private static Command.Result onClassPath(String... options) {
    List<String> program = new ArrayList<>(CLASS_PATH);
    program.add(MAIN);
    return java(List.of(options), program);
  }

  private static void learns(Command.Result r, String kernels) {
    assertThat(r.status()).as(String.join("\n", r.err())).isZero();
    assertThat(r.out()).hasSize(5);
    assertThat(r.out().getFirst()).isEqualTo("kernels: " + kernels);
    assertThat(r.out().get(1)).contains("accuracy");
    String reloaded = r.out().get(3).replace("reloaded: ", "");
    assertThat(r.out().get(2)).isEqualTo("model:    " + reloaded);
    assertThat(r.out().get(4)).startsWith("ONNX:     [Guess[index=");
  }

  private static void warns(Command.Result r, String reason) {
    learns(r, "scalar");
    assertThat(r.err()).filteredOn(line -> line.contains(NOTICE)).hasSize(1);
    assertThat(r.err().getLast())
        .isEqualTo(
            "WARNING: "
                + NOTICE
                + reason
                + " (-Dfovea.kernels=scalar asks for them without this line)");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandOfThePageLearnsSavesAndReads(String command) {
    List<String> words = List.of(command.replace("'", "").split(" "));
    assertThat(words.getFirst()).isEqualTo("java");
    Command.Result r = java(List.of(), words.subList(1, words.size()));
    if (command.contains("--add-modules") || command.contains(" -p ")) {
      learns(r, "simd");
      assertThat(r.err()).isEmpty();
    } else {
      warns(r, NOT_READABLE);
    }
  }

  @Test
  void partsOfThePageRun() {
    Command.Result r =
        ProcessCommand.java(
                project, List.of("-Dfovea.kernels=scalar", "-cp", CLASS_PATH.get(1), "app.Parts"))
            .run();
    assertThat(r.err()).isEmpty();
    assertThat(r.text()).contains("61,706").endsWith("[8,10]");
  }

  @Test
  void partsOfOnesOwnTrainOnTheModulePath() {
    List<String> words =
        List.of("-p", "target/classes:target/dependency", "-m", "app/app.OwnParts");
    Command.Result r = ProcessCommand.java(project, words).run();
    assertThat(r.status()).as(String.join("\n", r.err())).isZero();
    assertThat(r.out()).singleElement().asString().containsPattern("right_side=(1\\.0|0\\.9)");
  }

  /** What is internal is exported to modules of Fovea alone. */
  @Test
  void internalPackagesCannotBeUsed() throws IOException {
    String source =
        write(
            "internal/Peek.java",
            "class Peek { dev.fovea.engine.graph.Graph g; dev.fovea.engine.Engine e; }");
    String info = write("internal/module-info.java", "module peek { requires dev.fovea.core; }");
    StringWriter said = new StringWriter();
    PrintWriter out = new PrintWriter(said);
    int status =
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(
                out, out, "-p", project + "/target/dependency", "-d", project + "/x", source, info);
    assertThat(status).isNotZero();
    assertThat(said.toString())
        .contains("package dev.fovea.engine.graph is not visible", "1 error");
  }

  @Test
  void compilersThatCannotMakeVectorInstructionsAreNoticed() {
    warns(
        onClassPath(VECTORS, "-XX:TieredStopAtLevel=1"),
        "the JVM runs without C2, the compiler that makes vector instructions; leave out"
            + " -XX:TieredStopAtLevel or -XX:CompilationMode");
  }

  @Test
  void oneJarWithoutTheVectorApiComputesWithScalarKernels() {
    warns(java(List.of(), List.of("-jar", "target/app-1.jar")), NOT_READABLE);
  }

  /** Of the modules of the JDK only those that are needed: none to ask about the JVM's options. */
  @Test
  void fewModulesOfTheJdkSuffice() {
    Command.Result r =
        onClassPath(
            "--limit-modules=java.base,java.logging,jdk.unsupported,jdk.incubator.vector", VECTORS);
    learns(r, "simd");
    assertThat(r.err()).isEmpty();
  }

  @Test
  void manyProcessorsNeedLittleMemory() {
    Command.Result r = onClassPath(VECTORS, "-XX:ActiveProcessorCount=64", "-Xmx256m");
    learns(r, "simd");
    assertThat(r.err()).isEmpty();
  }

  @Test
  void whatAPropertyAsksForInVainIsSaidInOneLineEveryTime() throws IOException {
    write(
        "Twice.java",
        """
        void main() {
          for (int i = 0; i < 2; i++) {
            try {
              dev.fovea.engine.Engine.shared();
            } catch (dev.fovea.tensor.FoveaException e) {
              System.out.println(e.getMessage());
            }
          }
        }
        """);
    List<String> words = List.of("-Dfovea.kernels=simd", "-cp", CLASS_PATH.get(1), "Twice.java");
    String line = "kernels 'simd' cannot be used (choose one of: scalar); simd: " + NOT_READABLE;
    assertThat(ProcessCommand.java(project, words).run().out()).containsExactly(line, line);
  }

  @Test
  void thePageNamesWhatIsBuilt() throws IOException {
    List<String> names = jars().stream().map(jar -> jar.getFileName().toString()).toList();
    List<String> versions = PAGE.find(VERSION);
    List<String> artifacts = PAGE.find(ARTIFACT);
    assertThat(versions).hasSize(3);
    assertThat(artifacts).contains("fovea-train", "fovea-simd", "fovea-formats");
    for (String version : versions) {
      assertThat(artifacts).allMatch(a -> names.contains(a + "-" + version + ".jar"));
    }
  }

  /** A jar of several loses no provider, however it is packed. */
  @Test
  void noTwoJarsProvideTheSameServiceByFiles() throws IOException {
    List<String> services = new ArrayList<>();
    for (Path jar : jars()) {
      tool("jar", List.of("-t", "-f", jar.toString()))
          .lines()
          .filter(name -> name.startsWith("META-INF/services/") && !name.endsWith("/"))
          .forEach(services::add);
    }
    assertThat(services)
        .doesNotHaveDuplicates()
        .contains(
            "META-INF/services/dev.fovea.engine.kernel.KernelProvider",
            "META-INF/services/dev.fovea.nn.ModelFormat");
  }
}
