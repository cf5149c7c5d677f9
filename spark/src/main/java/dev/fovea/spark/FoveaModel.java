package dev.fovea.spark;

import dev.fovea.data.Task;
import dev.fovea.io.Safetensors;
import dev.fovea.nn.Model;
import dev.fovea.nn.Prediction;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.train.History;
import dev.fovea.vision.InputRule;
import dev.fovea.zoo.Scale;
import dev.fovea.zoo.Zoo;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * A classifier of pictures as a transformer of Spark's ML pipelines: it adds to each row of a table
 * what the model says of its picture.
 *
 * <p>Columns: {@value #PREDICTION}, the number of the class as a double; {@value #PROBABILITY}, a
 * vector of the probabilities of all classes; {@value #CLASS}, the name of the class. Rows without
 * a picture get nulls.
 */
public final class FoveaModel extends org.apache.spark.ml.Model<FoveaModel> {
  /** The column of the number of the class. */
  public static final String PREDICTION = "prediction";

  /** The column of the probabilities. */
  public static final String PROBABILITY = "probability";

  /** The column of the name of the class. */
  public static final String CLASS = "class";

  private static final long serialVersionUID = 1;
  static final String NET = "net";
  private static final String LABELS = "labels";
  private static final int TOGETHER = 32;

  private final String uid;
  private final Predictor predictor;
  private final String picture;
  private final transient History history;

  private FoveaModel(String uid, Predictor predictor, String picture, History history) {
    this.uid = uid;
    this.predictor = predictor;
    this.picture = picture;
    this.history = history;
  }

  /** Returns a model that has been trained. */
  static FoveaModel trained(
      Model model, TrainerFactory factory, PictureTable table, History history) {
    Map<String, String> texts = new LinkedHashMap<>(model.metadata());
    texts.put(LABELS, String.join("\n", table.classes()));
    new InputRule(table.preprocessing(), false).put(texts);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    model.withMetadata(texts).save(file);
    Predictor predictor =
        new Predictor(engine -> factory.trainer(engine).model(), file.toByteArray());
    return new FoveaModel(Identifiable.randomUID("fovea"), predictor, table.picture(), history);
  }

  /**
   * Reads a model of a network of the zoo, as {@code fovea train} and {@link #save} write them,
   * from any file system of Hadoop. It looks for pictures in the column {@code content}.
   *
   * <p>The network is the one that {@code net} in the model's metadata names, so a {@link
   * TrainerFactory} whose model is to be read again gives it: {@code
   * model.withMetadata(Map.of("net", "resnet50"))}.
   *
   * @throws FoveaException if the file is none, names no network of the zoo, or cannot be read
   */
  public static FoveaModel read(SparkSession session, String file) {
    Path path = new Path(file);
    try (var in = path.getFileSystem(session.sparkContext().hadoopConfiguration()).open(path)) {
      return new FoveaModel(
          Identifiable.randomUID("fovea"),
          predictor(in.readAllBytes()),
          "content",
          new History(List.of()));
    } catch (IOException | FoveaException e) {
      throw new FoveaException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static Predictor predictor(byte[] bytes) {
    Map<String, String> texts = Safetensors.read(new ByteArrayInputStream(bytes)).metadata();
    String net = texts.getOrDefault(NET, "");
    if (net.isEmpty()) {
      throw new FoveaException(
          "its metadata has no \"net\"; expected the name of a network of the zoo, which a"
              + " trainer factory gives with model.withMetadata");
    }
    int classes = texts.getOrDefault(LABELS, "").split("\n", -1).length;
    int[] dims =
        InputRule.of(texts, "metadata")
            .orElseThrow(() -> new FoveaException("its metadata has no preprocessing"))
            .preprocessing()
            .shape()
            .dims();
    Predictor predictor =
        new Predictor(
            engine -> Zoo.find(net).model(Scale.full(classes), Shape.of(dims), Seed.of(0), engine),
            bytes);
    Task task = predictor.model().output(0).task();
    if (task != Task.CLASSES) {
      throw new FoveaException("it tells " + task + "; expected a network of classes");
    }
    return predictor;
  }

  /**
   * Writes the model's file, replacing one that is there.
   *
   * @param file a path of any file system of Hadoop
   * @throws FoveaException if it cannot be written
   */
  public void save(SparkSession session, String file) {
    Path path = new Path(file);
    try {
      HadoopFiles.write(path, session.sparkContext().hadoopConfiguration(), predictor::writeTo);
    } catch (IOException e) {
      throw new FoveaException(file + ": cannot be written: " + e.getMessage(), e);
    }
  }

  /** Returns this model looking for pictures in another column. */
  public FoveaModel column(String name) {
    return new FoveaModel(uid, predictor, name, history);
  }

  /** Returns the model itself, to be used on this machine. */
  public Model model() {
    return predictor.model();
  }

  /** Returns the epochs of the training; none of a model that was read. */
  public History history() {
    return history;
  }

  /**
   * Adds predictions to a table.
   *
   * @throws FoveaException if the column of pictures is missing or of another type, or there are
   *     columns of these names; when it is computed, if a picture cannot be read
   */
  @Override
  public Dataset<Row> transform(Dataset<?> rows) {
    StructType schema = transformSchema(rows.schema());
    int column = rows.schema().fieldIndex(picture);
    Broadcast<Predictor> sent = predictor.sentTo(rows.sparkSession().sparkContext());
    return rows.toDF()
        .mapPartitions(
            (org.apache.spark.api.java.function.MapPartitionsFunction<Row, Row>)
                some -> new Predicted(some, column, sent.value()),
            Encoders.row(schema));
  }

  /** Rows with predictions, some computed together. */
  private static final class Predicted implements Iterator<Row> {
    private final Iterator<Row> rows;
    private final int column;
    private final Predictor predictor;
    private Iterator<Row> ready = List.<Row>of().iterator();

    Predicted(Iterator<Row> rows, int column, Predictor predictor) {
      this.rows = rows;
      this.column = column;
      this.predictor = predictor;
    }

    @Override
    public boolean hasNext() {
      return ready.hasNext() || rows.hasNext();
    }

    @Override
    public Row next() {
      if (!ready.hasNext()) {
        List<Row> some = new ArrayList<>();
        while (some.size() < TOGETHER && rows.hasNext()) {
          some.add(rows.next());
        }
        ready = predicted(some).iterator();
      }
      return ready.next();
    }

    private List<Row> predicted(List<Row> some) {
      List<byte[]> pictures =
          some.stream().filter(r -> !r.isNullAt(column)).map(r -> (byte[]) r.get(column)).toList();
      Iterator<Prediction> told =
          pictures.isEmpty()
              ? List.<Prediction>of().iterator()
              : predictor.predict(pictures).iterator();
      List<Row> all = new ArrayList<>();
      for (Row r : some) {
        all.add(r.isNullAt(column) ? joined(r, null, null, null) : joined(r, told.next()));
      }
      return all;
    }

    private static Row joined(Row r, Prediction told) {
      Prediction.Guess best = told.best();
      double[] probabilities = new double[told.probabilities().length];
      for (int i = 0; i < probabilities.length; i++) {
        probabilities[i] = told.probabilities()[i];
      }
      return joined(r, (double) best.index(), Vectors.dense(probabilities), best.label());
    }

    private static Row joined(Row r, @Nullable Object... more) {
      Object[] values = new Object[r.size() + more.length];
      for (int i = 0; i < r.size(); i++) {
        values[i] = r.get(i);
      }
      System.arraycopy(more, 0, values, r.size(), more.length);
      return RowFactory.create(values);
    }
  }

  @Override
  public StructType transformSchema(StructType schema) {
    new PictureTable(picture, "", "", List.of()).require(schema, false);
    return withPredictions(schema);
  }

  /** Returns a schema with the columns of predictions. */
  static StructType withPredictions(StructType schema) {
    for (String name : List.of(PREDICTION, PROBABILITY, CLASS)) {
      if (List.of(schema.fieldNames()).contains(name)) {
        throw new FoveaException("table: has a column " + name + " already");
      }
    }
    return schema
        .add(PREDICTION, DataTypes.DoubleType)
        .add(PROBABILITY, SQLDataTypes.VectorType())
        .add(CLASS, DataTypes.StringType);
  }

  @Override
  public FoveaModel copy(ParamMap extra) {
    return this;
  }

  @Override
  public String uid() {
    return uid;
  }
}
