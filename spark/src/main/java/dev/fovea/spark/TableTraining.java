package dev.fovea.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.split;

import dev.fovea.data.Preprocessing;
import dev.fovea.tensor.FoveaException;
import dev.fovea.vision.DataSets;
import dev.fovea.vision.DataSource;
import dev.fovea.zoo.Architecture;
import dev.fovea.zoo.Zoo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Trains a network of the zoo on a cluster. */
@Command(
    name = "train",
    description = "Trains a network of the zoo by its recipe and writes the model.")
final class TableTraining implements Callable<Integer> {
  @Mixin private SparkCommand.Where where;

  @Parameters(paramLabel = "NET", description = "The network, such as lenet5.")
  private String net;

  @Option(
      names = "--pictures",
      paramLabel = "PATH",
      description =
          "A folder, of any file system of Hadoop, with a folder of pictures for each class; or a"
              + " Parquet table with the columns content and label.")
  private @Nullable String pictures;

  @Option(
      names = "--test",
      paramLabel = "PATH",
      description = "Pictures to evaluate after each epoch, as --pictures.")
  private @Nullable String test;

  @Option(
      names = "--data",
      paramLabel = "NAME",
      description =
          "A data set that fovea train knows, sent from the driver, instead of --pictures.")
  private @Nullable String data;

  @Option(names = "--data-dir", paramLabel = "DIR", description = "The folder of its files.")
  private @Nullable Path folder;

  @Option(
      names = "--workers",
      paramLabel = "N",
      defaultValue = "4",
      description = "Workers (default: 4).")
  private int workers;

  @Option(
      names = "--local-steps",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Steps of a worker's own between two averages; 0, the default, averages gradients.")
  private int localSteps;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Samples of a step of all workers; by default the recipe's.")
  private @Nullable Integer batch;

  @Option(names = "--epochs", paramLabel = "N", description = "Epochs; by default the recipe's.")
  private @Nullable Integer epochs;

  @Option(
      names = "--lr",
      paramLabel = "X",
      defaultValue = "0",
      description = "The highest learning rate; by default the recipe's.")
  private double rate;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed of all random choices (default: 0).")
  private long seed;

  @Option(names = "--take", paramLabel = "N", description = "Use only the first samples of --data.")
  private @Nullable Integer take;

  @Option(
      names = "--checkpoints",
      paramLabel = "PATH",
      description =
          "A folder of any file system of Hadoop for checkpoints; goes on from the one there.")
  private @Nullable String checkpoints;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "The model's file, of any file system of Hadoop.")
  private @Nullable String out;

  /** Tables to train on and to evaluate, and how their pictures become inputs. */
  private record Tables(
      Dataset<Row> train, Optional<Dataset<Row>> test, Preprocessing rule, List<String> classes) {}

  @Override
  public Integer call() throws IOException {
    Architecture architecture = Zoo.find(net);
    requireOptions();
    try (SparkSession session = where.session()) {
      Tables tables = tables(session, architecture);
      List<Integer> input = IntStream.of(tables.rule.shape().dims()).boxed().toList();
      TrainerFactory factory = new ZooTraining(net, input, tables.classes.size(), rate, seed);
      SparkTrainer trainer =
          new SparkTrainer(factory, tables.rule, tables.classes)
              .workers(workers)
              .localSteps(localSteps)
              .batch(batch == null ? architecture.recipe().batch() : batch)
              .epochs(epochs == null ? architecture.recipe().epochs() : epochs);
      SparkTrainer validated = tables.test.map(trainer::validation).orElse(trainer);
      FoveaModel model =
          (checkpoints == null ? validated : validated.checkpoints(checkpoints)).fit(tables.train);
      System.out.print(model.history().toCsv());
      if (out != null) {
        model.save(session, out);
      }
      return 0;
    }
  }

  /** Requires what can be told before Spark starts. */
  private void requireOptions() {
    SparkTrainer.positive("--workers", workers);
    SparkTrainer.positive("--batch", batch == null ? 1 : batch);
    SparkTrainer.positive("--epochs", epochs == null ? 1 : epochs);
    SparkTrainer.positive("--take", take == null ? 1 : take);
    if (!(rate >= 0 && Double.isFinite(rate))) {
      throw new FoveaException("--lr: a number above 0 expected, got " + rate);
    }
    if (localSteps < 0) {
      throw new FoveaException("--local-steps: 0 or more expected, got " + localSteps);
    }
    if (pictures == null && test != null) {
      throw new FoveaException("--test: goes with --pictures; a data set brings its own");
    }
    if (pictures != null && (data != null || folder != null || take != null)) {
      throw new FoveaException("--pictures: does not go with --data, --data-dir or --take");
    }
  }

  private Tables tables(SparkSession session, Architecture architecture) {
    if (pictures == null) {
      return named(session, DataSets.open(data == null ? "digits" : data, folder));
    }
    Dataset<Row> train = named(read(session, pictures), pictures);
    return new Tables(
        train,
        Optional.ofNullable(test).map(path -> named(read(session, path), path)),
        Preprocessing.scaled(architecture.input()),
        classes(train, pictures));
  }

  /** Returns a table whose labels are strings. */
  static Dataset<Row> named(Dataset<Row> table, String path) {
    List<String> columns = List.of(table.columns());
    if (!columns.contains("label") || !columns.contains("content")) {
      throw new FoveaException(
          path
              + ": has the columns "
              + String.join(", ", columns)
              + "; expected content (encoded pictures) and label");
    }
    return table.withColumn("label", col("label").cast("string"));
  }

  /** Returns the labels that a table has, in their order. */
  static List<String> classes(Dataset<Row> table, String path) {
    List<Row> rows = table.select("label").distinct().orderBy("label").collectAsList();
    if (rows.isEmpty()) {
      throw new FoveaException(path + ": has no pictures");
    }
    if (rows.stream().anyMatch(r -> r.isNullAt(0))) {
      throw new FoveaException(path + ": has rows whose label is null; expected a class for each");
    }
    return rows.stream().map(r -> r.getString(0)).toList();
  }

  private Tables named(SparkSession session, DataSource source) {
    dev.fovea.data.Dataset train = source.split().train();
    return new Tables(
        PictureTables.of(session, take == null ? train : train.take(take)),
        Optional.of(PictureTables.of(session, source.split().test())),
        source.preprocessing(),
        source.classes());
  }

  /**
   * Returns a Parquet table, or the pictures of a folder with the names of their folders as labels.
   */
  static Dataset<Row> read(SparkSession session, String path) {
    try {
      if (path.endsWith(".parquet")) {
        return session.read().parquet(path);
      }
      return session
          .read()
          .format("binaryFile")
          .option("recursiveFileLookup", true)
          .load(path)
          .withColumn("label", element_at(split(col("path"), "/"), -2));
    } catch (Exception e) { // AnalysisException is a checked one that Spark does not declare
      String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new FoveaException(path + ": cannot be read as a table: " + reason, e);
    }
  }
}
