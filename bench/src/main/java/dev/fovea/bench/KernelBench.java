package dev.fovea.bench;

import dev.fovea.engine.kernel.Job;
import dev.fovea.engine.kernel.Kernel;
import dev.fovea.engine.kernel.KernelProvider;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Providers;
import dev.fovea.engine.kernel.Signature;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import dev.fovea.engine.runtime.Workers;
import dev.fovea.op.Activation;
import dev.fovea.op.Contraction;
import dev.fovea.op.Contraction.Conv2d;
import dev.fovea.op.Contraction.ConvTranspose2d;
import dev.fovea.op.Contraction.ConvWeightGradient;
import dev.fovea.op.Contraction.MatMul;
import dev.fovea.op.Elementwise;
import dev.fovea.op.Ints;
import dev.fovea.op.Layout;
import dev.fovea.op.Normalization;
import dev.fovea.op.Op;
import dev.fovea.op.Pooling;
import dev.fovea.op.Reduction;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Shape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Speed of single kernels beside the machine's peak of multiply-adds, measured in the same run.
 *
 * <p>Arguments: a regular expression that selects rows by name (all by default), the seconds per
 * row and number of threads (1 by default), and the numbers of threads (1 and 2 by default). Each
 * figure is the best of the runs. Weights are packed beforehand, as a plan does. GFLOP/s count a
 * convolution's operations by definition; Winograd's needs fewer and may pass the peak. The system
 * property {@code fovea.conv} forces one or the other.
 */
public final class KernelBench {
  private static final Duration PEAK_TIME = Duration.ofMillis(500);
  private static final Window2d ONE = Window2d.of(1, 1);
  private static final Window2d THREE = Window2d.of(3, 3).padding(1, 1, 1, 1);
  private static final Window2d THREE_HALVED = THREE.stride(2, 2);
  private static final Window2d FIVE = Window2d.of(5, 5);
  private static final Window2d FIVE_SAME = FIVE.padding(2, 2, 2, 2);
  private static final Window2d SEVEN = Window2d.of(7, 7).stride(2, 2).padding(3, 3, 3, 3);
  private static final Window2d PAIRS = Window2d.of(2, 2).stride(2, 2);

  private final Providers providers;
  private final double seconds;

  private KernelBench(Providers providers, double seconds) {
    this.providers = providers;
    this.seconds = seconds;
  }

  private record Row(String name, Op op, List<Shape> inputs) {}

  /** Prints the table. */
  public static void main(String[] args) throws InterruptedException {
    String select = args.length > 0 ? args[0] : "";
    double seconds = args.length > 1 ? Double.parseDouble(args[1]) : 1;
    int[] threads =
        args.length > 2
            ? IntStream.range(2, args.length).map(i -> Integer.parseInt(args[i])).toArray()
            : new int[] {1, 2};
    KernelBench bench = new KernelBench(Providers.choose(), seconds);
    KernelProvider fastest = bench.providers.chosen();
    System.out.printf(Locale.ROOT, "%s, %d bits%n", fastest.name(), fastest.vectorBits());
    double[] peaks = new double[threads.length];
    for (int i = 0; i < threads.length; i++) {
      peaks[i] = peak(fastest, threads[i]);
      System.out.printf(Locale.ROOT, "peak of %d thread(s): %.0f GFLOP/s%n", threads[i], peaks[i]);
    }
    for (Row row : rows()) {
      if (row.name().matches(".*(" + select + ").*")) {
        bench.measure(row, threads, peaks);
      }
    }
  }

  private static double peak(KernelProvider provider, int threads) throws InterruptedException {
    double[] each = new double[threads];
    List<Thread> others = new ArrayList<>();
    for (int i = 1; i < threads; i++) {
      int own = i;
      others.add(Thread.ofPlatform().start(() -> each[own] = alone(provider)));
    }
    each[0] = alone(provider);
    for (Thread t : others) {
      t.join();
    }
    return DoubleStream.of(each).sum();
  }

  private static double alone(KernelProvider provider) {
    return provider.peakGflops(PEAK_TIME).orElse(Double.NaN);
  }

