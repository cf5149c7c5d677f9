package dev.fovea.engine.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.engine.Engine;
import dev.fovea.engine.compile.Compiler.Mode;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.runtime.CompiledFunction;
import dev.fovea.engine.runtime.Device;
import dev.fovea.op.Activation;
import dev.fovea.op.Contraction;
import dev.fovea.op.Elementwise;
import dev.fovea.op.Grid;
import dev.fovea.op.Movement;
import dev.fovea.op.Op;
import dev.fovea.op.Pooling;
import dev.fovea.op.Quantized;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.ElementType;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Graphs on a grid give the same bits in bytes as in floats, and become the ops on bytes. */
final class FuseRoundingTest {
  private static final Shape IMAGE = Shape.of(2, 6, 7, 8);
  private static final Value X = Source.Input.sample(0, IMAGE);
  private static final Window2d SAME = Window2d.of(3, 3).padding(1, 1, 1, 1);

  /** Whole numbers with the scale and zero that they were rounded with. */
  private record Rounded(Value q, float scale, float zero) {
    Value numbers() {
      return q.minus(Value.constant(zero));
    }

    Value real() {
      return numbers().times(scale);
    }

    Rounded with(Value other) {
      return new Rounded(other, scale, zero);
    }
  }

  private static Rounded round(Value steps, float scale, float zero, ElementType type) {
    Value q = Grid.round(steps, Value.constant(zero), type.least(), type.greatest());
    return new Rounded(q, scale, zero);
  }

  private static Rounded rounded(Value real, float scale, float zero, ElementType type) {
    return round(real.over(Value.constant(scale)), scale, zero, type);
  }

  private static Value weights(ElementType type, float zero, int... dims) {
    Shape shape = Shape.of(dims);
    byte[] data = new byte[shape.elements()];
    Rng rng = new Rng(data.length);
    for (int i = 0; i < data.length; i++) {
      int w = rng.nextInt(255) - 127;
      data[i] = (byte) (type == ElementType.INT8 ? w : w + (int) zero);
    }
    Value bytes = Value.of(new Source.Bytes(shape, data, type)).to(ElementType.FLOAT32);
    return bytes.minus(Value.constant(zero));
  }

  private static Value perChannel(int n, float from, float to) {
    Tensor t = Tensor.zeros(Shape.of(n));
    Rng rng = new Rng(n);
    for (int i = 0; i < n; i++) {
      t.data()[i] = rng.nextFloat(from, to);
    }
    return Value.constant(t);
  }

  private static Value bias(int n) {
    Tensor t = Tensor.zeros(Shape.of(n));
    for (int i = 0; i < n; i++) {
      t.data()[i] = 300 * i - 700;
    }
    return Value.constant(t);
  }

  private static Rounded convolved(
      Rounded x, Value w, int groups, float scale, float zero, ElementType type) {
    int n = w.shape().dim(-1);
    Window2d window = w.shape().dim(0) == 3 ? SAME : Window2d.of(1, 1);
    Value sum = Value.of(new Contraction.Conv2d(window, groups), x.numbers(), w).plus(bias(n));
    Grid.Scaled scaled =
        new Grid.Scaled(sum, perChannel(n, 0.001f, 0.01f).times(Value.constant(x.scale)));
    return round(scaled.steps(Value.constant(scale)), scale, zero, type);
  }

  /** Runs a graph as it is optimised, and as it is in training, where all stays in floats. */
  private static Graph sameBits(Value y) {
    Device device = Engine.shared().unwrap(Device.class);
    Graph graph = Graph.of(List.of(X), List.of(y));
    Tensor x = Tensor.zeros(IMAGE);
    Rng rng = new Rng(3);
    for (int i = 0; i < x.data().length; i++) {
      x.data()[i] = rng.nextFloat(-2, 2);
    }
    float[] whole = CompiledFunction.of(device, graph, Mode.INFER).call(x).get(0).data();
    float[] floats = CompiledFunction.of(device, graph, Mode.TRAIN).call(x).get(0).data();
    assertThat(whole).containsExactly(floats);
    assertThat(IntStream.range(0, whole.length).mapToObj(i -> whole[i]).distinct())
        .hasSizeGreaterThan(3);
    return device.compiler().optimize(graph, Mode.INFER);
  }

