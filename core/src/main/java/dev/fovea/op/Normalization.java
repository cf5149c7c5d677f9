package dev.fovea.op;

import dev.fovea.tensor.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An op that scales elements by statistics of their neighbours. */
public sealed interface Normalization extends Op {

  /** exp(x − max) / Σ exp(x − max) along the last axis. */
  record Softmax() implements Normalization {
    @Override
    public String name() {
      return "softmax";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      return rows(this, inputs);
    }

    @Override
    public List<@Nullable Value> gradient(Value y, Value dy) {
      return Gradients.of(dy.minus(dy.times(y).sum(-1)).times(y));
    }
  }

  /** x − max − log Σ exp(x − max) along the last axis. */
  record LogSoftmax() implements Normalization {
    @Override
    public String name() {
      return "log_softmax";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      return rows(this, inputs);
    }

    @Override
    public List<@Nullable Value> gradient(Value y, Value dy) {
      return Gradients.of(dy.minus(y.map(UnaryFunction.EXP).times(dy.sum(-1))));
    }
  }

  /** Mean and (biased) variance per channel over all axes but the last: [.., C] ↦ [2, C]. */
  record BatchMoments() implements Normalization {
    @Override
    public String name() {
      return "batch_moments";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      rows(this, inputs);
      return Shape.of(2, inputs.get(0).dim(-1));
    }

    @Override
    public List<@Nullable Value> gradient(Value y, Value dy) {
      Value x = y.input(0);
      float scale = (float) x.shape().dim(-1) / x.shape().elements();
      Value fromVariance = x.minus(y.row(0)).times(dy.row(1)).times(2 * scale);
      return Gradients.of(fromVariance.plus(dy.row(0).times(scale)));
    }
  }

  /**
   * (x − mean) / √(variance + ε) · scale + shift, per channel.
   *
   * <p>Inputs: X [.., C], moments [2, C] (mean, variance), scale [C], shift [C]. With moments that
   * are {@link BatchMoments} of the same X (training), the gradient to X already holds the part
   * that flows through the moments, and none is sent to them; with any others (inference, frozen
   * statistics) they are independent inputs. Ioffe and Szegedy, 2015.
   *
   * @param epsilon ε
   * @param epilogue what passes have moved here: a residual, then the fifth input, and an
   *     activation
   */
  record BatchNorm(float epsilon, Epilogue epilogue) implements Normalization {
    /** Creates a normalisation without epilogue. */
    public BatchNorm(float epsilon) {
      this(epsilon, Epilogue.NONE);
    }

    /** The position of the residual among the inputs, where there is one. */
    public static final int RESIDUAL = 4;

    @Override
    public String name() {
      return "batch_norm";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.count(this, inputs, epilogue.residual() ? RESIDUAL + 1 : RESIDUAL);
      Rules.check(inputs.get(0).rank() >= 1, this, "needs at least one axis", inputs);
      Shape c = Shape.of(inputs.get(0).dim(-1));
      boolean agree =
          inputs.get(1).equals(c.prepend(2)) && inputs.get(2).equals(c) && inputs.get(3).equals(c);
      Rules.check(agree, this, "needs X [.., C], moments [2, C], scale [C], shift [C]", inputs);
      Rules.check(
          !epilogue.residual() || inputs.get(RESIDUAL).equals(inputs.get(0)),
          this,
          "the residual must have the shape of X",
          inputs);
      return inputs.get(0);
    }

    @Override
    public List<@Nullable Value> gradient(Value y, Value dy) {
      checkPlain(this, epilogue.isNone());
      Value x = y.input(0);
      Value moments = y.input(1);
      Value scale = y.input(2);
      Value sums = Value.of(new BatchNormSums(epsilon), x, moments, dy);
      Value dShift = sums.row(0);
      Value dScale = sums.row(1);
      if (moments.op() instanceof BatchMoments && moments.input(0) == x) {
        Value dx = Value.of(new BatchNormInputGradient(epsilon), x, moments, scale, sums, dy);
        return Gradients.of(dx, null, dScale, dShift);
      }
      Value r = reciprocalDeviation(moments, epsilon);
      Value gain = scale.times(r);
      Value dMean = gain.times(dShift).times(-1);
      Value dVariance = gain.times(r).times(dScale).times(-0.5f);
      return Gradients.of(dy.times(gain), pair(dMean, dVariance), dScale, dShift);
    }
  }

