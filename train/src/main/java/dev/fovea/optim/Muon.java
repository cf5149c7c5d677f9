package dev.fovea.optim;

import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.List;

/**
 * Muon: momentum with orthogonalised updates. For a weight as a matrix [all axes but the last,
 * last], b ← μ·b + g and w ← w·(1 − η·λ) − η·√max(1, columns/rows)·O(g + μ·b), where O brings all
 * singular values near 1 by Newton-Schulz iterations: X ← a·X + (b·A + c·A²)·X, A = X·Xᵀ (Jordan et
 * al., 2024).
 *
 * <p>Parameters with one axis are updated by Adam, whose learning rate is scheduled in the same
 * proportion. The weights [kh, kw, 1, C] of a depthwise convolution are a matrix of kh·kw rows. In
 * training the iterations run on the engine with all its threads.
 *
 * @param learningRate η; 0.02 is usual
 * @param momentum μ, in [0, 1); 0.95 by default
 * @param iterations the number of iterations; 5 by default
 * @param others the learning rate of Adam for parameters with one axis; 3·10⁻⁴ by default
 * @param regularization weight decay λ and clipping
 */
public record Muon(
    double learningRate,
    double momentum,
    int iterations,
    double others,
    Regularization regularization)
    implements UpdateRule<Muon> {
  private static final Adam ADAM = new Adam(1, 0.9, 0.95, 1e-8, true, Regularization.NONE);

  /**
   * Checks the arguments.
   *
   * @throws dev.fovea.tensor.FoveaException if a rate or the number of iterations is not positive
   *     or μ not in [0, 1)
   */
  public Muon {
    Checks.positive("muon: learning rate", learningRate);
    Checks.fraction("muon: momentum", momentum);
    Checks.positive("muon: iterations", iterations);
    Checks.positive("muon: learning rate of others", others);
  }

  @Override
  public String name() {
    return "muon";
  }

  @Override
  public List<String> slots() {
    return List.of("momentum", "square");
  }

  @Override
  public boolean takesWholeParameters() {
    return true;
  }

  /** Returns this rule with another momentum. */
  public Muon momentum(double mu) {
    return new Muon(learningRate, mu, iterations, others, regularization);
  }

  /** Returns this rule with another number of iterations. */
  public Muon iterations(int count) {
    return new Muon(learningRate, momentum, count, others, regularization);
  }

  /** Returns this rule with another learning rate of Adam for parameters with one axis. */
  public Muon others(double rate) {
    return new Muon(learningRate, momentum, iterations, rate, regularization);
  }

  @Override
  public Muon learningRate(double rate) {
    return new Muon(rate, momentum, iterations, others, regularization);
  }

  @Override
  public Muon with(Regularization r) {
    return new Muon(learningRate, momentum, iterations, others, r);
  }

  @Override
  public void update(Shape shape, float[] w, float[] g, float[][] slots, int from, Step step) {
    if (shape.rank() < 2) {
      double rate = step.rate() * others / learningRate;
      ADAM.update(w, g, slots, from, from + shape.elements(), step, rate);
      return;
    }
    int columns = shape.dim(-1);
    int rows = shape.elements() / columns;
    Orthogonalizer orthogonalizer = step.orthogonalizer();
    float[] x = orthogonalizer.room(rows, columns);
    follow(g, slots[0], from, x, step.scale());
    orthogonalizer.apply(x, rows, columns, iterations);
    double size = Math.sqrt(Math.max(1, (double) columns / rows));
    float rate = (float) (step.rate() * size);
    float keep = (float) (1 - step.rate() * step.decay());
    for (int i = 0; i < x.length; i++) {
      w[from + i] = w[from + i] * keep - rate * x[i];
    }
  }

  /**
   * Returns the orthogonalisation of a matrix {@code x} [rows, columns] by ops: the same singular
   * vectors with singular values near 1.
   */
  public static Value orthogonalized(Value x, int iterations) {
    return NewtonSchulz.orthogonal(x, iterations);
  }

  private void follow(float[] g, float[] b, int from, float[] x, float scale) {
    float mu = (float) momentum;
    for (int i = 0; i < x.length; i++) {
      float d = g[from + i] * scale;
      b[from + i] = (mu * b[from + i] + d + Denormals.TINY) - Denormals.TINY;
      x[i] = d + mu * b[from + i];
    }
  }

  @Override
  public void update(float[] w, float[] g, float[][] slots, int from, int to, Step step) {
    update(Shape.of(to - from), w, g, slots, from, step);
  }
}
