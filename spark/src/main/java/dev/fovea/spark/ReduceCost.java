package dev.fovea.spark;

import com.sun.management.OperatingSystemMXBean;
import dev.fovea.train.WorkerSum;
import dev.fovea.train.WorkerTask;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;

/**
 * Measures what a step costs besides its computation: handing out parameters and adding up results
 * of a network's size, which workers make up instead of computing them.
 *
 * @param workers the number of workers
 * @param rounds how often it is measured; the median counts
 */
record ReduceCost(int workers, int rounds) {
  /**
   * Checks the numbers.
   *
   * @throws dev.fovea.tensor.FoveaException if one is below 1
   */
  ReduceCost {
    SparkTrainer.positive("--workers", workers);
    SparkTrainer.positive("--rounds", rounds);
  }

  /**
   * What a step costs.
   *
   * @param parameters the number of parameters
   * @param seconds the time of a step, from the task to the sum
   * @param processor the processor time of this JVM in it; with executors in JVMs of their own, the
   *     driver's
   * @param shuffled the bytes that all workers send each other
   * @param collected the bytes that the driver gets
   */
  record Cost(int parameters, double seconds, double processor, long shuffled, long collected) {}

  /** Gives numbers that do not compress. */
  private record MadeUp(int length) implements TaskRunner {
    private static final long serialVersionUID = 1;

    @Override
    public WorkerSum compute(WorkerTask task, int worker, Iterator<LabelledPicture> rows) {
      return new WorkerSum(numbers(worker), new double[] {1, 1, 1});
    }

    private float[] numbers(int worker) {
      float[] numbers = new float[length];
      long state = worker + 1L;
      for (int i = 0; i < length; i++) {
        state = state * 6364136223846793005L + 1442695040888963407L;
        numbers[i] = (state >> 40) * 0x1p-24f;
      }
      return numbers;
    }
  }

  /** Adds up what tasks tell. */
  private static final class Sent extends SparkListener {
    private long shuffled;
    private long collected;

    @Override
    public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
      shuffled += end.taskMetrics().shuffleWriteMetrics().bytesWritten();
      collected += end.taskMetrics().resultSize();
    }

    synchronized long[] sums() {
      return new long[] {shuffled, collected};
    }
  }

  /** Measures a network of this many parameters. */
  Cost of(SparkSession session, int parameters) throws TimeoutException {
    JavaSparkContext context = new JavaSparkContext(session.sparkContext());
    List<LabelledPicture> one = new ArrayList<>();
    for (int i = 0; i < workers; i++) {
      one.add(new LabelledPicture(new byte[1], 0));
    }
    JavaRDD<LabelledPicture> shares = context.parallelize(one, workers).cache();
    Sent sent = new Sent();
    context.sc().addSparkListener(sent);
    double[] seconds = new double[rounds];
    double[] processor = new double[rounds];
    try (SparkCluster cluster = new SparkCluster(context, shares, new MadeUp(parameters), 0)) {
      float[] values = new MadeUp(parameters).numbers(workers);
      WorkerTask task =
          new WorkerTask(
              new WorkerTask.Place(0, 0, 0), 1, 1, new double[0], values, new float[0][]);
      for (int i = 0; i < rounds; i++) {
        long began = System.nanoTime();
        long spent = processorTime();
        var _ = cluster.compute(task);
        seconds[i] = (System.nanoTime() - began) * 1e-9;
        processor[i] = (processorTime() - spent) * 1e-9;
      }
    }
    context.sc().listenerBus().waitUntilEmpty();
    context.sc().removeSparkListener(sent);
    long[] sums = sent.sums();
    return new Cost(
        parameters, median(seconds), median(processor), sums[0] / rounds, sums[1] / rounds);
  }

  private static long processorTime() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }
}
