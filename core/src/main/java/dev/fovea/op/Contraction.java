package dev.fovea.op;

import dev.fovea.tensor.Shape;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An op that sums products: where nearly all the time of a network goes.
 *
 * <p>The convolution, its transpose and its weight gradient are each other's gradients, so the
 * three close under differentiation of any order. A pass sets {@code layout} when input 1 has been
 * brought into one that the kernel wants.
 */
public sealed interface Contraction extends Op {

  /** Returns how the weights, input 1, lie; empty if row-major in their plain shape. */
  Optional<Layout> layout();

  /** Returns this op on weights that lie so. */
  Contraction with(Optional<Layout> other);

  /** Returns the plain shape of the weights, however they lie. */
  default Shape weights(List<Shape> inputs) {
    layout()
        .ifPresent(l ->
            Rules.check(
                inputs.get(1).equals(l.shape()), this, "needs weights as " + l.name(), inputs));
    return layout().map(Layout::plain).orElse(inputs.get(1));
  }

  /**
   * The matrix product of the last two axes, A [.., M, K] · B [K, N] or [.., K, N].
   *
   * @param transposeA whether A arrives as [.., K, M]
   * @param transposeB whether B arrives as [.., N, K]
   * @param epilogue what is done to each result
   * @param layout how B lies, if not row-major
   */
  record MatMul(boolean transposeA, boolean transposeB, Epilogue epilogue, Optional<Layout> layout)
      implements Contraction {

    /** Creates a product without epilogue. */
    public MatMul(boolean transposeA, boolean transposeB) {
      this(transposeA, transposeB, Epilogue.NONE, Optional.empty());
    }

    @Override
    public String name() {
      return "matmul";
    }

    @Override
    public MatMul with(Optional<Layout> other) {
      return new MatMul(transposeA, transposeB, epilogue, other);
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.count(this, inputs, epilogue.inputs());
      Shape a = inputs.get(0);
      Shape b = weights(inputs);
      boolean ranks = a.rank() >= 2 && (b.rank() == 2 || b.rank() == a.rank());
      Rules.check(ranks, this, "needs [.., M, K] · [K, N] or [.., K, N]", inputs);
      Rules.check(
          !transposeA || b.rank() == a.rank(),
          this,
          "a transposed A needs as many axes in B",
          inputs);
      for (int i = 0; b.rank() > 2 && i < a.rank() - 2; i++) {
        Rules.check(a.dim(i) == b.dim(i), this, "outer axes must agree", inputs);
      }
      int k = a.dim(transposeA ? -2 : -1);
      int bk = b.dim(transposeB ? -1 : -2);
      Rules.check(k == bk, this, "inner extents differ: " + k + " and " + bk, inputs);
      Shape out =
          a.withDim(-2, a.dim(transposeA ? -1 : -2)).withDim(-1, b.dim(transposeB ? -2 : -1));
      checkEpilogue(this, epilogue, inputs, out);
      return out;
    }

    @Override
    public List<@Nullable Value> gradient(Value y, Value dy) {
      checkPlain(this, epilogue, layout);
      Value a = y.input(0);
      Value b = y.input(1);
      if (b.shape().rank() < a.shape().rank()) {
        int k = a.shape().dim(-1);
        Value rows =
            dy.reshape(Shape.of(dy.shape().elements() / dy.shape().dim(-1), dy.shape().dim(-1)));
        Value flat = a.reshape(Shape.of(a.shape().elements() / k, k));
        Value db = transposeB ? product(true, false, rows, flat) : product(true, false, flat, rows);
        return Gradients.of(product(false, !transposeB, dy, b), db);
      }
      Value da = transposeA ? product(transposeB, true, b, dy) : product(false, !transposeB, dy, b);
      Value db = transposeB ? product(true, transposeA, dy, a) : product(!transposeA, false, a, dy);
      return Gradients.of(da, db);
    }

    private static Value product(boolean transposeA, boolean transposeB, Value a, Value b) {
      return Value.of(new MatMul(transposeA, transposeB), a, b);
    }

    @Override
    public long flops(List<Shape> inputs, Shape output) {
      return 2L * output.elements() * inputs.get(0).dim(transposeA ? -2 : -1);
    }
  }

