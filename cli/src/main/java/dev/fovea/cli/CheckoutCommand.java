package dev.fovea.cli;

import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Unmatched;

/** Stands for a command that the launcher of a source checkout runs itself. */
final class CheckoutCommand implements Runnable {
  private final String name;
  private final String lacking;

  // Whatever is asked for, it is not here.
  @SuppressWarnings("UnusedVariable")
  @Unmatched
  private List<String> arguments = new ArrayList<>();

  private CheckoutCommand(String name, String lacking) {
    this.name = name;
    this.lacking = lacking;
  }

  /** Adds all such commands to the command that they belong to. */
  static void addTo(CommandLine all) {
    add(
        all,
        new CheckoutCommand("bench", "a distribution has no benchmarks"),
        "Measure Fovea beside its peers, or the roofline of every layer (source checkout).");
    add(
        all,
        new CheckoutCommand("spark", "a distribution has none of Spark's jars"),
        "Train on a cluster with Apache Spark, or try one here (source checkout).");
  }

  private static void add(CommandLine all, CheckoutCommand command, String header) {
    CommandLine line = new CommandLine(command);
    line.getCommandSpec().usageMessage().header(header);
    all.addSubcommand(command.name, line);
  }

  @Override
  public void run() {
    throw new FoveaException(
        "%1$s: needs the source checkout, where ./fovea %1$s builds and runs it; %2$s"
            .formatted(name, lacking));
  }
}
