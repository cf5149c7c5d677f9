package dev.fovea.spark;

import dev.fovea.tensor.FoveaException;
import dev.fovea.train.DivergedException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FileUtil;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The command of this module, which {@code spark/run} and {@code spark-submit} start. With {@code
 * spark-submit} it runs on the master that is given there, otherwise on a cluster on this machine.
 */
@Command(
    name = "fovea spark",
    description = "Training on a cluster, over Apache Spark.",
    subcommands = {TableTraining.class, DrillCommand.class, CostCommand.class})
public final class SparkCommand {
  private static final int BAD_INPUT = 2;
  private static final String HOME = "SPARK_HOME";

  @Option(names = "--help", usageHelp = true, description = "Show this help.")
  @SuppressWarnings("unused") // picocli sets it and shows the help
  private boolean help;

  private SparkCommand() {}

  /** Where a command runs. */
  static final class Where {
    @Option(names = "--help", usageHelp = true, description = "Show this help.")
    @SuppressWarnings("unused") // picocli sets it and shows the help
    private boolean help;

    @Option(
        names = "--executors",
        paramLabel = "N",
        defaultValue = "4",
        description =
            "JVMs of a cluster on this machine; 0 for two threads of one JVM (default: 4). Not used"
                + " with spark-submit.")
    private int executors;

    /** Returns the session. */
    SparkSession session() {
      return session(Map.of());
    }

    /**
     * Returns the session.
     *
     * @param settings more settings of a cluster on this machine
     */
    SparkSession session(Map<String, Object> settings) {
      if (executors < 0 || executors > 64) {
        throw new FoveaException("--executors " + executors + ": 0 to 64 expected");
      }
      return isSubmitted()
          ? SparkSession.builder().appName("fovea").getOrCreate()
          : LocalCluster.session(executors, settings);
    }

    /**
     * Requires executors in JVMs of their own.
     *
     * @throws FoveaException if there are none
     */
    void requireExecutors() {
      SparkTrainer.positive("--executors", executors);
    }
  }

  /** Returns whether spark-submit says where the command runs. */
  static boolean isSubmitted() {
    return System.getProperty("spark.master") != null;
  }

  /** Runs the command line and ends the process. */
  public static void main(String[] args) throws Exception {
    boolean ready = isSubmitted() || System.getenv(HOME) != null;
    int code = ready ? execute(args, System.err) : inCluster(args);
    System.exit(code);
  }

  /** Runs it in a process whose environment lets Spark start executors. */
  private static int inCluster(String[] args) throws Exception {
    Path folder = Files.createTempDirectory("fovea-cluster");
    try {
      return LocalCluster.process(folder, SparkCommand.class, List.of(args))
          .inheritIO()
          .start()
          .waitFor();
    } finally {
      FileUtil.fullyDelete(folder.toFile());
    }
  }

  /** Runs the command line in this process, and returns its exit status. */
  static int execute(String[] args, PrintStream err) {
    CommandLine line = new CommandLine(new SparkCommand());
    line.setExecutionExceptionHandler((e, command, parsed) -> {
      err.println("fovea: " + (e instanceof FoveaException ? e.getMessage() : e.toString()));
      return e instanceof FoveaException && !(e instanceof DivergedException) ? BAD_INPUT : 1;
    });
    return line.execute(args);
  }
}
