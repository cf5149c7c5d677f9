package dev.fovea.simd;

import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import dev.fovea.engine.runtime.Workers;
import dev.fovea.op.Contraction.Conv2d;
import dev.fovea.op.Contraction.ConvTranspose2d;
import dev.fovea.op.Contraction.ConvWeightGradient;
import dev.fovea.op.ConvolutionAlgorithm;
import dev.fovea.op.Epilogue;
import dev.fovea.op.Window2d;
import dev.fovea.simd.ConvolutionChoice.Work;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Shape;
import java.util.Arrays;

/**
 * Prints the time of 3×3 convolutions by definition, F(4×4) and F(2×2), taken in turn in one run,
 * beside what the cost model says. Arguments: seconds per row, threads, a regular expression for
 * the rows.
 *
 * <p>A row is the work (inference, or a training step's forward, data or weights), then N, H, C, K
 * of the layer. Each time is the tenth percentile, since other work on the machine only adds to it;
 * the last column is how much slower the chosen algorithm was than the fastest. The layers are
 * those of VGG-16, ResNet-18 and 50, and U-Net.
 */
final class ConvolutionTable {
  private static final int[][] LAYERS = {
    {56, 64, 64},
    {28, 128, 128},
    {14, 256, 256},
    {7, 512, 512},
    {224, 64, 64},
    {112, 64, 128},
    {112, 128, 128},
    {56, 128, 256},
    {56, 256, 256},
    {28, 256, 512},
    {28, 512, 512},
    {14, 512, 512},
    {256, 32, 32},
    {128, 32, 64},
    {128, 64, 64},
    {64, 64, 128},
    {64, 128, 128},
    {32, 128, 256},
    {32, 256, 256},
    {16, 256, 512},
    {16, 512, 512},
    {32, 512, 256},
    {64, 256, 128},
    {128, 128, 64},
    {256, 64, 32}
  };

  /** Multiply-adds of the definition above which a row takes too long to be repeated. */
  private static final double MOST = 2e10;

  /** Floats of weights that are taken in turn, so that they come from memory as in a network. */
  private static final int CACHE = 16 << 20;

  private final Workers workers;
  private final double seconds;

  private ConvolutionTable(Workers workers, double seconds) {
    this.workers = workers;
    this.seconds = seconds;
  }

  /** Prints the table. */
  public static void main(String[] args) {
    double seconds = args.length > 0 ? Double.parseDouble(args[0]) : 1;
    int threads = args.length > 1 ? Integer.parseInt(args[1]) : 2;
    String rows = args.length > 2 ? args[2] : ".*";
    System.out.println(
        "work N,H,C,K: ms direct F4 F2; direct ÷ F4, F2 measured; modelled; choice; its loss");
    try (Workers workers = new Workers(threads)) {
      for (Work work : Work.values()) {
        new ConvolutionTable(workers, 4).times(new Layer(work, 1, 28, 64, 64));
      }
      ConvolutionTable table = new ConvolutionTable(workers, seconds);
      for (int n : new int[] {1, 8, 16}) {
        for (int[] layer : LAYERS) {
          for (Work work : Work.values()) {
            table.row(work, n, layer[0], layer[1], layer[2], rows);
          }
        }
      }
    }
  }

  private void row(Work work, int n, int size, int in, int out, String rows) {
    String name = work + " " + n + "," + size + "," + in + "," + out;
    if (!name.matches(rows) || 9.0 * n * size * size * in * out > MOST) {
      return;
    }
    Layer layer = new Layer(work, n, size, in, out);
    double[] ms = times(layer);
    Sliding s = layer.sliding();
    double direct = ConvolutionChoice.direct(s, work);
    double four = ConvolutionChoice.cost(s, WinogradTile.FOUR, work);
    double two = ConvolutionChoice.cost(s, WinogradTile.TWO, work);
    var choice = ConvolutionChoice.cheapest(s, work);
    double taken = ms[choice.map(t -> t == WinogradTile.FOUR ? 1 : 2).orElse(0)];
    double best = Math.min(ms[0], Math.min(ms[1], ms[2]));
    System.out.printf(
        "%-26s %8.3f %8.3f %8.3f; %4.2f %4.2f; %4.2f %4.2f; %-6s %3.0f %%%n",
        name,
        ms[0],
        ms[1],
        ms[2],
        ms[0] / ms[1],
        ms[0] / ms[2],
        direct / four,
        direct / two,
        choice.map(Enum::name).orElse("direct"),
        100 * (taken / best - 1));
  }

  /** One convolution and the kernels that may compute it. */
  private record Layer(Work work, int n, int size, int in, int out) {
    private static final Window2d SAME = Window2d.of(3, 3).padding(1, 1, 1, 1);

