package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.io.Json;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs the command in a process of its own, in a folder of its own. */
final class Command {
  private static final String WARNING = "WARNING: Using incubator modules: jdk.incubator.vector";
  private static final long MINUTES = 10;

  private final Path folder;
  private final List<String> start;

  /**
   * What a run left behind.
   *
   * @param status the exit code
   * @param out the lines of its output
   * @param err the lines of its error output without the JVM's warning
   */
  record Result(int status, List<String> out, List<String> err) {
    /** Returns the last line of output as a JSON object. */
    Map<String, Object> lastJson() {
      return Json.parseObject(out.getLast(), "output");
    }

    /** Returns the whole output as one text. */
    String text() {
      return String.join("\n", out);
    }
  }

  private Command(Path folder, List<String> start) {
    this.folder = folder;
    this.start = start;
  }

  /** Returns the command on the classes under test, for a working folder. */
  static Command in(Path folder) {
    return new Command(folder, java(List.of()));
  }

  /** Returns a program of somebody else: java with these arguments. */
  static Command java(Path folder, List<String> args) {
    List<String> words = new ArrayList<>(List.of(javaProgram()));
    words.addAll(args);
    return new Command(folder, words);
  }

  /** Returns the command as a launcher starts it. */
  static Command launcher(Path launcher, Path folder) {
    return new Command(folder, List.of(launcher.toString()));
  }

  /** Returns the command without its optimising compiler, which short runs do not need. */
  Command brief() {
    return new Command(folder, java(List.of("-XX:TieredStopAtLevel=1", "-Dfovea.kernels=scalar")));
  }

  /** Returns the command on a JVM that was not asked for the Vector API. */
  Command withoutVectors() {
    List<String> words = new ArrayList<>(start);
    words.remove("--add-modules=jdk.incubator.vector");
    return new Command(folder, words);
  }

  /** Returns the command that may write no file larger than this. */
  Command withLargestFile(int kibibytes) {
    List<String> limited = new ArrayList<>();
    limited.addAll(List.of("bash", "-c", "ulimit -f " + kibibytes + "; exec \"$@\"", "limited"));
    limited.addAll(start);
    return new Command(folder, limited);
  }

  /** Returns the command with an output that takes nothing, as on a full disk. */
  Command toFullDisk() {
    List<String> full = new ArrayList<>();
    full.addAll(List.of("bash", "-c", "exec \"$@\" >/dev/full", "full"));
    full.addAll(start);
    return new Command(folder, full);
  }

  /**
   * Returns the command in the locale C, with a last argument in UTF-8 that need not be in the
   * character set of this process: é and the ending.
   */
  Command inLocaleC(String ending) {
    List<String> words = new ArrayList<>();
    String script = "LC_ALL=C exec \"$@\" \"$(printf '\\303\\251')" + ending + "\"";
    words.addAll(List.of("bash", "-c", script, "locale"));
    words.addAll(start);
    return new Command(folder, words);
  }

  private static List<String> java(List<String> options) {
    List<String> words = new ArrayList<>();
    words.add(javaProgram());
    words.addAll(options);
    words.addAll(List.of("--add-modules=jdk.incubator.vector", "-Xmx1g"));
    words.add("--enable-native-access=ALL-UNNAMED");
    // As the launcher does, for protobuf.
    words.addAll(List.of("--sun-misc-unsafe-memory-access=allow", "-cp", classPath()));
    words.add(Main.class.getName());
    return words;
  }

  private static String javaProgram() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private static String classPath() {
    String own = System.getProperty("java.class.path", "");
    return System.getProperty("surefire.test.class.path", own).replace("\n", File.pathSeparator);
  }

  /** Runs to the end. */
  Result run(String... args) {
    try {
      Path out = Files.createTempFile("fovea", ".out");
      Path err = Files.createTempFile("fovea", ".err");
      try {
        Process p = process(args).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        if (!p.waitFor(MINUTES, TimeUnit.MINUTES)) {
          p.destroyForcibly();
          throw new IllegalStateException("does not end: " + String.join(" ", args));
        }
        List<String> errors = new ArrayList<>(Files.readAllLines(err));
        errors.remove(WARNING);
        return new Result(p.exitValue(), Files.readAllLines(out), errors);
      } finally {
        Files.delete(out);
        Files.delete(err);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Runs to the end, which must be good and without an error. */
  Result succeeds(String... args) {
    Result r = run(args);
    assertThat(r.status()).as("%s", r).isZero();
    assertThat(r.err()).isEmpty();
    return r;
  }

  /** Runs what must end as bad input, with one line that holds a message. */
  void fails(String message, String... args) {
    Result r = run(args);
    assertThat(r.status()).as("%s", r).isEqualTo(2);
    assertThat(r.err()).hasSize(1);
    assertThat(r.err().getFirst()).startsWith("fovea: ").contains(message);
  }

  /** Returns the process before it starts; its outputs are thrown away unless redirected. */
  ProcessBuilder process(String... args) {
    List<String> words = new ArrayList<>(start);
    words.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(words).directory(folder.toFile());
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    return builder
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD);
  }
}
