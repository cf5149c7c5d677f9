package dev.fovea.spark;

import static dev.fovea.nn.Losses.crossEntropy;
import static dev.fovea.optim.Optimizers.adam;
import static dev.fovea.train.Metrics.accuracy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.DataSplit;
import dev.fovea.data.Digits;
import dev.fovea.data.LabelledPictures;
import dev.fovea.data.Preprocessing;
import dev.fovea.nn.Model;
import dev.fovea.nn.Prediction;
import dev.fovea.optim.Schedules;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.Callback;
import dev.fovea.train.Trainer;
import dev.fovea.train.Training;
import dev.fovea.train.WorkerSum;
import dev.fovea.train.WorkerTask;
import dev.fovea.vision.Images;
import dev.fovea.vision.augment.Augmentations;
import dev.fovea.zoo.Scale;
import dev.fovea.zoo.Zoo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.storage.StorageLevel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Training and prediction on Spark, with executors in this JVM. Starting Spark takes most of the
 * time. What happens when executors die is tried by {@code spark/run drill}.
 */
final class SparkTrainerTest {
  private static final int STEPS = 4;
  private static final DataSplit DIGITS = Digits.load(Seed.of(1), 32, 12);
  private static final LabelledPictures TRAIN = (LabelledPictures) DIGITS.train();
  private static SparkSession session;
  private static Dataset<Row> table;

  @BeforeAll
  static void start() {
    session =
        SparkSession.builder()
            .master("local[2, 3]") // a task is tried up to three times
            .config("spark.ui.enabled", false)
            .config("spark.sql.shuffle.partitions", 2)
            .config("spark.default.parallelism", 2)
            .config("spark.driver.host", "127.0.0.1")
            .getOrCreate();
    table = PictureTables.of(session, TRAIN).cache();
  }

  @AfterAll
  static void stop() {
    session.stop();
  }

  /** Returns a factory whose training pauses after this many steps. */
  private static TrainerFactory factory(int steps) {
    return engine ->
        Trainer.of(
                Zoo.find("lenet5")
                    .model(Scale.full(10), Shape.of(28, 28, 1), Seed.of(1), engine)
                    .withMetadata(Map.of("net", "lenet5")),
                crossEntropy(),
                adam(4e-3))
            .metrics(accuracy())
            .schedule(Schedules.oneCycle())
            .seed(Seed.of(2))
            .callbacks(pause(steps));
  }

  private static Callback pause(int steps) {
    return new Callback() {
      @Override
      public void onStep(Training training) {
        if (training.step() >= steps) {
          training.pause();
        }
      }
    };
  }

  private static SparkTrainer trainer(int steps) {
    return new SparkTrainer(factory(steps), TRAIN.preprocessing(), TRAIN.classes())
        .workers(2)
        .batch(16)
        .epochs(2);
  }

  private static float[] weights(FoveaModel model) {
    return model.model().parameters().values();
  }

  @Test
  void sharesFollowFromContentAndFailedTasksChangeNothing() {
    FoveaModel whole = trainer(STEPS).fit(table);
    FoveaModel others =
        trainer(STEPS)
            .prepared(samples -> {
              if (TaskContext.get() != null && TaskContext.get().attemptNumber() == 0) {
                throw new IllegalStateException("lost");
              }
              return samples;
            })
            .fit(table.orderBy(functions.rand(5)).repartition(3));
    assertThat(weights(others)).isEqualTo(weights(whole));
    assertThat(whole.history().epochs()).hasSize(2);
  }

  @Test
  void localStepsAndAugmentationGoOnFromCheckpointsToTheSameBits(@TempDir Path dir) {
    Preparation shifts = samples -> samples.augment(Augmentations.parse("shift:2"));
    SparkTrainer whole = trainer(STEPS).localSteps(2).prepared(shifts);
    SparkTrainer half = trainer(2).localSteps(2).prepared(shifts);
    String folder = dir.resolve("run").toUri().toString();
    float[] paused = weights(half.checkpoints(folder).fit(table));
    assertThat(dir.resolve("run/checkpoint.safetensors")).exists();
    float[] resumed = weights(whole.checkpoints(folder).fit(table));
    assertThat(resumed).isEqualTo(weights(whole.fit(table))).isNotEqualTo(paused);
  }

  @Test
  void aPipelineTrainsAndPredicts(@TempDir Path dir) {
    Dataset<Row> test = PictureTables.of(session, DIGITS.test());
    SparkTrainer trainer = trainer(STEPS).validation(test);
    FoveaModel model =
        (FoveaModel) new Pipeline().setStages(new PipelineStage[] {trainer}).fit(table).stages()[0];
    assertThat(model.history().epochs().getLast().validation()).isPresent();

    String file = dir.resolve("model.safetensors").toString();
    model.save(session, file);
    assertThat(dir.resolve(".model.safetensors.part")).doesNotExist();
    FoveaModel read = FoveaModel.read(session, file);
    String unnamed = dir.resolve("unnamed.safetensors").toString();
    model.model().withMetadata(Map.of()).save(Path.of(unnamed));
    assertThatThrownBy(() -> FoveaModel.read(session, unnamed))
        .isInstanceOf(FoveaException.class)
        .hasMessageStartingWith(unnamed + ": cannot be read: its metadata has no \"net\"; ");
    List<Row> rows =
        read.transform(test.union(test.limit(1).withColumn("content", functions.lit(null))))
            .collectAsList();
    assertThat(rows).hasSize(DIGITS.test().size() + 1);
    Model alone = model.model();
    for (int i = 0; i < rows.size() - 1; i++) {
      Tensor input = DIGITS.test().input(i, Seed.of(0));
      Prediction told = alone.predictAll(Tensor.of(input.shape().prepend(1), input.data())).get(0);
      Row row = rows.get(i);
      assertThat(row.getInt(1)).isEqualTo(((LabelledPictures) DIGITS.test()).label(i));
      assertThat(row.<Double>getAs(FoveaModel.PREDICTION)).isEqualTo(told.best().index());
      assertThat(row.<String>getAs(FoveaModel.CLASS)).isEqualTo(told.best().label());
      assertThat(row.<Vector>getAs(FoveaModel.PROBABILITY).apply(3))
          .isEqualTo(told.probabilities()[3]);
    }
    assertThat(rows.getLast().isNullAt(rows.getLast().fieldIndex(FoveaModel.PREDICTION))).isTrue();
    isSentOnce(read, test);
  }

