package dev.fovea.op;

import dev.fovea.tensor.Shape;

/**
 * Functions of values that are composed of ops: activations, normalisations and rearrangements.
 * Their gradients follow from those of the ops.
 */
public final class Formulas {
  private static final float SELU_SCALE = 1.050701f;
  private static final float SELU_ALPHA = 1.6732632f;

  private Formulas() {}

  /** Returns min(max(x, 0), 6) (Krizhevsky, 2010). */
  public static Value relu6(Value x) {
    return x.activate(Activation.RELU).with(BinaryFunction.MIN, Value.constant(6));
  }

  /**
   * Returns x · sigmoid(x), also called swish (Elfwing et al., 2017; Ramachandran et al., 2017).
   */
  public static Value silu(Value x) {
    return x.times(x.activate(Activation.SIGMOID));
  }

  /** Returns x · Φ(x) = x/2 · (1 + erf(x/√2)) (Hendrycks and Gimpel, 2016). */
  public static Value gelu(Value x) {
    Value erf = x.times((float) Math.sqrt(0.5)).map(UnaryFunction.ERF);
    return x.times(erf.times(0.5f).plus(Value.constant(0.5f)));
  }

  /** Returns x/2 · (1 + tanh(√(2/π) · (x + 0.044715·x³))), an approximation of {@link #gelu}. */
  public static Value geluTanh(Value x) {
    Value inner = x.map(UnaryFunction.SQUARE).times(0.044715f).plus(Value.constant(1)).times(x);
    // (1 + tanh z) / 2 = sigmoid(2z)
    return x.times(inner.times((float) (2 * Math.sqrt(2 / Math.PI))).activate(Activation.SIGMOID));
  }

  /** Returns x · tanh(log(1 + eˣ)) (Misra, 2019). */
  public static Value mish(Value x) {
    return x.times(x.activate(Activation.SOFTPLUS).activate(Activation.TANH));
  }

  /**
   * Returns λ·x for x &gt; 0, else λ·α·(eˣ − 1); λ ≈ 1.0507, α ≈ 1.6733 (Klambauer et al., 2017).
   */
  public static Value selu(Value x) {
    return x.activate(Activation.elu(SELU_ALPHA)).times(SELU_SCALE);
  }

  /** Returns relu6(x + 3) / 6 (Howard et al., 2019). */
  public static Value hardSigmoid(Value x) {
    return relu6(x.plus(Value.constant(3))).times(1 / 6f);
  }

  /** Returns x · relu6(x + 3) / 6 (Howard et al., 2019). */
  public static Value hardSwish(Value x) {
    return x.times(hardSigmoid(x));
  }

  /** Returns x for x &gt; 0, else slope · x; the slope broadcasts (He et al., 2015). */
  public static Value prelu(Value x, Value slope) {
    Value up = x.activate(Activation.RELU);
    return up.plus(x.minus(up).times(slope));
  }

  /**
   * Returns (x − mean) / √(variance + ε), mean and (biased) variance over some axes, none of them
   * negative (Ba et al., 2016).
   */
  public static Value standardized(Value x, float epsilon, int... axes) {
    Value centred = x.minus(x.mean(axes));
    Value variance = centred.map(UnaryFunction.SQUARE).mean(axes);
    return centred.times(reciprocalRoot(variance, epsilon));
  }

  /** Returns 1 / √(x + ε). */
  public static Value reciprocalRoot(Value x, float epsilon) {
    return x.plus(Value.constant(epsilon)).map(UnaryFunction.SQRT).map(UnaryFunction.RECIPROCAL);
  }

  /**
   * Returns the mean of X [N, S, C] over S and over each of {@code groups} runs of neighbouring
   * channels, once per channel: [N, 1, C].
   */
  public static Value groupMean(Value x, int groups) {
    int n = x.shape().dim(0);
    int c = x.shape().dim(2);
    Shape parts = Shape.of(n, groups, c / groups);
    Value sums = x.sum(1).reshape(parts).sum(2);
    float share = 1f / (x.shape().dim(1) * (c / groups));
    return sums.times(share).broadcastTo(parts).reshape(Shape.of(n, 1, c));
  }

  /**
   * Returns d²/(2β) for |d| &lt; β, else |d| − β/2, of each element (Girshick, 2015); |d| for β =
   * 0.
   */
  public static Value smoothL1(Value d, float beta) {
    Value size = d.map(UnaryFunction.ABS);
    if (beta == 0) {
      return size;
    }
    Value near = size.with(BinaryFunction.MIN, Value.constant(beta));
    return near.times(size.minus(near.times(0.5f))).times(1 / beta);
  }