  private static long count(Graph g, Class<? extends Op> kind) {
    return g.values().stream().filter(v -> kind.isInstance(v.op())).count();
  }

  private static void noFloatsBetween(Graph g) {
    assertThat(count(g, Contraction.class)).isZero();
    assertThat(count(g, Quantized.Quantize.class)).isEqualTo(1);
    assertThat(count(g, Quantized.Dequantize.class)).isEqualTo(1);
  }

  /** Convolutions of all kinds, a sum, a mean over pixels and a dense layer. */
  @ParameterizedTest
  @EnumSource(names = {"INT8", "UINT8"})
  void networksStayInBytes(ElementType type) {
    float middle = type == ElementType.INT8 ? -3 : 120;
    Rounded x = rounded(X, 0.016f, middle, type);
    Rounded a = convolved(x, weights(ElementType.INT8, 0, 3, 3, 8, 12), 1, 0.03f, middle, type);
    Rounded b = convolved(a, weights(ElementType.UINT8, 128, 3, 3, 1, 12), 12, 0.02f, 0, type);
    Rounded c = convolved(b, weights(ElementType.INT8, 0, 1, 1, 6, 12), 2, 0.04f, middle, type);
    Rounded sum = rounded(a.real().plus(c.real()).activate(Activation.RELU), 0.05f, middle, type);
    Rounded pooled = sum.with(Value.of(new Pooling.MaxPool(SAME), sum.q));
    Value joined = Value.of(new Movement.Concat(3), pooled.q, sum.q);
    Rounded flat = pooled.with(joined.transpose(0, 2, 1, 3).reshape(Shape.of(2, 6 * 7 * 24)));
    Value products = flat.numbers().matmul(weights(ElementType.INT8, 0, 6 * 7 * 24, 5));
    Grid.Scaled dense = new Grid.Scaled(products, Value.constant(0.00002f));
    Graph g = sameBits(round(dense.steps(Value.constant(0.3f)), 0.3f, middle, type).real());
    noFloatsBetween(g);
    assertThat(count(g, Quantized.Conv2d.class)).isEqualTo(4);
    assertThat(count(g, Quantized.Sum.class)).isEqualTo(1);
    // The rectifier is a bound.
    assertThat(count(g, Elementwise.Activate.class)).isZero();
    long floats =
        g.values().stream()
            .filter(v -> v.type() == ElementType.FLOAT32 && v.shape().elements() > 600)
            .count();
    assertThat(floats).as("large values of floats: the input").isEqualTo(1);
  }

  /** The sum of a mean is exact in bytes; in floats its numbers are rounded. */
  @Test
  void meansOverPixelsAreExact() {
    Rounded x = rounded(X, 0.5f, 128, ElementType.UINT8);
    Value mean = x.real().mean(1, 2).reshape(Shape.of(2, 8));
    noFloatsBetween(sameBits(rounded(mean, 0.015625f, 100, ElementType.UINT8).real()));
  }

  /** What leads out of bytes, or to a scale per channel, becomes floats at once. */
  @Test
  void sumsMayBecomeFloats() {
    Rounded x = rounded(X, 0.02f, 99, ElementType.UINT8);
    Value sum = x.numbers().reshape(Shape.of(84, 8)).matmul(weights(ElementType.INT8, 0, 8, 5));
    Graph g =
        sameBits(
            sum.plus(bias(5)).times(perChannel(5, 0.00005f, 0.0002f)).activate(Activation.TANH));
    assertThat(count(g, Quantized.Conv2d.class)).isEqualTo(1);
    assertThat(count(g, Quantized.Dequantize.class)).isZero();
    assertThat(count(g, Contraction.class)).isZero();
  }