  private void measure(Row row, int[] threads, double[] peaks) {
    Shape out = row.op().shape(row.inputs());
    List<Shape> inputs = new ArrayList<>(row.inputs());
    Op op = packed(row.op(), inputs);
    TaskKernel kernel = (TaskKernel) providers.kernel(Signature.of(op, inputs)).orElseThrow();
    Operands operands = operands(kernel, inputs, out);
    double flops = row.op().flops(row.inputs(), out);
    System.out.printf(Locale.ROOT, "%-34s", row.name());
    for (int i = 0; i < threads.length; i++) {
      double best = best(kernel, operands, threads[i]);
      double rate = flops / best / 1e9;
      System.out.printf(
          Locale.ROOT,
          "  | %d: %9.3f ms %6.1f GFLOP/s %3.0f %%",
          threads[i],
          best * 1e3,
          rate,
          100 * rate / peaks[i]);
    }
    System.out.println();
  }

  private double best(TaskKernel kernel, Operands operands, int threads) {
    Span scratch = aligned(kernel.footprint().scratch(), 0);
    Job job = kernel.on(operands);
    try (Workers workers = new Workers(threads)) {
      long end = System.nanoTime() + (long) (seconds * 1e9);
      double best = Double.POSITIVE_INFINITY;
      for (int i = 0; i < 3 || System.nanoTime() < end; i++) {
        long begin = System.nanoTime();
        workers.execute(job, scratch);
        best = Math.min(best, (System.nanoTime() - begin) * 1e-9);
      }
      return best;
    }
  }

  private Op packed(Op op, List<Shape> inputs) {
    Optional<Layout> layout = providers.chosen().layout(Signature.of(op, inputs), true);
    layout.ifPresent(l -> inputs.set(1, l.shape()));
    return layout.isPresent() ? ((Contraction) op).with(layout) : op;
  }

  private static Operands operands(Kernel kernel, List<Shape> inputs, Shape out) {
    Rng random = new Rng(1);
    Span[] in = new Span[inputs.size()];
    for (int i = 0; i < in.length; i++) {
      in[i] = aligned(inputs.get(i).elements(), i == 0 ? kernel.footprint().zeros() : 0);
      for (int j = 0; j < in[i].length(); j++) {
        in[i].array()[in[i].offset() + j] = random.nextFloat(-1, 1);
      }
    }
    return new Operands(in, aligned(out.elements(), 0), aligned(kernel.footprint().workspace(), 0));
  }

  /** Returns memory that begins aligned, so many zeros before it. */
  private static Span aligned(int length, int zeros) {
    int before = (zeros + 15) / 16 * 16;
    Span all = Span.aligned(before + length);
    return new Span(all.array(), all.offset() + before, length);
  }

