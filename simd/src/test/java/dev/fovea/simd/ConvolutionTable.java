package dev.fovea.simd;

import dev.fovea.kernel.Kernel;
import dev.fovea.kernel.Operands;
import dev.fovea.kernel.Span;
import dev.fovea.op.Contraction.Conv2d;
import dev.fovea.op.Epilogue;
import dev.fovea.op.Window2d;
import dev.fovea.runtime.Workers;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Shape;
import java.util.Arrays;

/**
 * Prints the speed of 3×3 convolutions by definition, F(4×4) and F(2×2), taken in turn in one run,
 * and what the cost model says. Arguments: seconds per row, then numbers of threads.
 *
 * <p>GFLOP/s count the definition's operations, so that they compare. Each figure is the median.
 */
final class ConvolutionTable {
  private static final int[][] ROWS = {
    {1, 56, 64, 64},
    {1, 28, 128, 128},
    {1, 14, 256, 256},
    {1, 7, 512, 512},
    {8, 56, 256, 256},
    {4, 224, 64, 64},
    {16, 28, 128, 128},
    {16, 14, 512, 512},
    {16, 7, 512, 512},
    {4, 112, 32, 32},
    {4, 112, 16, 16}
  };

  private ConvolutionTable() {}

  /** Prints the table. */
  public static void main(String[] args) {
    double seconds = args.length > 0 ? Double.parseDouble(args[0]) : 1;
    int[] threads =
        args.length > 1
            ? Arrays.stream(args).skip(1).mapToInt(Integer::parseInt).toArray()
            : new int[] {1, 2};
    System.out.println("N,H,C,K; threads: GFLOP/s of the definition, F(4×4) and F(2×2); model");
    for (int[] row : ROWS) {
      for (int t : threads) {
        System.out.println(Arrays.toString(row) + "; " + t + ": " + measure(row, t, seconds));
      }
    }
  }

  private static String measure(int[] row, int threads, double seconds) {
    Conv2d op = new Conv2d(Window2d.of(3, 3).padding(1, 1, 1, 1), 1);
    Shape x = Shape.of(row[0], row[1], row[1], row[2]);
    Shape w = Shape.of(3, 3, row[2], row[3]);
    Shape y = x.withDim(3, row[3]);
    Sliding s = Sliding.of(op, x, w, y);
    Panels panels = Contractions.panels(op, w);
    WinogradWeights four = new WinogradWeights(panels, WinogradTile.FOUR, false);
    WinogradWeights two = new WinogradWeights(panels, WinogradTile.TWO, false);
    Kernel[] kernels = {
      new SlidingKernel(s, panels, Epilogue.NONE, true),
      new WinogradKernel(s, four, Epilogue.NONE, true),
      new WinogradKernel(s, two, Epilogue.NONE, true)
    };
    int[] sizes = {panels.size(), four.size(), two.size()};
    double[] ms = medians(kernels, sizes, x, y, threads, seconds);
    double flops = op.flops(java.util.List.of(x, w), y);
    return String.format(
        "%5.0f %5.0f %5.0f   ratios %.2f %.2f   model %.2f %.2f %s",
        flops / ms[0] / 1e6,
        flops / ms[1] / 1e6,
        flops / ms[2] / 1e6,
        ms[0] / ms[1],
        ms[0] / ms[2],
        ConvolutionChoice.direct(s) / ConvolutionChoice.cost(s, WinogradTile.FOUR),
        ConvolutionChoice.direct(s) / ConvolutionChoice.cost(s, WinogradTile.TWO),
        ConvolutionChoice.choose(s).map(Enum::name).orElse("direct"));
  }

  private static double[] medians(
      Kernel[] kernels, int[] weights, Shape x, Shape y, int threads, double seconds) {
    Operands[] operands = new Operands[kernels.length];
    Span[] scratch = new Span[kernels.length];
    Span image = random(x.elements(), 1 << 16);
    Span result = random(y.elements(), 0);
    for (int i = 0; i < kernels.length; i++) {
      Span[] in = {image, random(weights[i], 0)};
      operands[i] = new Operands(in, result, random(kernels[i].workspace(), 0));
      scratch[i] = random(kernels[i].scratch(), 0);
    }
    double[][] times = new double[kernels.length][10_000];
    int count = 0;
    try (Workers workers = new Workers(threads)) {
      long begin = System.nanoTime();
      boolean warm = false;
      while (count < 5 || System.nanoTime() - begin < seconds * 1e9) {
        if (!warm && System.nanoTime() - begin > seconds * 4e8) {
          warm = true;
          count = 0;
        }
        for (int i = 0; i < kernels.length; i++) {
          long start = System.nanoTime();
          workers.run(kernels[i], operands[i], scratch[i]);
          times[i][count % 10_000] = (System.nanoTime() - start) * 1e-6;
        }
        count++;
      }
    }
    int n = Math.min(count, 10_000);
    return Arrays.stream(times)
        .mapToDouble(t -> Arrays.stream(t, 0, n).sorted().toArray()[n / 2])
        .toArray();
  }

  private static Span random(int length, int before) {
    int offset = before + 12;
    float[] f = new float[Math.max(offset + length, 1 << 20)];
    Rng random = new Rng(1);
    for (int i = 0; i < length; i++) {
      f[offset + i] = random.nextFloat(-1, 1);
    }
    return new Span(f, offset, length);
  }
}
