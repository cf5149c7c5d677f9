package dev.fovea.cli;

import dev.fovea.io.Table;
import dev.fovea.tensor.FoveaException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compiles and runs one Java source file. */
@Command(
    name = "run",
    header = "Compile and run one Java source file, or an example by name.",
    description = {
      "The file may be a compact source file: methods without a class around them, of which main is"
          + " called. All of Fovea is on its class path and the vector kernels compute; no Maven and"
          + " no module file is needed. What follows the file's name is passed on to the program.",
      "run gallery runs examples in full, all or those that are named behind it, and writes"
          + " gallery.md and their pictures into the folder of --out (docs)."
    },
    footer = {
      "",
      "Examples:",
      "  fovea run --list",
      "  fovea run gan",
      "  fovea run gallery --data-dir DIR gan",
      "  fovea run MyNetwork.java --epochs 3"
    })
final class RunCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "FILE.java|NAME",
      description = "A source file, or the name of an example.")
  private @Nullable String program;

  @Parameters(index = "1..*", paramLabel = "ARGS", description = "Arguments of the program.")
  private List<String> args = List.of();

  @Option(names = "--list", description = "List the examples with a line each.")
  private boolean list;

  @Override
  public Integer call() {
    if (list == (program != null)) {
      throw new FoveaException("run: give a .java file or the name of an example, or --list alone");
    }
    if (program == null) {
      Table table = new Table("example", "shows");
      Examples.names().forEach(n -> table.row(n, Examples.description(n)));
      System.out.print(table);
      return 0;
    }
    return program.equals(Gallery.NAME)
        ? Gallery.parse(args).run()
        : compile(program).start(args, System.err);
  }

  private static SourceProgram compile(String program) {
    boolean isFile = program.endsWith(".java") || program.contains("/");
    return isFile
        ? SourceProgram.compile(FileName.path(program), System.err)
        : SourceProgram.compile(program + ".java", Examples.source(program), System.err);
  }
}
