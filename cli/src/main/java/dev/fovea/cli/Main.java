package dev.fovea.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The fovea command. */
@Command(
    name = "fovea",
    mixinStandardHelpOptions = true,
    version = "fovea 0.1.0-SNAPSHOT",
    description = "Convolutional neural networks on the JVM.")
public final class Main implements Runnable {

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  private Main() {}

  /** Runs one command and exits with its status. */
  public static void main(String[] args) {
    ErrorStream.install();
    System.exit(new CommandLine(new Main()).execute(args));
  }

  @Override
  public void run() {
    spec.commandLine().usage(System.out);
  }
}
