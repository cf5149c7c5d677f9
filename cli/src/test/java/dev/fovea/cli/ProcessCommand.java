package dev.fovea.cli;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The command, or another program, in a process of its own each time. */
final class ProcessCommand implements Command {
  private static final String VECTORS = "--add-modules=jdk.incubator.vector";
  private static final String WARNING = "WARNING: Using incubator modules: jdk.incubator.vector";
  private static final long MINUTES = 10;

  private final Path folder;
  private final List<String> start;

  private ProcessCommand(Path folder, List<String> start) {
    this.folder = folder;
    this.start = start;
  }

  /** Returns the command on the classes under test, for a working folder. */
  static ProcessCommand in(Path folder) {
    return new ProcessCommand(folder, words(List.of(), Main.class));
  }

  /** Returns a program of somebody else: java with these arguments. */
  static ProcessCommand java(Path folder, List<String> args) {
    List<String> words = new ArrayList<>(List.of(javaProgram()));
    words.addAll(args);
    return new ProcessCommand(folder, words);
  }

  /** Returns the command as a launcher starts it. */
  static ProcessCommand launcher(Path launcher, Path folder) {
    return new ProcessCommand(folder, List.of(launcher.toString()));
  }

  /** Returns the command with a variable of its environment set. */
  ProcessCommand with(String variable, String value) {
    List<String> words = new ArrayList<>(List.of("env", variable + "=" + value));
    words.addAll(start);
    return new ProcessCommand(folder, words);
  }

  /** Returns a JVM on the classes under test that has not been started yet. */
  static ProcessBuilder jvm(Path folder, Class<?> program, String... args) {
    return new ProcessCommand(folder, words(List.of(), program)).process(args);
  }

  /** Returns the command with a property of its JVM set. */
  ProcessCommand withProperty(String property, String value) {
    List<String> words = new ArrayList<>(start);
    words.add(1, "-D" + property + "=" + value);
    return new ProcessCommand(folder, words);
  }

  /** Returns the command without its optimising compiler, which short runs do not need. */
  ProcessCommand brief() {
    List<String> options = List.of("-XX:TieredStopAtLevel=1", "-Dfovea.kernels=scalar");
    return new ProcessCommand(folder, words(options, Main.class));
  }

  /** Returns the command on a JVM that was not asked for the Vector API. */
  ProcessCommand withoutVectors() {
    List<String> words = new ArrayList<>(start);
    words.remove(VECTORS);
    return new ProcessCommand(folder, words);
  }

  /** Returns the command that may write no file larger than this. */
  ProcessCommand withLargestFile(int kibibytes) {
    List<String> limited = new ArrayList<>();
    limited.addAll(List.of("bash", "-c", "ulimit -f " + kibibytes + "; exec \"$@\"", "limited"));
    limited.addAll(start);
    return new ProcessCommand(folder, limited);
  }

  /** Returns the command with an output that takes nothing, as on a full disk. */
  ProcessCommand toFullDisk() {
    List<String> full = new ArrayList<>();
    full.addAll(List.of("bash", "-c", "exec \"$@\" >/dev/full", "full"));
    full.addAll(start);
    return new ProcessCommand(folder, full);
  }

  /**
   * Returns the command in the locale C, with a last argument in UTF-8 that need not be in the
   * character set of this process: é and the ending.
   */
  ProcessCommand inLocaleC(String ending) {
    List<String> words = new ArrayList<>();
    String script = "LC_ALL=C exec \"$@\" \"$(printf '\\303\\251')" + ending + "\"";
    words.addAll(List.of("bash", "-c", script, "locale"));
    words.addAll(start);
    return new ProcessCommand(folder, words);
  }

  private static List<String> words(List<String> options, Class<?> program) {
    List<String> words = new ArrayList<>();
    words.add(javaProgram());
    words.addAll(options);
    words.addAll(List.of(VECTORS, "-Xmx1g", "--enable-native-access=ALL-UNNAMED"));
    // As the launcher does, for protobuf.
    words.addAll(List.of("--sun-misc-unsafe-memory-access=allow", "-cp", classPath()));
    words.add(program.getName());
    return words;
  }

  private static String javaProgram() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private static String classPath() {
    String own = System.getProperty("java.class.path", "");
    return System.getProperty("surefire.test.class.path", own).replace("\n", File.pathSeparator);
  }

  @Override
  public Result run(String... args) {
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
