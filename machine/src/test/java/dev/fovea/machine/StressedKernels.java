package dev.fovea.machine;

import dev.fovea.engine.kernel.Span;
import dev.fovea.machine.assembler.Width;
import dev.fovea.machine.kernel.ByteInstructions;
import dev.fovea.machine.memory.Processor;
import dev.fovea.simd.Bounds;
import dev.fovea.simd.ByteMicros;
import dev.fovea.simd.Micro;
import dev.fovea.simd.Micros;
import dev.fovea.simd.PairMicros;
import dev.fovea.simd.Products;
import dev.fovea.tensor.Rng;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;

/**
 * Calls kernels on arrays of the heap from two threads while garbage is collected: a program of its
 * own, whose collector its caller chooses.
 */
final class StressedKernels {
  private static final int K = 64;
  private static final int ROWS = 6;
  private static final long NANOS = 300_000_000;

  private static final int W = ROWS * K;

  private static final List<Kind> KINDS =
      List.of(
          (m, f, y) -> m.product(products(m, f, y), ROWS, K, 0, 0, 0, 0),
          (m, f, y) -> m.product(products(m, f, y).plus(Span.of(f)), ROWS, K, 0, 0, 0, 0),
          (m, f, y) -> m.rows(ROWS, K, f, 0, offsets(), 0, f, W, y, 0),
          (m, f, y) -> m.gather(ROWS, K, f, offsets(), 0, places(), f, W, y, 0),
          (m, f, y) -> m.outer(ROWS, K, f, 0, ROWS, f, W, m.columns(), y, 0));

  /** How often each kind was tried, and how often it was wrong. */
  private final Map<String, LongAdder> calls = new ConcurrentHashMap<>();

  private final Map<String, LongAdder> wrong = new ConcurrentHashMap<>();

  private StressedKernels() {}

  /** Returns what a tile multiplies: rows of f, and the panel behind them. */
  private static Products products(Micro m, float[] f, float[] y) {
    Span x = Span.of(f);
    return Products.of(x, K, x.after(W), x, Span.of(y), m.columns()).within(Bounds.RELU);
  }

  /** Says whether all results were right, and of which kinds. */
  public static void main(String[] args) throws InterruptedException {
    StressedKernels all = new StressedKernels();
    Thread[] threads = {new Thread(() -> all.compute(1)), new Thread(() -> all.compute(2))};
    for (Thread t : threads) {
      t.start();
    }
    for (Thread t : threads) {
      while (t.isAlive()) {
        System.gc();
        t.join(1);
      }
    }
    System.out.println(
        all.wrong.isEmpty()
            ? "all right: " + String.join(", ", all.calls.keySet().stream().sorted().toList())
            : "wrong: " + all.wrong + " of " + all.calls);
  }

  private void compute(int seed) {
    Map<String, BooleanSupplier> trials = new LinkedHashMap<>(products(seed));
    trials.putAll(others());
    long end = System.nanoTime() + NANOS;
    while (System.nanoTime() < end) {
      trials.forEach((kind, trial) -> {
        count(calls, kind);
        if (!trial.getAsBoolean()) {
          count(wrong, kind);
        }
      });
    }
  }

  private static void count(Map<String, LongAdder> counts, String kind) {
    counts.computeIfAbsent(kind, _ -> new LongAdder()).increment();
  }

  /** Each trial takes new arrays, which a collector moves while kernels are called. */
  private static Map<String, BooleanSupplier> products(int seed) {
    Micro micro = Shapes.ofFloats().toList().getLast().micro();
    int n = micro.columns();
    Micro plain = PlainMicro.ofFloats(n);
    float[] first = numbers(new Rng(seed), K * (ROWS + n));
    List<float[]> expected = KINDS.stream().map(kind -> sums(kind, plain, first)).toList();
    return Map.of(
        "floats",
        () -> {
          float[] f = numbers(new Rng(seed), K * (ROWS + n));
          boolean right = true;
          for (int i = 0; i < KINDS.size(); i++) {
            right &= Arrays.equals(sums(KINDS.get(i), micro, f), expected.get(i));
          }
          return right;
        });
  }

  /** Returns the trials of all other kernels that this machine's processor has. */
  private static Map<String, BooleanSupplier> others() {
    Processor here = Processor.ofMachine();
    Map<String, BooleanSupplier> trials = new LinkedHashMap<>();
    MachineMicro tiles = Shapes.ofFloats().toList().getLast().micro();
    trials.put("tiles of all kinds", () -> SelfTest.passes(tiles));
    trials.put("bytes", trialOfBytes(ByteInstructions.WORDS_256));
    trials.put("windows", trialOfWindows(Width.BITS_256, false));
    if (here.avx512()) {
      trials.put("bytes of AVX-512", trialOfBytes(ByteInstructions.WORDS_512));
      trials.put("windows of AVX-512", trialOfWindows(Width.BITS_512, true));
      MachineRowLoops rows = new MachineRowLoops(Width.BITS_512);
      trials.put("rows", () -> SelfTest.passes(rows, Width.BITS_512.floats()));
    }
    if (here.vnni()) {
      trials.put("bytes and windows of VNNI", trialOfBytes(ByteInstructions.VNNI));
    }
    if (here.bfloat16()) {
      List<Micro> micros = new ArrayList<>();
      Shapes.ofPairs().forEach(s -> micros.add(s.micro()));
      PairMicros pairs = new PairMicros(micros.get(0), micros.get(1), new MachineRounding());
      trials.put("bfloat16", () -> SelfTest.passes(pairs));
    }
    return trials;
  }

  private static BooleanSupplier trialOfBytes(ByteInstructions by) {
    boolean hasWindows = by == ByteInstructions.VNNI;
    ByteMicros bytes =
        new ByteMicros(
            new MachineProducts(by),
            hasWindows ? Optional.of(new MachineWindows()) : Optional.empty());
    return () -> SelfTest.passes(bytes);
  }

  private static BooleanSupplier trialOfWindows(Width width, boolean avx512) {
    MachineFloatWindows windows = new MachineFloatWindows(Micros.VECTORS.windows(), width, avx512);
    return () -> SelfTest.passes(windows, width.floats());
  }

  /** A kind of kernel, which makes a tile of sums of numbers: rows first, the panel behind them. */
  @FunctionalInterface
  private interface Kind {
    void run(Micro micro, float[] f, float[] y);
  }

  private static float[] sums(Kind kind, Micro micro, float[] f) {
    float[] y = new float[ROWS * micro.columns()];
    kind.run(micro, f, y);
    return y;
  }

  /** Returns where rows begin, as kernels take it. */
  private static float[] offsets() {
    float[] o = new float[ROWS];
    for (int r = 0; r < ROWS; r++) {
      o[r] = Float.intBitsToFloat(r * K);
    }
    return o;
  }

  private static int[] places() {
    int[] t = new int[K];
    Arrays.setAll(t, i -> i);
    return t;
  }

  private static float[] numbers(Rng rng, int n) {
    float[] f = new float[n];
    for (int i = 0; i < n; i++) {
      f[i] = rng.nextFloat(-1, 1);
    }
    return f;
  }
}
