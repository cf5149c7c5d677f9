package dev.fovea.spark;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Kills executors while they train, and compares the results. */
@Command(
    name = "drill",
    description =
        "Trains LeNet-5 on the embedded digits with four workers: on one executor (not with"
            + " spark-submit), on several, then again and again while these are killed at random"
            + " moments; ends with 1 unless all bits are those of the undisturbed training.")
final class DrillCommand implements Callable<Integer> {
  @Mixin private SparkCommand.Where where;

  @Option(
      names = "--kills",
      paramLabel = "N",
      defaultValue = "20",
      description = "Executors killed in all (default: 20).")
  private int kills;

  @Option(
      names = "--each",
      paramLabel = "N",
      defaultValue = "4",
      description = "Executors killed in one training (default: 4).")
  private int each;

  @Option(
      names = "--samples",
      paramLabel = "N",
      defaultValue = "2048",
      description = "Samples (default: 2048).")
  private int samples;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      defaultValue = "6",
      description = "Epochs (default: 6).")
  private int epochs;

  @Option(
      names = "--local-steps",
      paramLabel = "N",
      defaultValue = "0",
      description = "Steps of a worker's own (default: 0).")
  private int localSteps;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of the moments (default: 1).")
  private long seed;

  @Override
  public Integer call() throws IOException {
    KillDrill drill = new KillDrill(kills, each, samples, epochs, localSteps, seed);
    where.requireExecutors();
    Optional<String> alone = Optional.empty();
    if (!SparkCommand.isSubmitted()) {
      try (SparkSession one = LocalCluster.session(1, Map.of())) {
        alone = Optional.of(drill.digest(one));
      }
    }
    try (SparkSession session = where.session(LocalCluster.KILLED)) {
      return drill.holds(session, alone, System.out::println) ? 0 : 1;
    }
  }
}