  /**
   * The convolution (cross-correlation) of images X [N, H, W, Cin] with weights [kh, kw,
   * Cin/groups, Cout], giving [N, H′, W′, Cout].
   *
   * @param window kernel, stride, padding, dilation
   * @param groups into how many independent parts the channels fall; Cin for a depthwise
   *     convolution
   * @param epilogue what is done to each result
   * @param layout how the weights lie, if not row-major
   */
  record Conv2d(Window2d window, int groups, Epilogue epilogue, Optional<Layout> layout)
      implements Contraction {

    /** Creates a convolution without epilogue. */
    public Conv2d(Window2d window, int groups) {
      this(window, groups, Epilogue.NONE, Optional.empty());
    }

    @Override
    public String name() {
      return "conv2d";
    }

    @Override
    public Conv2d with(Optional<Layout> other) {
      return new Conv2d(window, groups, epilogue, other);
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.count(this, inputs, epilogue.inputs());
      Rules.rank(this, inputs, 0, 4, "N, H, W, C");
      Shape x = inputs.get(0);
      Shape w = weights(inputs);
      checkWeights(this, window, groups, w, inputs);
      Rules.check(
          w.dim(2) * groups == x.dim(3),
          this,
          "weights expect " + w.dim(2) * groups + " input channels, got " + x.dim(3),
          inputs);
      Shape out = windowed(this, window, x, w.dim(3), inputs);
      checkEpilogue(this, epilogue, inputs, out);
      return out;
    }

    @Override
    public List<@Nullable Value> gradient(Value y, Value dy) {
      checkPlain(this, epilogue, layout);
      Value x = y.input(0);
      Value w = y.input(1);
      Shape in = x.shape();
      return Gradients.of(
          Value.of(new ConvTranspose2d(window, groups, in.dim(1), in.dim(2)), dy, w),
          Value.of(new ConvWeightGradient(window, groups), x, dy));
    }

    @Override
    public long flops(List<Shape> inputs, Shape output) {
      Shape w = weights(inputs);
      return 2L * output.elements() * w.dim(0) * w.dim(1) * w.dim(2);
    }
  }

  /**
   * The transpose of a convolution: the linear map Y [N, H′, W′, Cout] ↦ X [N, H, W, Cin] that is
   * its gradient with respect to the images, and the layer known as transposed convolution.
   *
   * @param window the geometry of the convolution that leads from X to Y
   * @param groups that convolution's groups
   * @param height H
   * @param width W
   * @param layout how the weights [kh, kw, Cin/groups, Cout] lie, if not row-major
   */
  record ConvTranspose2d(
      Window2d window, int groups, int height, int width, Optional<Layout> layout)
      implements Contraction {

    /** Creates a transposed convolution with weights in their plain layout. */
    public ConvTranspose2d(Window2d window, int groups, int height, int width) {
      this(window, groups, height, width, Optional.empty());
    }

    @Override
    public String name() {
      return "conv_transpose2d";
    }

    @Override
    public ConvTranspose2d with(Optional<Layout> other) {
      return new ConvTranspose2d(window, groups, height, width, other);
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.count(this, inputs, 2);
      Rules.rank(this, inputs, 0, 4, "N, H, W, C");
      Shape y = inputs.get(0);
      Shape w = weights(inputs);
      checkWeights(this, window, groups, w, inputs);
      Rules.check(
          w.dim(3) == y.dim(3),
          this,
          "weights expect " + w.dim(3) + " channels, got " + y.dim(3),
          inputs);
      Shape x = Shape.of(y.dim(0), height, width, w.dim(2) * groups);
      Rules.check(
          window.outputHeight(height) == y.dim(1) && window.outputWidth(width) == y.dim(2),
          this,
          "a convolution of " + x.batched() + " would not give this shape",
          inputs);
      return x;
    }

    @Override
    public List<@Nullable Value> gradient(Value x, Value dx) {
      checkPlain(this, Epilogue.NONE, layout);
      return Gradients.of(
          Value.of(new Conv2d(window, groups), dx, x.input(1)),
          Value.of(new ConvWeightGradient(window, groups), dx, x.input(0)));
    }

    @Override
    public long flops(List<Shape> inputs, Shape output) {
      Shape w = weights(inputs);
      return 2L * inputs.get(0).elements() * w.dim(0) * w.dim(1) * w.dim(2);
    }
  }

