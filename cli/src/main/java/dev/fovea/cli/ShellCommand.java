package dev.fovea.cli;

import dev.fovea.io.AtomicFiles;
import dev.fovea.tensor.FoveaException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import jdk.jshell.tool.JavaShellToolBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Starts JShell with Fovea on its class path. */
@Command(
    name = "shell",
    header = "Try Java line by line, with Fovea's classes imported.",
    description = {
      "JShell with completion (Tab), history and Fovea's packages imported; the vector kernels"
          + " compute. show(tensor) draws a picture in the terminal. /exit ends it, /help explains"
          + " the rest."
    },
    footer = {
      "",
      "Examples:",
      "  fovea shell",
      "  show(Digits.load(Seed.of(1), 8, 8).test().sample(0).input())",
      "  var m = Model.build(LeNet5.of(10), Shape.of(28, 28, 1), Seed.of(1))"
    })
final class ShellCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..*",
      paramLabel = "FILE",
      description = "Files with lines to run first; - stands for the input.")
  private List<Path> files = List.of();

  @Override
  public Integer call() {
    for (Path file : files) {
      if (!Files.isRegularFile(file) && !file.toString().equals("-")) {
        throw new FoveaException(file + ": no such file");
      }
    }
    try {
      Path imports = imports();
      try {
        return JavaShellToolBuilder.builder().start(arguments(imports));
      } finally {
        Files.deleteIfExists(imports);
      }
    } catch (IOException e) {
      throw new FoveaException("shell: " + AtomicFiles.reason(e), e);
    } catch (Exception e) {
      throw new FoveaException("shell: " + e.getMessage(), e);
    }
  }

  /**
   * Snippets run in this process, which has the vectors; --class-path is what they compile with.
   */
  private String[] arguments(Path imports) {
    List<String> words = new ArrayList<>();
    words.addAll(List.of("--execution", "local"));
    words.addAll(List.of("--class-path", classPath()));
    words.addAll(List.of("--startup", "DEFAULT", "--startup", imports.toString()));
    files.forEach(f -> words.add(f.toString()));
    return words.toArray(new String[0]);
  }

  /** JShell takes no class path with a part that does not exist. */
  private static String classPath() {
    String all = System.getProperty("java.class.path", "");
    return Arrays.stream(all.split(File.pathSeparator))
        .filter(part -> Files.exists(Path.of(part)))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static Path imports() throws IOException {
    Path file = Files.createTempFile("fovea-", ".jsh");
    try (InputStream in = ShellCommand.class.getResourceAsStream("imports.jsh")) {
      if (in == null) {
        throw new IllegalStateException("imports.jsh is not among the resources");
      }
      Files.write(file, in.readAllBytes());
    }
    return file;
  }
}
