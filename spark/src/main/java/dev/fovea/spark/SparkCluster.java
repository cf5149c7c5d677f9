package dev.fovea.spark;

import dev.fovea.train.Cluster;
import dev.fovea.train.WorkerSum;
import dev.fovea.train.WorkerTask;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import scala.Tuple2;

/** The workers of a training as partitions of a Spark job. */
final class SparkCluster implements Cluster, AutoCloseable {
  private final JavaSparkContext context;
  private final JavaRDD<LabelledPicture> shares;
  private final Broadcast<TaskRunner> runner;
  private final int workers;
  private final int localSteps;

  /**
   * Creates a cluster.
   *
   * @param shares the samples, one partition for each worker
   * @param runner does the workers' tasks
   */
  SparkCluster(
      JavaSparkContext context,
      JavaRDD<LabelledPicture> shares,
      TaskRunner runner,
      int localSteps) {
    this.context = context;
    this.shares = shares;
    this.runner = context.broadcast(runner);
    this.workers = shares.getNumPartitions();
    this.localSteps = localSteps;
  }

  /** Returns the number of samples of all workers. */
  int samples() {
    return Math.toIntExact(shares.count());
  }

  @Override
  public int workers() {
    return workers;
  }

  @Override
  public int localSteps() {
    return localSteps;
  }

  @Override
  public WorkerSum compute(WorkerTask task) {
    Broadcast<WorkerTask> sent = context.broadcast(task);
    JavaPairRDD<Integer, Slice> slices = slices(sent).partitionBy(new HashPartitioner(workers));
    try {
      List<Slice> sums =
          slices.mapPartitionsToPair(SparkCluster::sum).collect().stream()
              .sorted(Comparator.comparingInt(Tuple2::_1))
              .map(Tuple2::_2)
              .toList();
      return Slice.join(sums);
    } catch (Exception e) {
      throw SparkFailures.cause(e);
    } finally {
      slices.rdd().cleanShuffleDependencies(false);
      sent.destroy();
    }
  }

  /** Returns the slices of all workers by their numbers. */
  private JavaPairRDD<Integer, Slice> slices(Broadcast<WorkerTask> sent) {
    Broadcast<TaskRunner> own = runner;
    int count = workers;
    return shares
        .mapPartitionsWithIndex(
            (worker, rows) -> cut(own.value().compute(sent.value(), worker, rows), worker, count),
            true)
        .mapToPair(slice -> slice);
  }

  private static Iterator<Tuple2<Integer, Slice>> cut(WorkerSum sum, int worker, int count) {
    return IntStream.range(0, count)
        .mapToObj(number -> new Tuple2<>(number, Slice.of(sum, worker, number, count)))
        .iterator();
  }

  /** Adds up the slices of one number. */
  private static Iterator<Tuple2<Integer, Slice>> sum(Iterator<Tuple2<Integer, Slice>> met) {
    List<Slice> slices = new ArrayList<>();
    int number = 0;
    while (met.hasNext()) {
      Tuple2<Integer, Slice> next = met.next();
      number = next._1();
      slices.add(next._2());
    }
    return List.of(new Tuple2<>(number, Slice.sum(slices))).iterator();
  }

  /**
   * Forgets the samples and what executors keep. What cannot be done is logged: the training is
   * over and its result, or its error, is what counts.
   */
  @Override
  public void close() {
    attempt(this::stopExecutors);
    attempt(runner::destroy);
    attempt(shares::unpersist);
  }

  /** Needs no samples: a share that was lost is not made again for its end. */
  private void stopExecutors() {
    Broadcast<TaskRunner> own = runner;
    List<Integer> each = IntStream.range(0, workers).boxed().toList();
    context.parallelize(each, workers).foreachPartition(_ -> own.value().close());
  }

  private static void attempt(Runnable end) {
    try {
      end.run();
    } catch (Exception e) { // Spark throws checked ones too, which it does not declare
      System.getLogger("dev.fovea")
          .log(System.Logger.Level.WARNING, "the end of a training on Spark", e);
    }
  }
}