  private static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    rows.add(conv("conv 3×3 256→256 @56² b1", THREE, 1, 56, 256, 256));
    rows.add(conv("conv 3×3 256→256 @56² b8", THREE, 8, 56, 256, 256));
    rows.add(conv("conv 3×3 128→128 @28² b16", THREE, 16, 28, 128, 128));
    rows.add(conv("conv 3×3 64→64 @224² b4", THREE, 4, 224, 64, 64));
    rows.add(conv("conv 3×3 64→64 @56² b1", THREE, 1, 56, 64, 64));
    rows.add(conv("conv 3×3 128→128 @28² b1", THREE, 1, 28, 128, 128));
    rows.add(conv("conv 3×3 256→256 @14² b1", THREE, 1, 14, 256, 256));
    rows.add(conv("conv 3×3 512→512 @7² b1", THREE, 1, 7, 512, 512));
    rows.add(conv("conv 1×1 64→256 @56² b16", ONE, 16, 56, 64, 256));
    rows.add(conv("conv 1×1 256→64 @56² b16", ONE, 16, 56, 256, 64));
    rows.add(conv("conv 7×7/2 3→64 @224² b4", SEVEN, 4, 224, 3, 64));
    rows.add(product("matmul 1024³", false, false, 1024, 1024, 1024));
    rows.add(product("matmul 2048³", false, false, 2048, 2048, 2048));
    rows.add(product("matmul Aᵀ 1024³", true, false, 1024, 1024, 1024));
    rows.addAll(gradients());
    rows.addAll(depthwise());
    rows.addAll(firstLayers());
    rows.addAll(moving());
    rows.addAll(batchNorms(112, 64));
    rows.addAll(batchNorms(14, 1024));
    rows.addAll(lenet());
    return rows;
  }

  private static Row conv(String name, Window2d v, int n, int size, int in, int out) {
    Shape w = Shape.of(v.kernelHeight(), v.kernelWidth(), in, out);
    return new Row(name, new Conv2d(v, 1), List.of(Shape.of(n, size, size, in), w));
  }

  private static Row product(String name, boolean ta, boolean tb, int m, int k, int n) {
    Shape a = ta ? Shape.of(k, m) : Shape.of(m, k);
    Shape b = tb ? Shape.of(n, k) : Shape.of(k, n);
    return new Row(name, new MatMul(ta, tb), List.of(a, b));
  }

  private static Row gradient(String name, Window2d v, int n, int size, int in, int out) {
    Shape x = Shape.of(n, size, size, in);
    Contraction op = new ConvWeightGradient(v, 1);
    int small = v.outputHeight(size);
    return new Row(name, op, List.of(x, Shape.of(n, small, small, out)));
  }

  private static Row transposed(String name, Window2d v, int n, int size, int in, int out) {
    int small = v.outputHeight(size);
    Shape w = Shape.of(v.kernelHeight(), v.kernelWidth(), in, out);
    Contraction op = new ConvTranspose2d(v, 1, size, size);
    return new Row(name, op, List.of(Shape.of(n, small, small, out), w));
  }

  private static List<Row> gradients() {
    return List.of(
        transposed("dX 3×3 256→256 @56² b8", THREE, 8, 56, 256, 256),
        transposed("dX 3×3/2 128→128 @56² b8", THREE.stride(2, 2), 8, 56, 128, 128),
        gradient("dW 3×3 256→256 @56² b8", THREE, 8, 56, 256, 256),
        gradient("dW 3×3 128→128 @28² b16", THREE, 16, 28, 128, 128),
        gradient("dW 3×3 512→512 @7² b16", THREE, 16, 7, 512, 512),
        gradient("dW 3×3 64→64 @224² b4", THREE, 4, 224, 64, 64),
        gradient("dW 1×1 64→256 @56² b16", ONE, 16, 56, 64, 256),
        gradient("dW 1×1 256→64 @56² b16", ONE, 16, 56, 256, 64),
        gradient("dW 1×1 128→512 @28² b16", ONE, 16, 28, 128, 512),
        gradient("dW 1×1 1024→256 @14² b16", ONE, 16, 14, 1024, 256),
        gradient("dW 1×1 512→512 @14² b16", ONE, 16, 14, 512, 512),
        gradient("dW 1×1 512→2048 @7² b16", ONE, 16, 7, 512, 2048),
        gradient("dW 3×3/2 64→128 @56² b16", THREE_HALVED, 16, 56, 64, 128),
        gradient("dW 3×3/2 256→512 @14² b16", THREE_HALVED, 16, 14, 256, 512),
        gradient("dW 7×7/2 3→64 @224² b4", SEVEN, 4, 224, 3, 64));
  }

  private static List<Row> depthwise() {
    List<Row> rows = new ArrayList<>();
    Window2d two = THREE.stride(2, 2);
    rows.addAll(depthwise("3×3 128 @56² b8", THREE, Shape.of(8, 56, 56, 128), 56));
    rows.addAll(depthwise("3×3 32 @112² b16", THREE, Shape.of(16, 112, 112, 32), 112));
    rows.addAll(depthwise("3×3/2 64 @112² b16", two, Shape.of(16, 112, 112, 64), 56));
    rows.addAll(depthwise("3×3 512 @14² b16", THREE, Shape.of(16, 14, 14, 512), 14));
    return rows;
  }

  private static List<Row> depthwise(String name, Window2d v, Shape x, int size) {
    int c = x.dim(3);
    Shape w = Shape.of(3, 3, 1, c);
    Shape y = x.withDim(1, size).withDim(2, size);
    Op back = new ConvTranspose2d(v, c, x.dim(1), x.dim(2));
    return List.of(
        new Row("depthwise " + name, new Conv2d(v, c), List.of(x, w)),
        new Row("depthwise dX " + name, back, List.of(y, w)),
        new Row("depthwise dW " + name, new ConvWeightGradient(v, c), List.of(x, y)));
  }

  private static List<Row> firstLayers() {
    Window2d eleven = Window2d.of(11, 11).stride(4, 4);
    Window2d two = THREE.stride(2, 2);
    return List.of(
        conv("conv 3×3 3→64 @224² b8", THREE, 8, 224, 3, 64),
        conv("conv 3×3/2 3→32 @224² b16", two, 16, 224, 3, 32),
        conv("conv 3×3 1→32 @256² b8", THREE, 8, 256, 1, 32),
        conv("conv 11×11/4 3→96 @227² b16", eleven, 16, 227, 3, 96),
        gradient("dW 3×3 3→64 @224² b8", THREE, 8, 224, 3, 64),
        gradient("dW 3×3/2 3→32 @224² b16", two, 16, 224, 3, 32),
        gradient("dW 3×3 1→32 @256² b8", THREE, 8, 256, 1, 32),
        gradient("dW 11×11/4 3→96 @227² b16", eleven, 16, 227, 3, 96));
  }

  /** Work that memory bounds, whose GFLOP/s say little. */
  private static List<Row> moving() {
    Shape maps = Shape.of(8, 224, 224, 64);
    Shape halves = Shape.of(8, 112, 112, 64);
    Shape logits = Shape.of(8, 256, 256, 2);
    var norm = new Normalization.LocalResponseNorm(5, 1e-4f, 0.75f, 1);
    Shape responses = Shape.of(16, 55, 55, 96);
    return List.of(
        new Row("max pool 2×2 64 @224² b8", new Pooling.MaxPool(PAIRS), List.of(maps)),
        new Row("max pool dX", new Pooling.MaxPoolGradient(PAIRS), List.of(maps, halves)),
        new Row("log-softmax of 2 @256² b8", new Normalization.LogSoftmax(), List.of(logits)),
        new Row("response norm 96 @55² b16", norm, List.of(responses)),
        new Row(
            "response norm dX",
            new Normalization.LocalResponseNormGradient(norm),
            List.of(responses, responses)));
  }

  private static List<Row> batchNorms(int size, int channels) {
    Shape x = Shape.of(16, size, size, channels);
    Shape moments = Shape.of(2, channels);
    Shape c = Shape.of(channels);
    String name = " %s @%s² b16".formatted(channels, size);
    return List.of(
        new Row("batch moments" + name, new Normalization.BatchMoments(), List.of(x)),
        new Row("batch norm" + name, new Normalization.BatchNorm(1e-5f), List.of(x, moments, c, c)),
        new Row(
            "batch norm sums" + name,
            new Normalization.BatchNormSums(1e-5f, true),
            List.of(x, moments, x, c, c)));
  }

  private static List<Row> lenet() {
    Shape maps = Shape.of(128, 28, 28, 6);
    Shape halves = Shape.of(128, 14, 14, 6);
    Op tanh = new Elementwise.Activate(Activation.TANH);
    Op slope = new Elementwise.ActivateGradient(Activation.TANH);
    return List.of(
        conv("LeNet conv1", FIVE_SAME, 128, 28, 1, 6),
        gradient("LeNet conv1 dW", FIVE_SAME, 128, 28, 1, 6),
        conv("LeNet conv2", FIVE, 128, 14, 6, 16),
        transposed("LeNet conv2 dX", FIVE, 128, 14, 6, 16),
        gradient("LeNet conv2 dW", FIVE, 128, 14, 6, 16),
        product("LeNet dense1", false, false, 128, 400, 120),
        product("LeNet dense1 dX", false, true, 128, 120, 400),
        product("LeNet dense1 dW", true, false, 400, 128, 120),
        product("LeNet dense2", false, false, 128, 120, 84),
        product("LeNet dense3", false, false, 128, 84, 10),
        new Row("LeNet tanh 28²×6", tanh, List.of(maps)),
        new Row("LeNet tanh gradient", slope, List.of(maps, maps)),
        new Row("LeNet average pool", new Pooling.AveragePool(PAIRS, false), List.of(maps)),
        new Row(
            "LeNet average pool gradient",
            new Pooling.AveragePoolGradient(PAIRS, false, 28, 28),
            List.of(halves)),
        new Row(
            "LeNet bias gradient",
            new Reduction(Reduction.Kind.SUM, Ints.of(0, 1, 2)),
            List.of(maps)));
  }
}
