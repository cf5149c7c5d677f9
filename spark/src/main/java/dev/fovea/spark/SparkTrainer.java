package dev.fovea.spark;

import dev.fovea.data.Batches;
import dev.fovea.data.Preprocessing;
import dev.fovea.engine.Engine;
import dev.fovea.tensor.FoveaException;
import dev.fovea.train.Callbacks;
import dev.fovea.train.Epochs;
import dev.fovea.train.History;
import dev.fovea.train.Trainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Trains a classifier of pictures on a cluster, with the trainer of one machine: its optimiser,
 * schedule, early stopping and checkpoints run on the driver, and executors compute what is summed
 * over samples. It is an estimator of Spark's ML pipelines.
 *
 * <pre>{@code
 * FoveaModel model = new SparkTrainer(factory, Preprocessing.mnist(), classes)
 *     .workers(16).batch(1024).epochs(8).checkpoints("hdfs:///runs/1")
 *     .fit(spark.read().parquet("hdfs:///pictures"));
 * model.transform(others).select("prediction", "probability");
 * }</pre>
 *
 * <p>Each of W workers, a partition of the jobs, holds every W-th sample in the order of a digest
 * of their content, decoded to the size of the input, and an order of its own in every epoch. A
 * batch of B samples is B / W of each. Gradients are averaged for every step (the default) or, with
 * {@link #localSteps}, the parameters every few steps.
 *
 * <p>The same seed, samples and number of workers give the same bits: on one executor or many,
 * resumed or not, whatever executors are lost on the way. All machines must have processors of one
 * kind, since the width of vectors decides how sums are rounded.
 *
 * <p>Batch norms see the samples of one worker, and their running statistics are averaged.
 */
public final class SparkTrainer extends Estimator<FoveaModel> {
  private static final long serialVersionUID = 1;

  /** The settings; they change only while a trainer is being configured. */
  private static final class Settings implements Cloneable {
    private PictureTable table;
    private Preparation preparation = samples -> samples;
    private int workers = 1;
    private int localSteps;
    private int batch = 64;
    private int epochs = 1;
    private boolean dropLast;
    private int checkpointSteps;
    private Optional<String> checkpoints = Optional.empty();
    private Optional<Dataset<Row>> validation = Optional.empty();

    Settings(PictureTable table) {
      this.table = table;
    }

    Settings copy() {
      try {
        return (Settings) clone();
      } catch (CloneNotSupportedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private final String uid;
  private final TrainerFactory factory;
  private final transient Settings s;

  /**
   * Creates a trainer for tables with the columns {@code content}, as the source {@code binaryFile}
   * has it, and {@code label}.
   *
   * @param factory makes the model and how it is trained
   * @param preprocessing size and normalisation of the pictures
   * @param classes the names of the classes
   */
  public SparkTrainer(TrainerFactory factory, Preprocessing preprocessing, List<String> classes) {
    this(
        Identifiable.randomUID("fovea"),
        factory,
        new Settings(new PictureTable("content", "label", preprocessing.toText(), classes)));
  }

  private SparkTrainer(String uid, TrainerFactory factory, Settings s) {
    this.uid = uid;
    this.factory = factory;
    this.s = s;
  }

  private SparkTrainer with(Consumer<Settings> change) {
    Settings changed = s.copy();
    change.accept(changed);
    return new SparkTrainer(uid, factory, changed);
  }

  /** Returns a number, which is required to be 1 or more. */
  static int positive(String what, int n) {
    if (n < 1) {
      throw new FoveaException(what + ": 1 or more expected, got " + n);
    }
    return n;
  }

  /** Returns this trainer reading other columns: of encoded pictures and of classes. */
  public SparkTrainer columns(String picture, String label) {
    PictureTable t = s.table;
    return with(d -> d.table = new PictureTable(picture, label, t.rule(), t.classes()));
  }

  /** Returns this trainer with samples changed when they are read, as by augmentation. */
  public SparkTrainer prepared(Preparation preparation) {
    return with(d -> d.preparation = preparation);
  }

  /**
   * Returns this trainer with this number of workers; 1 by default. It decides which sums are taken
   * together, so it is part of what gives the same bits, and is best the number of cores of all
   * executors divided by {@code spark.task.cpus}.
   *
   * @throws FoveaException if the number is below 1
   */
  public SparkTrainer workers(int count) {
    return with(d -> d.workers = positive("workers", count));
  }

  /**
   * Returns this trainer whose workers take this many steps by themselves, along the gradients of
   * their own samples, before parameters and what the optimiser remembers are averaged; 0, the
   * default, averages the gradients of every step.
   *
   * @throws FoveaException if the number is negative
   */
  public SparkTrainer localSteps(int steps) {
    if (steps < 0) {
      throw new FoveaException("local steps: 0 or more expected, got " + steps);
    }
    return with(d -> d.localSteps = steps);
  }

  /**
   * Returns this trainer with batches of this many samples of all workers together; 64 by default.
   *
   * @throws FoveaException if the number is below 1
   */
  public SparkTrainer batch(int samples) {
    return with(d -> d.batch = positive("batch", samples));
  }

  /** Returns this trainer leaving out an incomplete last batch of an epoch or not, the default. */
  public SparkTrainer dropLast(boolean drop) {
    return with(d -> d.dropLast = drop);
  }

  /**
   * Returns this trainer visiting every sample this often; 1 by default.
   *
   * @throws FoveaException if the number is below 1
   */
  public SparkTrainer epochs(int count) {
    return with(d -> d.epochs = positive("epochs", count));
  }

  /**
   * Returns this trainer evaluating these rows after each epoch. They are read into the driver's
   * memory, and evaluated there.
   */
  public SparkTrainer validation(Dataset<Row> rows) {
    return with(d -> d.validation = Optional.of(rows));
  }

  /**
   * Returns this trainer that writes a checkpoint after every epoch into a folder of any file
   * system of Hadoop, and goes on from the one that lies there.
   */
  public SparkTrainer checkpoints(String folder) {
    return with(d -> d.checkpoints = Optional.of(folder));
  }

  /** Returns this trainer writing checkpoints also after every {@code steps} steps. */
  public SparkTrainer checkpointSteps(int steps) {
    return with(d -> d.checkpointSteps = positive("checkpoint steps", steps));
  }

  /**
   * Trains on the rows of a table.
   *
   * @throws FoveaException if a column is missing, a label is of no class, a picture cannot be
   *     read, the samples do not suit the model, the training diverges, or the checkpoint is of
   *     another training
   */
  @Override
  public FoveaModel fit(Dataset<?> rows) {
    JavaSparkContext context = new JavaSparkContext(rows.sparkSession().sparkContext());
    int threads = context.getConf().getInt("spark.task.cpus", 1);
    Replicas replicas = new Replicas(factory, s.table, s.preparation, threads);
    try (SparkCluster cluster =
        new SparkCluster(
            context, Shares.of(rows.toDF(), s.table, s.workers), replicas, s.localSteps)) {
      Batches batches =
          s.preparation
              .apply(new DistributedPictures(s.table, cluster.samples()))
              .shuffled()
              .batches(s.batch)
              .withDropLast(s.dropLast);
      return fit(factory.trainer(Engine.shared()).cluster(cluster), batches, context);
    } catch (Exception e) {
      throw SparkFailures.cause(e);
    }
  }

  private FoveaModel fit(Trainer plain, Batches batches, JavaSparkContext context) {
    if (s.checkpoints.isEmpty()) {
      return fit(plain, batches);
    }
    try {
      Path local = Files.createTempDirectory("fovea-checkpoint");
      HadoopCheckpoint copy =
          new HadoopCheckpoint(s.checkpoints.get(), context.hadoopConfiguration(), local);
      Trainer trainer =
          plain
              .callbacks(Callbacks.checkpoints(local).everySteps(s.checkpointSteps))
              .listeners(copy);
      try {
        return fit(copy.fetch() ? trainer.resume(local) : trainer, batches);
      } finally {
        copy.deleteLocal();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private FoveaModel fit(Trainer trainer, Batches batches) {
    Epochs count = new Epochs(s.epochs);
    History history =
        s.validation
            .map(rows -> trainer.fit(batches, count, Shares.collected(rows, s.table)))
            .orElseGet(() -> trainer.fit(batches, count));
    return FoveaModel.trained(trainer.model(), factory, s.table, history);
  }

  @Override
  public StructType transformSchema(StructType schema) {
    s.table.require(schema, true);
    return FoveaModel.withPredictions(schema);
  }

  @Override
  public SparkTrainer copy(ParamMap extra) {
    return this;
  }

  @Override
  public String uid() {
    return uid;
  }
}
