package dev.fovea.cli;

import dev.fovea.io.Suggest;
import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import dev.fovea.train.DivergedException;
import java.io.PrintStream;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns every failure into one line on the error output and an exit code. */
final class Errors
    implements CommandLine.IExecutionExceptionHandler, CommandLine.IParameterExceptionHandler {
  /** The exit code of a command that could not do what was asked though the input was right. */
  static final int FAILED = 1;

  /** The exit code of bad usage and bad input. */
  static final int BAD_INPUT = 2;

  /** The longest message: a path may have 4096 characters. */
  private static final int LONGEST = 5000;

  private final PrintStream err;

  Errors(PrintStream err) {
    this.err = err;
  }

  @Override
  public int handleExecutionException(
      Exception e, CommandLine command, CommandLine.@Nullable ParseResult parsed) {
    return report(e, parsed == null ? List.of() : parsed.originalArgs());
  }

  @Override
  public int handleParseException(CommandLine.ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    say(message(e) + " (see " + command.getCommandSpec().qualifiedName() + " --help)");
    if (isDebug(List.of(args))) {
      e.printStackTrace(err);
    }
    return BAD_INPUT;
  }

  /**
   * Reports a failure in one line, with its stack trace where that was asked for.
   *
   * @param args the words of the command line
   */
  int report(Throwable t, List<String> args) {
    boolean debug = isDebug(args);
    boolean told = t instanceof FoveaException;
    boolean input = told && !(t instanceof DivergedException);
    say(told ? String.valueOf(t.getMessage()) : internal(t, args));
    if (debug) {
      t.printStackTrace(err);
    }
    return input ? BAD_INPUT : FAILED;
  }

  private static boolean isDebug(List<String> args) {
    return args.contains("--debug");
  }

  private static String internal(Throwable t, List<String> args) {
    if (t instanceof OutOfMemoryError) {
      return "out of memory; "
          + lessMemory(args)
          + "give the JVM more, as in FOVEA_JAVA_OPTS=-Xmx8g";
    }
    return "internal error: " + t + (isDebug(args) ? "" : " (--debug shows where)");
  }

  /** Returns what makes a command need less memory, if anything does. */
  private static String lessMemory(List<String> args) {
    return switch (args.stream().filter(a -> !a.startsWith("-")).findFirst().orElse("")) {
      case "train" -> "use a smaller --batch or --limit, or ";
      case "eval" -> "use a --limit, or ";
      case "predict", "kernels" -> "use smaller pictures, or ";
      case "summary" -> "use a smaller --input, or ";
      default -> "";
    };
  }

  private static String message(CommandLine.ParameterException e) {
    String text =
        String.valueOf(e.getMessage())
            .replaceAll(" is not an? (int|long)$", " is not a whole number")
            .replaceAll(" is not an? (double|float)$", " is not a number");
    if (!(e instanceof UnmatchedArgumentException u)) {
      return text;
    }
    String first = u.getUnmatched().getFirst();
    Collection<String> commands = e.getCommandLine().getSubcommands().keySet();
    if (!first.startsWith("-")) {
      return commands.isEmpty()
          ? "unexpected argument \"" + first + "\""
          : "no command \"" + first + "\"" + Suggest.hint(first, commands);
    }
    List<String> near = u.getSuggestions();
    return near.isEmpty() ? text : text + "; did you mean " + near.getFirst() + "?";
  }

  /** Prints a message as one line. */
  void say(String message) {
    err.println("fovea: " + Text.cut(Text.oneLine(message), LONGEST));
  }
}
