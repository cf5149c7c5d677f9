package dev.fovea.spark;

import dev.fovea.data.Dataset;
import dev.fovea.data.Sample;
import dev.fovea.tensor.Seed;
import dev.fovea.vision.Images;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Makes tables of data sets that are on this machine. */
public final class PictureTables {
  private static final StructType SCHEMA =
      new StructType()
          .add("content", DataTypes.BinaryType, false)
          .add("label", DataTypes.IntegerType, false);

  private PictureTables() {}

  /**
   * Returns a data set of pictures as a table with the columns {@code content}, a PNG file, and
   * {@code label}, the number of the class. It is sent from the driver; written as Parquet, it can
   * be read by executors.
   *
   * @param pictures pictures [H, W, C] of values 0 … 255 with class labels
   */
  public static org.apache.spark.sql.Dataset<Row> of(SparkSession session, Dataset pictures) {
    List<Row> rows =
        IntStream.range(0, pictures.size())
            .mapToObj(i -> row(pictures.read(i, Seed.of(0))))
            .toList();
    return session.createDataFrame(rows, SCHEMA);
  }

  private static Row row(Sample sample) {
    try (ByteArrayOutputStream png = new ByteArrayOutputStream()) {
      ImageIO.write(Images.toBufferedImage(sample.picture()), "png", png);
      return RowFactory.create(png.toByteArray(), sample.label());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
