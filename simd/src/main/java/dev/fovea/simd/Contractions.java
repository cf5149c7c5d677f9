package dev.fovea.simd;

import dev.fovea.engine.kernel.Kernel;
import dev.fovea.engine.kernel.Signature;
import dev.fovea.op.Contraction;
import dev.fovea.op.Contraction.Conv2d;
import dev.fovea.op.Contraction.ConvTranspose2d;
import dev.fovea.op.Contraction.ConvWeightGradient;
import dev.fovea.op.Contraction.MatMul;
import dev.fovea.op.Epilogue;
import dev.fovea.op.Layout;
import dev.fovea.op.Movement;
import dev.fovea.simd.ConvolutionChoice.Work;
import dev.fovea.tensor.Shape;
import java.util.List;
import java.util.Optional;

/** Chooses, per shape, the kernel of a contraction and the layout of its second factor. */
record Contractions(ConvolutionChoice choice, Micros micros) {
  /** Multiply-adds, without the taps, that are worth to have kernels compiled beforehand. */
  private static final double LARGE = 2e6;

  /** Fewer products of a sum, or sums of a row, are as fast in floats. */
  private static final int PAIRED = 32;

  private static final int PAIRED_COLUMNS = 16;

  /** Below so many channels the rows of a tile are pairs of a tap and a channel. */
  private static final int FEW_CHANNELS = 8;

  Optional<Kernel> kernel(Contraction op, List<Shape> in, Shape out) {
    return switch (op) {
      case MatMul m -> product(m, in, out);
      case Conv2d c -> Optional.of(convolution(c, in, out));
      case ConvTranspose2d t -> Optional.of(transposed(t, in, out));
      case ConvWeightGradient g -> Optional.of(weightGradient(g, in.get(0), in.get(1)));
    };
  }

  private Kernel weightGradient(ConvWeightGradient op, Shape x, Shape dy) {
    Sliding s = WinogradSums.sliding(op, x, dy);
    Optional<WinogradTile> tile = choice.choose(s, Work.WEIGHTS);
    if (tile.isPresent()) {
      return new WinogradGradientKernel(WinogradSums.of(s, tile.get(), micros));
    }
    Correlation c = Correlation.of(op, x, dy);
    return DepthwiseGradientKernel.suits(c) ? new DepthwiseGradientKernel(c) : correlation(c);
  }

  /** Returns the layout that an op wants its weights in, if that is not the plain one. */
  Optional<Layout> layout(Signature signature, boolean fixed) {
    List<Shape> in = signature.inputs();
    Shape out = signature.output();
    return switch (signature.op()) {
      // Packing takes as long as many products of few rows: only where it is done once.
      case MatMul m when !fixed && ThinKernel.suits(m, in.get(0), in.get(1)) -> Optional.empty();
      case MatMul m when !m.transposeA() && in.get(1).rank() == 2 ->
          Optional.of(layout(panels(m, in.get(1)), in.get(1)));
      case Conv2d c -> {
        Sliding s = Sliding.of(c, in.get(0), in.get(1), out);
        yield layout(s, panels(c, in.get(1)), in.get(1), fixed ? Work.INFERENCE : Work.FORWARD);
      }
      case ConvTranspose2d t -> {
        Sliding s = Sliding.of(t, in.get(0), in.get(1), out);
        if (spreads(t, s, in.get(0), in.get(1))) {
          yield Optional.empty();
        }
        yield layout(s, panels(t, in.get(1)), in.get(1), fixed ? Work.INFERENCE : Work.DATA);
      }
      default -> Optional.empty();
    };
  }

  private Optional<Layout> layout(Sliding s, Panels p, Shape plain, Work work) {
    if (DepthwiseKernel.suits(s)) {
      return Optional.empty();
    }
    Optional<WinogradTile> tile = choice.choose(s, work);
    if (tile.isPresent()) {
      return tile.map(t -> new WinogradWeights(p, t, s.rotated()).layout(plain));
    }
    if (PlanarKernel.suits(s)) {
      return Optional.of(p.planar(micros).layout(Panels.PLANAR, plain));
    }
    return Optional.of(PatchKernel.suits(s) ? p.layout(Panels.PLAIN, plain) : layout(p, plain));
  }

  private Layout layout(Panels p, Shape plain) {
    return ofPairs(p)
        .map(pairs -> pairs.layout(Panels.PAIRS, plain))
        .orElseGet(() -> p.layout(Panels.PLAIN, plain));
  }

