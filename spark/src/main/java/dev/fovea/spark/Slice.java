package dev.fovea.spark;

import dev.fovea.train.WorkerSum;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * A part of what a worker has computed. Every worker cuts its result into as many slices as there
 * are workers, and the slices of one number meet on one of them, which adds them up in the order of
 * workers: a reduce-scatter. So each machine sends and receives about one result, however many
 * there are, and sums do not depend on what arrives first.
 */
final class Slice implements Serializable {
  private static final long serialVersionUID = 1;

  private final int worker;

  /** The numbers, little-endian: arrays of bytes are what Spark moves fastest. */
  private final byte[] bytes;

  /** The figures; only slice 0 has them. */
  private final double[] figures;

  private Slice(int worker, byte[] bytes, double[] figures) {
    this.worker = worker;
    this.bytes = bytes;
    this.figures = figures;
  }

  /** Returns slice {@code number} of {@code count}. */
  static Slice of(WorkerSum sum, int worker, int number, int count) {
    int length = sum.numbers().length;
    int from = start(length, number, count);
    int to = start(length, number + 1, count);
    return new Slice(
        worker, bytes(sum.numbers(), from, to - from), number == 0 ? sum.figures() : new double[0]);
  }

  private static int start(int length, int number, int count) {
    return (int) ((long) length * number / count);
  }

  private static byte[] bytes(float[] numbers, int from, int count) {
    byte[] bytes = new byte[count * Float.BYTES];
    floats(bytes).put(numbers, from, count);
    return bytes;
  }

  private static FloatBuffer floats(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
  }

  /** Returns the sum of slices of one number, added in the order of workers. */
  static Slice sum(List<Slice> slices) {
    List<WorkerSum> sums =
        slices.stream()
            .sorted(Comparator.comparingInt(s -> s.worker))
            .map(s -> new WorkerSum(s.numbers(), s.figures.clone()))
            .toList();
    WorkerSum total = sums.get(0);
    sums.subList(1, sums.size()).forEach(total::add);
    return new Slice(0, bytes(total.numbers(), 0, total.numbers().length), total.figures());
  }

  private float[] numbers() {
    float[] numbers = new float[bytes.length / Float.BYTES];
    floats(bytes).get(numbers);
    return numbers;
  }

  /** Returns the whole of slices in the order of their numbers. */
  static WorkerSum join(List<Slice> slices) {
    float[] all = new float[slices.stream().mapToInt(s -> s.bytes.length / Float.BYTES).sum()];
    int at = 0;
    for (Slice s : slices) {
      float[] numbers = s.numbers();
      System.arraycopy(numbers, 0, all, at, numbers.length);
      at += numbers.length;
    }
    double[] figures = slices.stream().flatMapToDouble(s -> Arrays.stream(s.figures)).toArray();
    return new WorkerSum(all, figures);
  }
}
