package dev.fovea.spark;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/**
 * Spark's cluster on this machine: a master, workers and executors in JVMs of their own, without an
 * installation of Spark.
 */
final class LocalCluster {
  private LocalCluster() {}

  /**
   * Returns a process with the class path and options of this JVM whose environment lets Spark
   * start executors.
   *
   * @param folder an empty folder, for what executors write
   * @param main the main class
   */
  static ProcessBuilder process(Path folder, Class<?> main, List<String> args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> !option.startsWith("-agentlib") && !option.startsWith("-javaagent"))
        .forEach(command::add);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(args);
    ProcessBuilder process = new ProcessBuilder(command);
    process.environment().putAll(environment(folder));
    return process;
  }

  /**
   * Spark looks for a folder of jars, which may be empty: executors get the class path of this JVM.
   */
  private static Map<String, String> environment(Path folder) throws IOException {
    Files.createDirectories(folder.resolve("jars"));
    return Map.of(
        "SPARK_HOME",
        folder.toString(),
        "SPARK_SCALA_VERSION",
        "2.13",
        "SPARK_LOCAL_IP",
        "127.0.0.1",
        "JAVA_HOME",
        System.getProperty("java.home"));
  }

  /**
   * The settings of a session whose executors are killed: it counts that as failures of tasks,
   * stages and the application.
   */
  static final Map<String, Object> KILLED =
      Map.of(
          "spark.task.maxFailures",
          100,
          "spark.stage.maxConsecutiveAttempts",
          100,
          "spark.deploy.maxExecutorRetries",
          -1);

  /**
   * Returns a session on this machine.
   *
   * @param executors the number of JVMs; 0 for two threads of this one
   * @param settings more settings of Spark
   */
  static SparkSession session(int executors, Map<String, Object> settings) {
    String master =
        executors == 0
            ? "local[2]"
            : String.format(Locale.ROOT, "local-cluster[%d,1,2048]", executors);
    return SparkSession.builder()
        .master(master)
        .appName("fovea")
        .config("spark.ui.enabled", false)
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", 4)
        .config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
        .config(
            "spark.executor.extraJavaOptions",
            "--add-modules=jdk.incubator.vector --enable-native-access=ALL-UNNAMED")
        .config(settings)
        .getOrCreate();
  }

  /**
   * Returns the processes of executors: the workers of a local cluster live in this JVM, so these
   * are its children.
   */
  static List<ProcessHandle> executors() {
    try (Stream<ProcessHandle> children = ProcessHandle.current().children()) {
      return children.filter(p -> p.info().command().orElse("").endsWith("java")).toList();
    }
  }
}