  /**
   * Returns softplus(x) − x·t, the binary cross-entropy of each logit x with a target t of [0, 1].
   */
  public static Value binaryEntropy(Value x, Value t) {
    return x.activate(Activation.SOFTPLUS).minus(x.times(t));
  }

  /**
   * Returns −αₜ·(1 − pₜ)^γ·log pₜ of each logit x with a target t of 0 or 1, pₜ the probability of
   * what is so, αₜ = α where t is 1 and 1 − α where it is 0 (Lin et al., 2017): with z = x where t
   * is 1 and −x where it is 0, log pₜ = −softplus(−z) and log(1 − pₜ) = −softplus(z).
   *
   * @param alpha α; below 0 for αₜ = 1
   */
  public static Value focalEntropy(Value x, Value t, float alpha, float gamma) {
    Value z = x.times(t.times(2).minus(Value.constant(1)));
    Value wrong = z.activate(Activation.SOFTPLUS).times(-gamma).map(UnaryFunction.EXP);
    Value entropy = z.times(-1).activate(Activation.SOFTPLUS);
    if (alpha < 0) {
      return wrong.times(entropy);
    }
    Value share = t.times(2 * alpha - 1).plus(Value.constant(1 - alpha));
    return share.times(wrong).times(entropy);
  }

  /** Returns images [N, H, W, C] in another size. */
  public static Value resize(
      Value x, int height, int width, Interpolation kind, boolean alignCorners) {
    Value rows = resample(x, 1, height, kind, alignCorners);
    return resample(rows, 2, width, kind, alignCorners);
  }

  private static Value resample(Value x, int axis, int to, Interpolation kind, boolean corners) {
    int from = x.shape().dim(axis);
    boolean same = from == to;
    return same ? x : Value.of(new Sampling.Resample(axis, kind.taps(from, to, corners)), x);
  }

  /**
   * Returns images [N, H, W, C·r²] as [N, H·r, W·r, C]: channel c·r² + i·r + j of a pixel becomes
   * channel c of the pixel i rows below and j columns beside (Shi et al., 2016).
   */
  public static Value pixelShuffle(Value x, int r) {
    Shape s = x.shape();
    int c = s.dim(3) / (r * r);
    return x.reshape(Shape.of(s.dim(0), s.dim(1), s.dim(2), c, r, r))
        .transpose(0, 1, 4, 2, 5, 3)
        .reshape(Shape.of(s.dim(0), s.dim(1) * r, s.dim(2) * r, c));
  }

  /** Returns images [N, H·r, W·r, C] as [N, H, W, C·r²], the inverse of {@link #pixelShuffle}. */
  public static Value pixelUnshuffle(Value x, int r) {
    Shape s = x.shape();
    return x.reshape(Shape.of(s.dim(0), s.dim(1) / r, r, s.dim(2) / r, r, s.dim(3)))
        .transpose(0, 1, 3, 5, 2, 4)
        .reshape(Shape.of(s.dim(0), s.dim(1) / r, s.dim(2) / r, s.dim(3) * r * r));
  }

  /** Returns the channels dealt out: those of each group one apart (Zhang et al., 2018). */
  public static Value channelShuffle(Value x, int groups) {
    Shape s = x.shape();
    int rows = s.elements() / s.dim(-1);
    return x.reshape(Shape.of(rows, groups, s.dim(-1) / groups)).transpose(0, 2, 1).reshape(s);
  }

  /**
   * Returns the Gram matrices [N, C, C] of maps X [N, .., C]: the products of each two channels,
   * averaged over the S positions, Xᵀ·X / S for each sample. They tell which features occur
   * together, not where: the texture of a picture (Gatys et al., 2015).
   */
  public static Value gram(Value x) {
    int n = x.shape().dim(0);
    int c = x.shape().dim(-1);
    int positions = x.shape().elements() / (n * c);
    Value rows = x.reshape(Shape.of(n, positions, c));
    return Value.of(new Contraction.MatMul(true, false), rows, rows).times(1f / positions);
  }

  /**
   * Returns the total variation of images [N, H, W, C], a number: the mean of the squared
   * differences of neighbours one below the other plus the mean of those of neighbours side by side
   * (Rudin et al., 1992, take the absolute values). Height and width must be at least 2.
   */
  public static Value totalVariation(Value x) {
    int h = x.shape().dim(1) - 1;
    int w = x.shape().dim(2) - 1;
    Value down = x.slice(1, 1, h).minus(x.slice(1, 0, h));
    Value across = x.slice(2, 1, w).minus(x.slice(2, 0, w));
    return down.map(UnaryFunction.SQUARE).mean().plus(across.map(UnaryFunction.SQUARE).mean());
  }
}
