package dev.fovea.cli;

import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** Stands for the benchmarks, which the launcher of a source checkout runs itself. */
@Command(
    name = "bench",
    header = "Measure Fovea beside its peers, or the roofline of every layer (source checkout).")
final class BenchCommand implements Runnable {
  // Whatever is asked for, it is not here.
  @SuppressWarnings("UnusedVariable")
  @Unmatched
  private List<String> arguments = new ArrayList<>();

  @Override
  public void run() {
    throw new FoveaException(
        "bench: needs the source checkout, where ./fovea bench builds and runs it; a distribution"
            + " has no benchmarks");
  }
}
