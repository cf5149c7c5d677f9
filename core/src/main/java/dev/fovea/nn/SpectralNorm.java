package dev.fovea.nn;

import dev.fovea.op.Contraction;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;

/**
 * Spectral normalisation of the weights of a layer and of all layers within it, the parameters
 * called {@code weight} of two axes or more: W / σ(W), where σ is the largest singular value of W
 * [.., out] as a matrix [in, out]. A convolution or dense layer then stretches no input by much
 * more than 1, which keeps the discriminator of a generative adversarial network from becoming too
 * steep.
 *
 * <p>σ is ‖W·u‖ for the state u [out], an estimate of the right singular vector, which each
 * training step takes once through the power iteration u ← Wᵀ·W·u / ‖Wᵀ·W·u‖; in the first steps σ
 * is thus too small. The gradient counts σ as a function of W. Parameters: those of the layers
 * within, before they are divided, and a state {@code u} for each such weight. Miyato et al.
 * (2018).
 *
 * @param inner the layer whose weights are normalised
 */
public record SpectralNorm(Layer inner) implements Layer {
  private static final float TINY = 1e-12f;
  private static final String STATE = "u";

  @Override
  public Signal forward(Signal x) {
    return x.trace().weighing(SpectralNorm::normalized, () -> inner.apply(x));
  }

  /** Returns a weight of the current layer divided by σ, and lets the state follow. */
  private static Value normalized(Trace trace, Value weight) {
    Shape shape = weight.shape();
    int out = shape.dim(-1);
    Value matrix = weight.reshape(Shape.of(shape.elements() / out, out));
    Value u = trace.state(STATE, Shape.of(out), Initializer.normal(1));
    Value column = unit(u.reshape(Shape.of(out, 1)));
    Value stretched = matrix.matmul(column);
    if (trace.training() && !trace.frozen(STATE)) {
      Value next = unit(Value.of(new Contraction.MatMul(true, false), matrix, stretched));
      trace.update(STATE, next.reshape(Shape.of(out)));
    }
    return weight.times(reciprocalNorm(stretched).reshape(Shape.scalar()));
  }

  private static Value unit(Value column) {
    return column.times(reciprocalNorm(column));
  }

  private static Value reciprocalNorm(Value column) {
    Value squares = column.map(UnaryFunction.SQUARE).sum();
    return squares.plus(Value.constant(TINY)).map(UnaryFunction.SQRT).map(UnaryFunction.RECIPROCAL);
  }

  @Override
  public String kind() {
    return "spectral_norm";
  }
}