  /**
   * The two sums of batch norm's backward pass: (X, moments [2, C], dY) ↦ [2, C], which holds Σ dY
   * and Σ dY · (x − mean) / √(variance + ε).
   *
   * @param epsilon ε
   * @param rectified whether dY is the gradient of max(norm(X), 0) and so counts only where norm(X)
   *     is positive; scale [C] and shift [C] are then inputs too
   */
  record BatchNormSums(float epsilon, boolean rectified) implements Normalization {
    /** Creates the sums of a norm without epilogue. */
    public BatchNormSums(float epsilon) {
      this(epsilon, false);
    }

    @Override
    public String name() {
      return "batch_norm_sums";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.count(this, inputs, rectified ? 5 : 3);
      Rules.check(
          inputs.get(0).equals(inputs.get(2)), this, "X and dY must have one shape", inputs);
      channels(this, inputs, "moments", 1);
      for (int i = 3; i < inputs.size(); i++) {
        row(this, inputs, i == 3 ? "scale" : "shift", i);
      }
      return inputs.get(1);
    }

    @Override
    public List<@Nullable Value> gradient(Value sums, Value g) {
      checkPlain(this, !rectified);
      Value x = sums.input(0);
      Value moments = sums.input(1);
      Value dy = sums.input(2);
      Value r = reciprocalDeviation(moments, epsilon);
      Value gr = g.row(1).times(r);
      Value dMean = gr.times(sums.row(0)).times(-1);
      Value dVariance = gr.times(r).times(sums.row(1)).times(-0.5f);
      Value normal = x.minus(moments.row(0)).times(r);
      return Gradients.of(
          dy.times(gr), pair(dMean, dVariance), normal.times(g.row(1)).plus(g.row(0)));
    }
  }

  /**
   * Batch norm's gradient to its input in training: (X, moments, scale, sums, dY) ↦ scale · r · (dY
   * − sums₀/m − x̂ · sums₁/m), with r = 1/√(variance + ε), x̂ = (x − mean) · r and m the number of
   * elements per channel.
   *
   * @param epsilon ε
   * @param rectified whether dY is the gradient of max(norm(X), 0) and so counts only where norm(X)
   *     is positive; shift [C] is then the sixth input
   */
  record BatchNormInputGradient(float epsilon, boolean rectified) implements Normalization {
    /** Creates the gradient of a norm without epilogue. */
    public BatchNormInputGradient(float epsilon) {
      this(epsilon, false);
    }

    @Override
    public String name() {
      return "batch_norm_input_gradient";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.count(this, inputs, rectified ? 6 : 5);
      Rules.check(
          inputs.get(0).equals(inputs.get(4)), this, "X and dY must have one shape", inputs);
      channels(this, inputs, "moments", 1);
      channels(this, inputs, "sums", 3);
      row(this, inputs, "scale", 2);
      if (rectified) {
        row(this, inputs, "shift", 5);
      }
      return inputs.get(0);
    }

    @Override
    public List<@Nullable Value> gradient(Value dx, Value g) {
      checkPlain(this, !rectified);
      Value x = dx.input(0);
      Value moments = dx.input(1);
      Value scale = dx.input(2);
      Value sums = dx.input(3);
      float m = (float) x.shape().elements() / x.shape().dim(-1);
      Value r = reciprocalDeviation(moments, epsilon);
      Value gain = scale.times(r);
      Value gSums = Value.of(new BatchNormSums(epsilon), x, moments, g);
      Value weight = gain.times(sums.row(1)).times(1 / m);
      Value dScale =
          g.times(dx.input(4))
              .sumTo(scale.shape())
              .minus(sums.row(0).times(gSums.row(0)).times(1 / m))
              .minus(sums.row(1).times(gSums.row(1)).times(1 / m))
              .times(r);
      Value dMean = weight.times(r).times(gSums.row(0));
      Value dVariance =
          weight.times(gSums.row(1)).minus(dScale.times(scale)).times(0.5f).times(r).times(r);
      return Gradients.of(
          g.times(weight.times(r)).times(-1),
          pair(dMean, dVariance),
          dScale,
          gSums.times(gain).times(-1 / m),
          g.times(gain));
    }
  }

  /**
   * Local response normalisation over neighbouring channels: y = x · s^−β with s = k + α/size · Σ
   * x², the sum over the {@code size} channels from c − ⌊size/2⌋ on, those that there are.
   *
   * <p>Input and result: X [.., C]. Krizhevsky, Sutskever and Hinton, 2012.
   *
   * @param size the number of neighbouring channels
   * @param alpha the weight α of the squares
   * @param beta the exponent β
   * @param k what is added to the squares
   */
  record LocalResponseNorm(int size, float alpha, float beta, float k) implements Normalization {
    @Override
    public String name() {
      return "local_response_norm";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.check(size >= 1, this, "size must be at least 1, got " + size, inputs);
      return rows(this, inputs);
    }