  /** Spark numbers what it sends to executors; what is sent here to ask for the number counts. */
  private static void isSentOnce(FoveaModel used, Dataset<Row> pictures) {
    JavaSparkContext context = new JavaSparkContext(session.sparkContext());
    long before = context.broadcast(0).id();
    used.transform(pictures);
    used.column("content").transform(pictures);
    assertThat(context.broadcast(0).id()).isEqualTo(before + 1);
  }

  @Test
  void foldersOfPicturesAreTables(@TempDir Path dir) throws IOException {
    for (int i = 0; i < 2; i++) {
      Path file = dir.resolve(i % 2 == 0 ? "even" : "odd").resolve(i + ".png");
      Files.createDirectories(file.getParent());
      Images.writePng(file, TRAIN.picture(i));
    }
    List<Row> rows =
        TableTraining.read(session, dir.toUri().toString()).orderBy("path").collectAsList();
    assertThat(rows).extracting(r -> r.<String>getAs("label")).startsWith("even").endsWith("odd");
    PictureTable pictures =
        new PictureTable(
            "content",
            "label",
            Preprocessing.scaled(Shape.of(28, 28, 1)).toText(),
            List.of("even", "odd"));
    assertThat(PictureTable.pixels(rows.get(0).getAs("content"), "0.png", pictures.preprocessing()))
        .isEqualTo(bytes(TRAIN.picture(0)));
    assertThat(pictures.label(rows.getLast(), rows.getLast().fieldIndex("label"))).isOne();
  }

  /** Fails at the end, which is where a result is known already. */
  private record Unclosed() implements TaskRunner {
    @Override
    public WorkerSum compute(WorkerTask task, int worker, Iterator<LabelledPicture> rows) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
      throw new IllegalStateException("cannot be closed");
    }
  }

  @Test
  void whatFailsAfterATrainingIsNoErrorOfIt() {
    JavaSparkContext context = new JavaSparkContext(session.sparkContext());
    JavaRDD<LabelledPicture> shares =
        context.parallelize(List.of(new LabelledPicture(new byte[1], 0)), 1).cache();
    SparkCluster cluster = new SparkCluster(context, shares, new Unclosed(), 0);
    assertThatCode(cluster::close).doesNotThrowAnyException();
    assertThat(shares.getStorageLevel()).isEqualTo(StorageLevel.NONE());
  }

  @Test
  void saysWhatIsWrongWithATableOfFiles() {
    assertThatThrownBy(() -> TableTraining.read(session, "/no/such"))
        .isInstanceOf(FoveaException.class)
        .hasMessageStartingWith("/no/such: cannot be read as a table: ")
        .hasMessageContaining("does not exist")
        .hasMessageNotContaining("\n");
    assertThatThrownBy(() -> TableTraining.named(table.drop("label"), "x.parquet"))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            "x.parquet: has the columns content; expected content (encoded pictures) and label");
    Dataset<Row> unnamed = table.withColumn("label", functions.lit(null));
    assertThatThrownBy(
            () -> TableTraining.classes(TableTraining.named(unnamed, "x.parquet"), "x.parquet"))
        .isInstanceOf(FoveaException.class)
        .hasMessage("x.parquet: has rows whose label is null; expected a class for each");
  }

  private static byte[] bytes(Tensor picture) {
    byte[] bytes = new byte[picture.data().length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) picture.data()[i];
    }
    return bytes;
  }

  @Test
  void saysWhatDoesNotFit() {
    SparkTrainer trainer = trainer(STEPS);
    assertThatThrownBy(() -> trainer.columns("picture", "label").fit(table))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            "table: column picture is missing, there are content, label; expected encoded"
                + " pictures, of type binary");
    assertThatThrownBy(() -> trainer.fit(table.withColumn("label", functions.lit(10))))
        .isInstanceOf(FoveaException.class)
        .hasMessage("table: label 10 in column label; expected 0 to 9");
    Dataset<Row> damaged =
        table.withColumn("content", functions.encode(functions.lit("x"), "UTF-8"));
    assertThatThrownBy(() -> trainer.fit(damaged))
        .isInstanceOf(FoveaException.class)
        .hasMessageContaining("not a picture that can be read");
    Dataset<Row> empty =
        table.withColumn("content", functions.lit(null).cast(DataTypes.BinaryType));
    assertThatThrownBy(() -> trainer.fit(empty))
        .isInstanceOf(FoveaException.class)
        .hasMessage("table: a row has null in column content; expected an encoded picture");
    Object here = new Object();
    assertThatThrownBy(
            () -> trainer.prepared(s -> here.equals(s) ? s : s.subset(new int[] {0})).fit(table))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            "the trainer factory or preparation captures java.lang.Object, which cannot be"
                + " serialized; make it inside");
    assertThatThrownBy(() -> trainer.workers(3).fit(table))
        .isInstanceOf(FoveaException.class)
        .hasMessage("cluster: a batch of 16 samples does not divide among 3 workers");
  }
}
