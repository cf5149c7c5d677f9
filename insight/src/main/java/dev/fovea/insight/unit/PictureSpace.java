package dev.fovea.insight.unit;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/**
 * The numbers z that a picture is made of while it is searched for. What is easy to reach in one
 * space is hard in another: steps in pixels give noise, steps in frequencies give shapes.
 */
public sealed interface PictureSpace permits PictureSpace.Box, PictureSpace.Ball, FourierSpace {
  /** Returns the numbers that a search begins with. */
  float[] start(Rng rng);

  /** Returns the picture [H, W, C] of some numbers. */
  Tensor picture(float[] z);

  /** Returns the gradient with respect to z, from that with respect to the picture. */
  float[] back(float[] z, Tensor gradient);

  /** Takes a step upwards along a gradient that may be scaled number by number. */
  void step(float[] z, float[] gradient, Adam adam);

  /** The moving means of Adam (Kingma and Ba, 2014) of one search. */
  final class Adam {
    private static final double FIRST = 0.9;
    private static final double SECOND = 0.999;
    private static final double EPSILON = 1e-8;

    private final double rate;
    private final double[] means;
    private final double[] squares;
    private int steps;

    /** Creates means of nothing. */
    public Adam(double rate, int numbers) {
      this.rate = rate;
      this.means = new double[numbers];
      this.squares = new double[numbers];
    }

    double rate() {
      return rate;
    }

    void step(float[] z, float[] gradient) {
      steps++;
      double first = 1 - Math.pow(FIRST, steps);
      double second = 1 - Math.pow(SECOND, steps);
      for (int i = 0; i < z.length; i++) {
        means[i] = FIRST * means[i] + (1 - FIRST) * gradient[i];
        squares[i] = SECOND * squares[i] + (1 - SECOND) * gradient[i] * gradient[i];
        z[i] += (float) (rate * means[i] / first / (Math.sqrt(squares[i] / second) + EPSILON));
      }
    }
  }

  /**
   * Pixels between two numbers, begun in the middle.
   *
   * @param shape [H, W, C]
   * @param low the least value
   * @param high the greatest value
   */
  record Box(Shape shape, float low, float high) implements PictureSpace {
    private static final double NOISE = 0.01;

    /**
     * Checks the limits.
     *
     * @throws FoveaException if there is nothing between them
     */
    public Box {
      if (!(low < high)) {
        throw new FoveaException("pixels: needs low < high, got " + low + " and " + high);
      }
    }

    @Override
    public float[] start(Rng rng) {
      float[] z = new float[shape.elements()];
      for (int i = 0; i < z.length; i++) {
        z[i] = (low + high) / 2 + rng.nextGaussian(NOISE * (high - low));
      }
      return z;
    }

    @Override
    public Tensor picture(float[] z) {
      return Tensor.of(shape, z.clone());
    }

    @Override
    public float[] back(float[] z, Tensor gradient) {
      return gradient.data();
    }

    @Override
    public void step(float[] z, float[] gradient, Adam adam) {
      float[] scaled = new float[z.length];
      adam.step(scaled, gradient);
      for (int i = 0; i < z.length; i++) {
        z[i] = Math.clamp(z[i] + scaled[i] * (high - low), low, high);
      }
    }
  }

  /**
   * Pixels whose squares add up to at most r²; steps go along the gradient itself.
   *
   * @param shape [H, W, C]
   * @param radius r
   */
  record Ball(Shape shape, double radius) implements PictureSpace {
    private static final double NOISE = 0.01;

    @Override
    public float[] start(Rng rng) {
      float[] z = new float[shape.elements()];
      for (int i = 0; i < z.length; i++) {
        z[i] = rng.nextGaussian(NOISE * radius / Math.sqrt(z.length));
      }
      return z;
    }

    @Override
    public Tensor picture(float[] z) {
      return Tensor.of(shape, z.clone());
    }

    @Override
    public float[] back(float[] z, Tensor gradient) {
      return gradient.data();
    }

    @Override
    public void step(float[] z, float[] gradient, Adam adam) {
      double size = norm(gradient);
      double far = size == 0 ? 0 : adam.rate() * radius / size;
      for (int i = 0; i < z.length; i++) {
        z[i] += (float) (far * gradient[i]);
      }
      double now = norm(z);
      if (now > radius) {
        for (int i = 0; i < z.length; i++) {
          z[i] = (float) (z[i] * radius / now);
        }
      }
    }

    private static double norm(float[] v) {
      double sum = 0;
      for (float x : v) {
        sum += (double) x * x;
      }
      return Math.sqrt(sum);
    }
  }
}