  /** Returns panels of pairs if these are better in bfloat16. */
  private Optional<Panels> ofPairs(Panels p) {
    boolean large = p.inner() % 2 == 0 && p.inner() >= PAIRED && p.columns() >= PAIRED_COLUMNS;
    return large ? micros.pairs().map(p::ofPairs) : Optional.empty();
  }

  /** Returns the kernel that brings weights into a layout. */
  Optional<Kernel> packing(Movement.Pack pack) {
    Layout layout = pack.layout();
    Shape plain = layout.plain();
    Optional<Panels> panels =
        switch (pack.consumer()) {
          case MatMul m -> Optional.of(panels(m, plain));
          case Conv2d c -> Optional.of(panels(c, plain));
          case ConvTranspose2d t -> Optional.of(panels(t, plain));
          default -> Optional.empty();
        };
    Optional<WinogradTile> tile = WinogradWeights.tile(layout);
    if (tile.isPresent()) {
      boolean rotated = pack.consumer() instanceof ConvTranspose2d;
      return panels.map(p -> new WinogradPackKernel(new WinogradWeights(p, tile.get(), rotated)));
    }
    return panels.map(p -> new PackKernel(in(layout, p)));
  }

  /** Returns panels as a layout has them. */
  private Panels in(Layout layout, Panels p) {
    return switch (layout.name()) {
      case Panels.PLANAR -> p.planar(micros);
      case Panels.PAIRS -> p.ofPairs(micros.pairs().orElseThrow());
      default -> p;
    };
  }

  Panels panels(MatMul m, Shape b) {
    int k = b.dim(m.transposeB() ? -1 : -2);
    int n = b.dim(m.transposeB() ? -2 : -1);
    int batch = k * n == 0 ? 1 : b.elements() / (k * n);
    int inner = m.transposeB() ? 1 : n;
    int column = m.transposeB() ? k : 1;
    return new Panels(micros.forColumns(n), batch, 1, k, n, k * n, 0, inner, column);
  }

  Panels panels(Conv2d c, Shape w) {
    int k = w.dim(3) / c.groups();
    int taps = w.dim(0) * w.dim(1);
    int tap = w.dim(2) * w.dim(3);
    return new Panels(micros.forColumns(k), c.groups(), taps, w.dim(2), k, k, tap, w.dim(3), 1);
  }

  Panels panels(ConvTranspose2d t, Shape w) {
    int k = w.dim(3) / t.groups();
    int taps = w.dim(0) * w.dim(1);
    int tap = w.dim(2) * w.dim(3);
    return new Panels(
        micros.forColumns(w.dim(2)), t.groups(), taps, k, w.dim(2), k, tap, 1, w.dim(3));
  }

  private Optional<Kernel> product(MatMul m, List<Shape> in, Shape out) {
    Shape a = in.get(0);
    Shape b = m.weights(in);
    if (m.transposeA()) {
      return m.epilogue().isNone() ? Optional.of(transposedProduct(m, a, b)) : Optional.empty();
    }
    if (m.layout().isEmpty() && ThinKernel.suits(m, a, b)) {
      return Optional.of(thin(m, a, b));
    }
    int k = a.dim(-1);
    int n = out.dim(-1);
    boolean batched = b.rank() > 2;
    int batch = batched ? b.elements() / Math.max(1, k * n) : 1;
    int rows = k == 0 ? 0 : a.elements() / k / batch;
    Sliding s = Sliding.product(batch, rows, k, n);
    return Optional.of(gathered(s, panels(m, b), m.epilogue(), m.layout().isPresent()));
  }

  private static Kernel thin(MatMul m, Shape a, Shape b) {
    int rows = a.elements() / a.dim(-1);
    return m.transposeB()
        ? new ThinDotsKernel(rows, b.dim(0), b.dim(1), m.epilogue())
        : new ThinKernel(rows, b.dim(0), b.dim(1), m.epilogue());
  }

  private Kernel transposedProduct(MatMul m, Shape a, Shape b) {
    int rows = a.dim(-1);
    int k = a.dim(-2);
    int n = b.dim(m.transposeB() ? -2 : -1);
    if (a.rank() == 2 && !m.transposeB() && ThinKernel.suits(k, rows, n)) {
      return new ThinOuterKernel(k, rows, n);
    }
    int batch = 1;
    for (int i = 0; i < a.rank() - 2; i++) {
      batch *= a.dim(i);
    }
    return correlation(Correlation.product(batch, rows, k, n, m.transposeB()));
  }

