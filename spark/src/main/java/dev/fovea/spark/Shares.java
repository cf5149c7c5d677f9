package dev.fovea.spark;

import dev.fovea.data.Preprocessing;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * Divides a table of pictures among workers: partition w holds the share of worker w.
 *
 * <p>Rows are numbered in the order of a digest of their content; row i belongs to worker i mod W.
 * So shares depend on content and number of workers alone, not on files, partitions or which
 * executor read what, and rows of one class do not lie together. Equal rows may change places.
 */
final class Shares {
  private Shares() {}

  /** Returns the shares, held in memory, or on disk where that is full. */
  static JavaRDD<LabelledPicture> of(Dataset<Row> rows, PictureTable table, int workers) {
    table.require(rows.schema(), true);
    JavaRDD<LabelledPicture> read =
        rows.select(table.picture(), table.label())
            .toJavaRDD()
            .map(row -> new LabelledPicture(table.content(row, 0), table.label(row, 1)));
    JavaPairRDD<Long, LabelledPicture> numbered =
        read.mapToPair(p -> new Tuple2<>(Digests.sha256(p), p))
            .sortByKey()
            .values()
            .zipWithIndex()
            .mapToPair(Tuple2::swap);
    return numbered
        .repartitionAndSortWithinPartitions(new HashPartitioner(workers))
        .mapPartitions(numberedRows -> decoded(numberedRows, table))
        .persist(StorageLevel.MEMORY_AND_DISK());
  }

  /** Returns the pictures with their pixels, read one by one. */
  private static Iterator<LabelledPicture> decoded(
      Iterator<Tuple2<Long, LabelledPicture>> rows, PictureTable table) {
    Preprocessing rule = table.preprocessing();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public LabelledPicture next() {
        LabelledPicture p = rows.next()._2();
        String name = "picture of class " + table.classes().get(p.label());
        return new LabelledPicture(PictureTable.pixels(p.picture(), name, rule), p.label());
      }
    };
  }

  /** Returns all samples in order; for a table that fits into the driver's memory. */
  static SharePictures collected(Dataset<Row> rows, PictureTable table) {
    JavaRDD<LabelledPicture> one = of(rows, table, 1);
    try {
      return new SharePictures(table, List.copyOf(one.collect()));
    } finally {
      one.unpersist();
    }
  }
}