  /**
   * The gradient of a convolution with respect to its weights: (X [N, H, W, Cin], dY [N, H′, W′,
   * Cout]) ↦ [kh, kw, Cin/groups, Cout].
   */
  record ConvWeightGradient(Window2d window, int groups) implements Contraction {
    @Override
    public String name() {
      return "conv2d_weight_gradient";
    }

    @Override
    public Optional<Layout> layout() {
      return Optional.empty();
    }

    @Override
    public ConvWeightGradient with(Optional<Layout> other) {
      throw new IllegalStateException("no input of a weight gradient is packed");
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.count(this, inputs, 2);
      Shape x = inputs.get(0);
      Shape dy = inputs.get(1);
      Rules.rank(this, inputs, 0, 4, "N, H, W, C");
      Rules.rank(this, inputs, 1, 4, "N, H, W, C");
      Rules.check(
          groups >= 1 && x.dim(3) % groups == 0 && dy.dim(3) % groups == 0,
          this,
          x.dim(3) + " and " + dy.dim(3) + " channels do not divide into " + groups + " groups",
          inputs);
      Rules.check(
          windowed(this, window, x, dy.dim(3), inputs).equals(dy),
          this,
          "the convolution's result has another shape than its gradient",
          inputs);
      return Shape.of(window.kernelHeight(), window.kernelWidth(), x.dim(3) / groups, dy.dim(3));
    }

    @Override
    public List<@Nullable Value> gradient(Value dw, Value g) {
      Value x = dw.input(0);
      Shape in = x.shape();
      return Gradients.of(
          Value.of(new ConvTranspose2d(window, groups, in.dim(1), in.dim(2)), dw.input(1), g),
          Value.of(new Conv2d(window, groups), x, g));
    }

    @Override
    public long flops(List<Shape> inputs, Shape output) {
      Shape dy = inputs.get(1);
      return 2L * output.elements() / dy.dim(3) * dy.elements();
    }
  }

  /** Epilogues and packed weights come after differentiation; no gradient goes through them. */
  private static void checkPlain(Op op, Epilogue epilogue, Optional<Layout> layout) {
    if (!epilogue.isNone() || layout.isPresent()) {
      throw new IllegalStateException(op.name() + " was fused or packed before differentiation");
    }
  }

  private static void checkWeights(
      Op op, Window2d window, int groups, Shape w, List<Shape> inputs) {
    Rules.check(w.rank() == 4, op, "weights must have the axes kh, kw, Cin/groups, Cout", inputs);
    Rules.check(
        w.dim(0) == window.kernelHeight() && w.dim(1) == window.kernelWidth(),
        op,
        "weights " + w + " are not of the kernel " + kernel(window),
        inputs);
    Rules.check(
        groups >= 1 && w.dim(3) % groups == 0,
        op,
        w.dim(3) + " output channels do not divide into " + groups + " groups",
        inputs);
  }

  /** Returns the shape that a window makes of images; shared with pooling. */
  static Shape windowed(Op op, Window2d window, Shape x, int channels, List<Shape> inputs) {
    int h = window.outputHeight(x.dim(1));
    int w = window.outputWidth(x.dim(2));
    Rules.check(
        h >= 1 && w >= 1,
        op,
        "kernel "
            + kernel(window)
            + " does not fit input "
            + x.dim(1)
            + "×"
            + x.dim(2)
            + (window.padded() ? " (padded)" : " (valid padding)")
            + "; use same() or a smaller kernel",
        inputs);
    return Shape.of(x.dim(0), h, w, channels);
  }

  private static String kernel(Window2d w) {
    boolean dilated = w.dilationHeight() > 1 || w.dilationWidth() > 1;
    return w.kernelHeight()
        + "×"
        + w.kernelWidth()
        + (dilated ? " (dilated to " + w.spanHeight() + "×" + w.spanWidth() + ")" : "");
  }

  private static void checkEpilogue(Op op, Epilogue epilogue, List<Shape> inputs, Shape out) {
    if (epilogue.bias()) {
      Shape bias = inputs.get(epilogue.biasInput());
      Rules.check(
          bias.equals(Shape.of(out.dim(-1))), op, "the bias must have shape [Cout]", inputs);
    }
    if (epilogue.residual()) {
      Shape residual = inputs.get(epilogue.residualInput());
      Rules.check(residual.equals(out), op, "the residual must have shape " + out, inputs);
    }
  }
}