  private static Graph optimized(Value x, Value y) {
    Device device = Engine.shared().unwrap(Device.class);
    return device.compiler().optimize(Graph.of(List.of(x), List.of(y)), Mode.INFER);
  }

  /** A scale of more axes than a matrix gives a result of more axes. */
  @Test
  void scalesMayAddAxes() {
    Rounded x = rounded(X, 0.02f, 99, ElementType.UINT8);
    Value sum = x.numbers().reshape(Shape.of(84, 8)).matmul(weights(ElementType.INT8, 0, 8, 5));
    Value real = sum.times(perChannel(5, 0.00005f, 0.0002f).reshape(Shape.of(1, 1, 5)));
    assertThat(real.shape()).isEqualTo(Shape.of(1, 84, 5));
    assertThat(sameBits(real).outputs().get(0).shape()).isEqualTo(real.shape());
  }

  /** A mean that is spread over pixels again is no mean of bytes. */
  @Test
  void spreadMeansStayInFloats() {
    Rounded x = rounded(X, 0.5f, 128, ElementType.UINT8);
    Value each = Value.constant(Tensor.full(Shape.of(1, 6, 7, 1), 1 / 64f));
    Value spread = x.real().sum(1, 2).reshape(Shape.of(2, 1, 1, 8)).times(each);
    Graph g = sameBits(rounded(spread, 0.015625f, 100, ElementType.UINT8).real());
    assertThat(count(g, Quantized.Mean.class)).isZero();
  }

  /** Means of numbers whose zero is no byte stay in floats. */
  @Test
  void meansNeedAByteForZero() {
    Rounded x = rounded(X, 0.016f, 128, ElementType.UINT8);
    Value far = x.numbers().minus(Value.constant(128)).times(0.5f);
    Value mean = far.mean(1, 2).reshape(Shape.of(2, 8));
    Graph g = sameBits(rounded(mean, 0.5f, 200, ElementType.UINT8).real());
    assertThat(count(g, Quantized.Mean.class)).isZero();
  }

  /** 255 · 128 · 65,793 terms fit a whole number of 32 bits, one more does not. */
  @Test
  void sumsThatCouldWrapStayInFloats() {
    for (int terms : new int[] {65_793, 65_794}) {
      Value in = Source.Input.sample(0, Shape.of(1, terms));
      Rounded x = rounded(in, 0.02f, 99, ElementType.UINT8);
      Value sum = x.numbers().matmul(weights(ElementType.INT8, 0, terms, 1)).times(0.00001f);
      assertThat(count(optimized(in, sum), Quantized.Conv2d.class))
          .isEqualTo(terms == 65_793 ? 1 : 0);
    }
  }

  /** 255 · 8,421,504 pixels fit a whole number of 32 bits, one more does not. */
  @Test
  void meansThatCouldWrapStayInFloats() {
    for (int width : new int[] {8_421_504, 8_421_505}) {
      Value in = Source.Input.sample(0, Shape.of(1, 1, width, 1));
      Rounded x = rounded(in, 0.5f, 128, ElementType.UINT8);
      Rounded mean = rounded(x.real().mean(1, 2), 0.015625f, 100, ElementType.UINT8);
      assertThat(count(optimized(in, mean.real()), Quantized.Mean.class))
          .isEqualTo(width == 8_421_504 ? 1 : 0);
    }
  }

  /** Weights that are no signed bytes, zeros per channel: such graphs stay in floats. */
  @Test
  void otherFormsStayInFloats() {
    Rounded x = rounded(X, 0.02f, 99, ElementType.UINT8);
    Value wide = weights(ElementType.UINT8, 3, 3, 3, 8, 4);
    Value sum = Value.of(new Contraction.Conv2d(SAME, 1), x.numbers(), wide);
    Value shifted = x.q.minus(perChannel(8, 1, 5)).times(0.5f);
    Graph g = sameBits(sum.times(0.01f).mean().plus(shifted));
    assertThat(count(g, Contraction.class)).isEqualTo(1);
    assertThat(count(g, Quantized.Conv2d.class)).isZero();
  }
}
