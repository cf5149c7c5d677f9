package dev.fovea.insight.unit;

import dev.fovea.engine.Engine;
import dev.fovea.engine.autodiff.Autodiff;
import dev.fovea.engine.compile.Compiler;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.runtime.CompiledFunction;
import dev.fovea.engine.runtime.Device;
import dev.fovea.op.Activation;
import dev.fovea.op.Paths;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;

/**
 * Pictures by their frequencies, so that one step moves all pixels together (Olah et al., 2017): z
 * [C, H, W] is scaled by 1 / max(f, 1/max(H, W)), f the frequency in cycles per pixel, so that all
 * frequencies are as large as in photographs; transformed back; divided by 4; of three channels
 * mixed as the colours of photographs are; and brought between the values of black and white by a
 * sigmoid.
 *
 * <p>The transform is Hartley's, the real form of Fourier's: X = A_H · Z · A_Wᵀ with A[y, u] =
 * (cos(2πuy/H) + sin(2πuy/H)) / √H. It is two products with constant matrices, keeps norms, and its
 * gradient comes by itself. Odd sizes are as good as even ones.
 */
public final class FourierSpace implements PictureSpace {
  private static final double START = 0.01;
  private static final double DIVISOR = 4;

  /** The square root of the covariance of ImageNet's red, green and blue, as lucid has it. */
  private static final double[][] COLOURS = {
    {0.26, 0.09, 0.02}, {0.27, 0.00, -0.05}, {0.27, -0.09, 0.03}
  };

  private final Shape shape;
  private final CompiledFunction forward;
  private final CompiledFunction backward;

  /**
   * Creates a space.
   *
   * @param engine what computes
   * @param shape of the picture, [H, W, C]
   * @param black the value of black in each channel
   * @param white the value of white in each channel
   * @param bgr whether the channels are blue, green, red
   * @throws FoveaException if the shape is no picture's
   */
  public FourierSpace(Engine engine, Shape shape, float[] black, float[] white, boolean bgr) {
    if (shape.rank() != 3 || black.length != shape.dim(2) || white.length != shape.dim(2)) {
      throw new FoveaException(
          "frequencies: a picture [H, W, C] with C values of black and white expected, got "
              + shape);
    }
    this.shape = shape;
    Value z = Source.Input.sample(0, planes());
    Value picture = limited(mixed(spatial(z.times(Value.constant(scale()))), bgr), black, white);
    Value g = Source.Input.sample(1, shape);
    List<Value> back = Autodiff.gradients(picture.times(g).sum(), List.of(z), new Paths());
    this.forward = compiled(engine, List.of(z), picture);
    this.backward = compiled(engine, List.of(z, g), back.getFirst());
  }

  private static CompiledFunction compiled(Engine engine, List<Value> inputs, Value result) {
    Graph graph = Graph.of(inputs, List.of(result));
    return CompiledFunction.of(engine.unwrap(Device.class), graph, Compiler.Mode.INFER);
  }

  private Shape planes() {
    return Shape.of(shape.dim(2), shape.dim(0), shape.dim(1));
  }

  /** Returns A [n, n]: places by frequencies. */
  static Tensor waves(int n) {
    Tensor a = Tensor.zeros(Shape.of(n, n));
    for (int y = 0; y < n; y++) {
      for (int u = 0; u < n; u++) {
        double angle = 2 * Math.PI * ((long) u * y % n) / n;
        a.data()[y * n + u] = (float) ((Math.cos(angle) + Math.sin(angle)) / Math.sqrt(n));
      }
    }
    return a;
  }

  /** Returns the picture [H, W, C] of coefficients [C, H, W]. */
  static Value spatial(Value z) {
    Value rows = z.matmul(Value.constant(waves(z.shape().dim(2))).transpose(1, 0));
    Value columns =
        rows.transpose(0, 2, 1).matmul(Value.constant(waves(z.shape().dim(1))).transpose(1, 0));
    return columns.transpose(2, 1, 0);
  }

  private Tensor scale() {
    int h = shape.dim(0);
    int w = shape.dim(1);
    Tensor scale = Tensor.zeros(Shape.of(1, h, w));
    for (int i = 0; i < h * w; i++) {
      double fy = (double) Math.min(i / w, h - i / w) / h;
      double fx = (double) Math.min(i % w, w - i % w) / w;
      double f = Math.max(Math.hypot(fy, fx), 1.0 / Math.max(h, w));
      scale.data()[i] = (float) (1 / f / DIVISOR);
    }
    return scale;
  }

  private static Value mixed(Value x, boolean bgr) {
    if (x.shape().dim(2) != COLOURS.length) {
      return x;
    }
    double largest = 0;
    for (int c = 0; c < 3; c++) {
      double squares = 0;
      for (double[] row : COLOURS) {
        squares += row[c] * row[c];
      }
      largest = Math.max(largest, Math.sqrt(squares));
    }
    Tensor mix = Tensor.zeros(Shape.of(3, 3));
    for (int from = 0; from < 3; from++) {
      for (int to = 0; to < 3; to++) {
        mix.data()[from * 3 + (bgr ? 2 - to : to)] = (float) (COLOURS[to][from] / largest);
      }
    }
    return x.matmul(Value.constant(mix));
  }

  private static Value limited(Value x, float[] black, float[] white) {
    float[] span = new float[black.length];
    for (int c = 0; c < span.length; c++) {
      span[c] = white[c] - black[c];
    }
    Shape channels = Shape.of(span.length);
    return x.activate(Activation.SIGMOID)
        .times(Value.constant(Tensor.of(channels, span)))
        .plus(Value.constant(Tensor.of(channels, black.clone())));
  }

  @Override
  public float[] start(Rng rng) {
    float[] z = new float[shape.elements()];
    for (int i = 0; i < z.length; i++) {
      z[i] = rng.nextGaussian(START);
    }
    return z;
  }

  @Override
  public Tensor picture(float[] z) {
    return forward.call(Tensor.of(planes(), z.clone())).getFirst();
  }

  @Override
  public float[] back(float[] z, Tensor gradient) {
    return backward.call(Tensor.of(planes(), z.clone()), gradient).getFirst().data();
  }

  @Override
  public void step(float[] z, float[] gradient, Adam adam) {
    adam.step(z, gradient);
  }
}
