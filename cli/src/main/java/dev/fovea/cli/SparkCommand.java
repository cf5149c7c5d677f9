package dev.fovea.cli;

import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** Stands for training on a cluster, which the launcher of a source checkout runs itself. */
@Command(
    name = "spark",
    header = "Train on a cluster with Apache Spark, or try one here (source checkout).")
final class SparkCommand implements Runnable {
  // Whatever is asked for, it is not here.
  @SuppressWarnings("UnusedVariable")
  @Unmatched
  private List<String> arguments = new ArrayList<>();

  @Override
  public void run() {
    throw new FoveaException(
        "spark: needs the source checkout, where ./fovea spark builds and runs it; a distribution"
            + " has none of Spark's jars");
  }
}
