package dev.fovea.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The fovea command. */
@Command(
    name = "fovea",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    scope = ScopeType.INHERIT,
    header = "Convolutional neural networks on the JVM.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      TrainCommand.class,
      FindRateCommand.class,
      EvalCommand.class,
      PredictCommand.class,
      SummaryCommand.class,
      InspectCommand.class,
      ExplainCommand.class,
      LookCommand.class,
      SearchCommand.class,
      ImagineCommand.class,
      DrawCommand.class,
      ConvertCommand.class,
      PruneCommand.class,
      CompressCommand.class,
      VerifyCommand.class,
      KernelsCommand.class,
      ConvolveCommand.class,
      DoctorCommand.class,
      ZooCommand.class,
      AugmentCommand.class,
      DataCommand.class,
      ConvertLabelsCommand.class,
      RunCommand.class,
      ShellCommand.class,
      ConformanceCommand.class,
      StudioCommand.class,
      ServeCommand.class,
      PackageCommand.class
    },
    footer = {
      "",
      "Examples:",
      "  fovea train lenet5                          learn the embedded digits",
      "  fovea predict runs/lenet5-digits seven.png",
      "  fovea COMMAND --help                        all options of a command",
      "",
      "Exit code: 0 done, 1 failed, 2 bad usage or input."
    })
public final class Main implements Runnable {

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  // Errors looks for it among the arguments themselves, which may not be understood otherwise.
  @SuppressWarnings("UnusedVariable")
  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of an error.")
  private boolean debug;

  private Main() {}

  /** Runs one command and exits with its status. */
  public static void main(String[] args) {
    ErrorStream.install();
    System.setProperty("java.awt.headless", "true");
    CommandOutput out = new CommandOutput(new FileOutputStream(FileDescriptor.out));
    System.setOut(utf8(out));
    System.setErr(utf8(new FileOutputStream(FileDescriptor.err)));
    int status = run(args);
    System.out.flush();
    System.exit(out.isLost() ? lost(out, status) : status);
  }

  /** Output is UTF-8 everywhere: tables and pictures need more than ASCII. */
  private static PrintStream utf8(OutputStream out) {
    return new PrintStream(out, true, StandardCharsets.UTF_8);
  }

  /** A print stream keeps silent when it cannot write. */
  private static int lost(CommandOutput out, int status) {
    new Errors(System.err).say("the output could not be written: " + out.reason());
    return status == 0 ? Errors.FAILED : status;
  }

  /** Returns the command with all that belong to it. */
  static CommandLine commands() {
    CommandLine command = new CommandLine(new Main());
    CheckoutCommand.addTo(command);
    return command;
  }

  /** Runs one command with the usual outputs and returns its status. */
  static int run(String... args) {
    Errors errors = new Errors(System.err);
    try {
      CommandLine command = commands();
      HelpExamples.makeCopyable(command);
      // What follows a program's name is the program's own.
      Objects.requireNonNull(command.getSubcommands().get("run")).setStopAtPositional(true);
      return command
          .setExecutionExceptionHandler(errors)
          .setParameterExceptionHandler(errors)
          .registerConverter(Path.class, FileName::convert)
          .setCaseInsensitiveEnumValuesAllowed(true)
          .execute(args);
    } catch (Error e) {
      return errors.report(e, List.of(args));
    }
  }

  @Override
  public void run() {
    spec.commandLine().usage(System.out);
  }
}