  private Kernel correlation(Correlation g) {
    boolean large = g.inner() >= PAIRED && g.columns() >= PAIRED_COLUMNS && g.dColumn() == 1;
    if (large && micros.pairs().isPresent()) {
      return CorrelationKernel.ofPairs(g, micros.pairs().get());
    }
    if (g.inner() >= FEW_CHANNELS) {
      return CorrelationKernel.of(g, micros);
    }
    if (PixelCorrelationKernel.suits(g)) {
      return PixelCorrelationKernel.of(g);
    }
    return PlanarCorrelationKernel.suits(g)
        ? PlanarCorrelationKernel.of(g)
        : PatchCorrelationKernel.of(g, micros);
  }

  private Kernel sliding(
      Sliding s, Panels panels, Epilogue epilogue, Optional<Layout> layout, Work work) {
    boolean packed = layout.isPresent();
    if (DepthwiseKernel.suits(s) && !packed) {
      return DepthwiseRowKernel.suits(s)
          ? new DepthwiseRowKernel(s, epilogue, micros.windows())
          : new DepthwiseKernel(s, epilogue);
    }
    Optional<WinogradTile> tile =
        packed ? layout.flatMap(WinogradWeights::tile) : choice.choose(s, work);
    if (tile.isPresent()) {
      WinogradWeights w = new WinogradWeights(panels, tile.get(), s.rotated());
      panels.micro().expect(isLarge(s), Micro.Kind.ROWS);
      return new WinogradKernel(s, w, epilogue, packed);
    }
    if (packed ? layout.filter(Panels::isPlanar).isPresent() : PlanarKernel.suits(s)) {
      return new PlanarKernel(s, panels.planar(micros), epilogue, packed);
    }
    if (PatchKernel.suits(s)) {
      panels.micro().expect(isLarge(s), Micro.Kind.GATHER);
      return new PatchKernel(s, panels, epilogue, packed);
    }
    return gathered(s, panels, epilogue, packed);
  }

  private Kernel gathered(Sliding s, Panels floats, Epilogue epilogue, boolean packed) {
    Panels panels = ofPairs(floats).orElse(floats);
    if (PointwiseKernel.suits(s)) {
      panels.micro().expect(isLarge(s), Micro.Kind.PRODUCT);
      return new PointwiseKernel(s, panels, epilogue, packed);
    }
    panels.micro().expect(isLarge(s), Micro.Kind.ROWS);
    return panels
        .rounding()
        .map(by -> rounded(by, s, panels, epilogue, packed))
        .orElseGet(() -> new SlidingKernel(s, panels, epilogue, packed));
  }

  private static Kernel rounded(
      PairRounding by, Sliding s, Panels panels, Epilogue epilogue, boolean packed) {
    return new RoundedInputKernel(
        new SlidingKernel(s.ofPairs(), panels, epilogue, packed), by, s.inputs());
  }

  /** Returns whether a convolution is worth compiling its kernels before they are used. */
  static boolean isLarge(Sliding s) {
    double products = (double) s.outHeight() * s.outWidth() * s.inner() * s.columns();
    return s.n() * s.groups() * products > LARGE;
  }

  private Kernel convolution(Conv2d c, List<Shape> in, Shape out) {
    Shape w = c.weights(in);
    Sliding s = Sliding.of(c, in.get(0), w, out);
    return sliding(s, panels(c, w), c.epilogue(), c.layout(), Work.FORWARD);
  }

  private Kernel transposed(ConvTranspose2d t, List<Shape> in, Shape out) {
    if (DepthwiseSpreadKernel.suits(t, in.get(0)) && t.layout().isEmpty()) {
      return new DepthwiseSpreadKernel(t, in.get(0));
    }
    Shape w = t.weights(in);
    Sliding s = Sliding.of(t, in.get(0), w, out);
    if (t.layout().isEmpty() && spreads(t, s, in.get(0), w)) {
      Panels rows = PatchSpreadKernel.panels(micros, w);
      rows.micro().expect(isLarge(s), Micro.Kind.PRODUCT);
      return new PatchSpreadKernel(t, in.get(0), w, rows);
    }
    return sliding(s, panels(t, w), Epilogue.NONE, t.layout(), Work.DATA);
  }

  private boolean spreads(ConvTranspose2d t, Sliding s, Shape y, Shape w) {
    return choice.choose(s, Work.DATA).isEmpty() && PatchSpreadKernel.suits(t, y, w);
  }
}