    Shape x() {
      return Shape.of(n, size, size, in);
    }

    Shape y() {
      return Shape.of(n, size, size, out);
    }

    Shape weights() {
      return Shape.of(3, 3, in, out);
    }

    Conv2d conv() {
      return new Conv2d(SAME, 1);
    }

    ConvTranspose2d transpose() {
      return new ConvTranspose2d(SAME, 1, size, size);
    }

    Sliding sliding() {
      return work == Work.DATA
          ? Sliding.of(transpose(), y(), weights(), x())
          : Sliding.of(conv(), x(), weights(), y());
    }

    private static Contractions contractions() {
      return new Contractions(new ConvolutionChoice(ConvolutionAlgorithm.AUTO), Micros.VECTORS);
    }

    Panels panels() {
      return work == Work.DATA
          ? contractions().panels(transpose(), weights())
          : contractions().panels(conv(), weights());
    }

    boolean packed() {
      return work == Work.INFERENCE;
    }

    TaskKernel direct() {
      if (work == Work.WEIGHTS) {
        ConvWeightGradient op = new ConvWeightGradient(SAME, 1);
        return CorrelationKernel.of(Correlation.of(op, x(), y()), Micros.VECTORS);
      }
      return new SlidingKernel(sliding(), panels(), Epilogue.NONE, packed());
    }

    TaskKernel winograd(WinogradTile tile) {
      if (work == Work.WEIGHTS) {
        return new WinogradGradientKernel(WinogradSums.of(sliding(), tile, Micros.VECTORS));
      }
      WinogradWeights w = new WinogradWeights(panels(), tile, sliding().rotated());
      return new WinogradKernel(sliding(), w, Epilogue.NONE, packed());
    }

    int results() {
      return switch (work) {
        case WEIGHTS -> weights().elements();
        case DATA -> x().elements();
        default -> y().elements();
      };
    }

    /** Returns the floats of the second input, transformed or packed ahead in inference. */
    int second(int kernel) {
      if (work == Work.WEIGHTS) {
        return y().elements();
      }
      if (!packed()) {
        return weights().elements();
      }
      WinogradTile tile = kernel == 1 ? WinogradTile.FOUR : WinogradTile.TWO;
      return kernel == 0 ? panels().size() : new WinogradWeights(panels(), tile, false).size();
    }
  }

  private double[] times(Layer layer) {
    TaskKernel[] kernels = {
      layer.direct(), layer.winograd(WinogradTile.FOUR), layer.winograd(WinogradTile.TWO)
    };
    Operands[][] operands = new Operands[kernels.length][];
    Span[] scratch = new Span[kernels.length];
    Span first = random((layer.work() == Work.DATA ? layer.y() : layer.x()).elements(), 1 << 17);
    for (int i = 0; i < kernels.length; i++) {
      int second = layer.second(i);
      int copies = layer.work() == Work.WEIGHTS ? 1 : Ranges.clamp(CACHE / second + 1, 2, 64);
      Span result = random(layer.results(), 0);
      Span workspace = random(kernels[i].footprint().workspace(), 0);
      operands[i] = new Operands[copies];
      for (int c = 0; c < copies; c++) {
        operands[i][c] = new Operands(new Span[] {first, random(second, 0)}, result, workspace);
      }
      scratch[i] = random(kernels[i].footprint().scratch(), 0);
    }
    return measured(kernels, operands, scratch);
  }

  private double[] measured(TaskKernel[] kernels, Operands[][] operands, Span[] scratch) {
    double[][] times = new double[kernels.length][10_000];
    int count = 0;
    long begin = System.nanoTime();
    boolean warm = false;
    while (count < 5 || (System.nanoTime() - begin < seconds * 1e9 && count < 10_000)) {
      if (!warm && System.nanoTime() - begin > seconds * 4e8) {
        warm = true;
        count = 0;
      }
      for (int i = 0; i < kernels.length; i++) {
        Operands on = operands[i][count % operands[i].length];
        long start = System.nanoTime();
        workers.execute(kernels[i].on(on), scratch[i]);
        times[i][count] = (System.nanoTime() - start) * 1e-6;
      }
      count++;
    }
    int n = count;
    return Arrays.stream(times)
        .mapToDouble(t -> Arrays.stream(t, 0, n).sorted().toArray()[n / 10])
        .toArray();
  }

  private static Span random(int length, int before) {
    int offset = before + 12;
    float[] f = new float[offset + length + 64];
    Rng random = new Rng(1);
    for (int i = 0; i < length; i++) {
      f[offset + i] = random.nextFloat(-1, 1);
    }
    return new Span(f, offset, length);
  }
}