    @Override
    public List<@Nullable Value> gradient(Value y, Value dy) {
      return Gradients.of(Value.of(new LocalResponseNormGradient(this), y.input(0), dy));
    }
  }

  /**
   * Local response normalisation's gradient to its input: (X, dY) ↦ dY · s^−β − 2αβ/size · X · Σ dY
   * · X · s^(−β−1), the sum over the channels whose s the channel is part of.
   *
   * @param norm the normalisation
   */
  record LocalResponseNormGradient(LocalResponseNorm norm) implements Normalization {
    @Override
    public String name() {
      return "local_response_norm_gradient";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.count(this, inputs, 2);
      Rules.check(norm.size >= 1, this, "size must be at least 1, got " + norm.size, inputs);
      Rules.check(inputs.get(0).rank() >= 1, this, "needs at least one axis", inputs);
      Rules.check(
          inputs.get(0).equals(inputs.get(1)), this, "X and dY must have one shape", inputs);
      return inputs.get(0);
    }

    @Override
    public List<@Nullable Value> gradient(Value dx, Value g) {
      Value x = dx.input(0);
      Value dy = dx.input(1);
      float share = norm.alpha / norm.size;
      Value squares = neighbours(norm.size, x.times(x), false);
      Value s = squares.times(share).plus(Value.constant(norm.k));
      Value power = s.map(UnaryFunction.LOG).times(-norm.beta).map(UnaryFunction.EXP);
      Value slope = power.over(s).times(-norm.beta);
      Value toS = slope.times(x).times(2 * share);
      Value met = neighbours(norm.size, g.times(x), false);
      Value bend = slope.over(s).times(-(norm.beta + 1)).times(2 * share);
      Value dS = g.times(dy).times(slope).plus(met.times(dy).times(x).times(bend));
      Value dX =
          g.times(neighbours(norm.size, dy.times(toS), true))
              .plus(met.times(dy).times(slope).times(2 * share))
              .plus(x.times(2 * share).times(neighbours(norm.size, dS, true)));
      return Gradients.of(dX, g.times(power).plus(met.times(toS)));
    }
  }

  @Override
  default long flops(List<Shape> inputs, Shape output) {
    return 4L * inputs.get(0).elements();
  }

  private static Shape rows(Op op, List<Shape> inputs) {
    Rules.count(op, inputs, 1);
    Rules.check(inputs.get(0).rank() >= 1, op, "needs at least one axis", inputs);
    return inputs.get(0);
  }

  private static void channels(Op op, List<Shape> inputs, String what, int input) {
    Shape x = inputs.get(0);
    boolean agree = x.rank() >= 1 && inputs.get(input).equals(Shape.of(2, x.dim(-1)));
    Rules.check(agree, op, what + " must be [2, C]", inputs);
  }

  private static void row(Op op, List<Shape> inputs, String what, int input) {
    boolean agree = inputs.get(input).equals(inputs.get(1).dropFirst());
    Rules.check(agree, op, what + " must be [C]", inputs);
  }

  /** Passes fuse after differentiation; no gradient goes through what they made. */
  private static void checkPlain(Op op, boolean plain) {
    if (!plain) {
      throw new IllegalStateException(op.name() + " was fused before differentiation");
    }
  }

  private static Value pair(Value first, Value second) {
    Shape row = first.shape().prepend(1);
    return Value.of(new Movement.Concat(0), first.reshape(row), second.reshape(row));
  }

  private static Value reciprocalDeviation(Value moments, float epsilon) {
    return moments
        .row(1)
        .plus(Value.constant(epsilon))
        .map(UnaryFunction.SQRT)
        .map(UnaryFunction.RECIPROCAL);
  }

  /** Sums, per channel, over its neighbours, or over the channels whose neighbour it is. */
  private static Value neighbours(int size, Value x, boolean transposed) {
    int channels = x.shape().dim(-1);
    Window2d w = Window2d.of(1, size).padding(0, 0, size / 2, (size - 1) / 2);
    Value line = x.reshape(Shape.of(x.shape().elements() / channels, 1, channels, 1));
    Op mean =
        transposed
            ? new Pooling.AveragePoolGradient(w, true, 1, channels)
            : new Pooling.AveragePool(w, true);
    return Value.of(mean, line).times(size).reshape(x.shape());
  }
}
