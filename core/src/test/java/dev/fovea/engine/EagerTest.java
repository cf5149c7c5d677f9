package dev.fovea.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.engine.kernel.Kernel;
import dev.fovea.engine.kernel.KernelProvider;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.runtime.Device;
import dev.fovea.engine.runtime.Workers;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Contraction;
import dev.fovea.op.ConvolutionAlgorithm;
import dev.fovea.op.Elementwise;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.ShapeException;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class EagerTest {
  private final Eager eager = new Eager(Engine.shared());

  /** The row "valid, 2×2" of convolution arithmetic: rows 1..16 with kernel [-1 1; 0 1]. */
  @Test
  void aConvolutionOfOnePicture() {
    float[] rows = new float[16];
    for (int i = 0; i < 16; i++) {
      rows[i] = i + 1;
    }
    Tensor y =
        eager.apply(
            new Contraction.Conv2d(Window2d.of(2, 2), 1),
            Tensor.of(Shape.of(1, 4, 4, 1), rows),
            Tensor.of(Shape.of(2, 2, 1, 1), -1, 1, 0, 1));
    assertThat(y.shape()).isEqualTo(Shape.of(1, 3, 3, 1));
    assertThat(y.data()).containsExactly(7, 8, 9, 11, 12, 13, 15, 16, 17);
  }

  @Test
  void anEngineAloneGivesTheSameBitsOnTheThreadThatAsks() {
    Engine alone = Engine.shared().alone();
    Tensor x = Tensor.of(Shape.of(1, 9, 7, 3), new float[189]);
    Rng random = Seed.of(1).rng();
    for (int i = 0; i < x.data().length; i++) {
      x.data()[i] = random.nextFloat();
    }
    Tensor weights = Tensor.of(Shape.of(3, 3, 3, 1), Arrays.copyOf(x.data(), 27));
    Contraction.Conv2d op = new Contraction.Conv2d(Window2d.of(3, 3), 1);
    assertThat(alone.threads()).isOne();
    assertThat(alone.kernels()).isEqualTo(Engine.shared().kernels());
    assertThat(new Eager(alone).apply(op, x, weights).data())
        .containsExactly(eager.apply(op, x, weights).data());
  }

  @Test
  void anExpression() {
    Value x = Source.Input.sample(0, Shape.of(2, 2));
    Tensor y = eager.evaluate(x.times(x).sum(1), Tensor.of(Shape.of(2, 2), 1, 2, 3, 4));
    assertThat(y.shape()).isEqualTo(Shape.of(2, 1));
    assertThat(y.data()).containsExactly(5, 25);
  }

  @Test
  void aValueThatIsGivenNotComputed() {
    Value x = Source.Input.sample(0, Shape.of(3));
    assertThat(eager.evaluate(x, Tensor.of(Shape.of(3), 1, 2, 3)).data()).containsExactly(1, 2, 3);
    assertThat(eager.evaluate(Value.constant(7)).item()).isEqualTo(7);
  }

  @Test
  void shapesThatDoNotFit() {
    Elementwise.Binary add = new Elementwise.Binary(BinaryFunction.ADD);
    assertThatThrownBy(
            () -> eager.apply(add, Tensor.zeros(Shape.of(4, 3)), Tensor.zeros(Shape.of(4, 2))))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "add: shapes do not broadcast; axes must be equal or 1, counted from the last;"
                + " input=[N,3], [4,2]");
  }

  /** A device that counts how often something is compiled for it. */
  private record Counting(Device device, AtomicInteger compiled) implements Device {
    @Override
    public List<KernelProvider> providers() {
      compiled.incrementAndGet();
      return device.providers();
    }

    @Override
    public Device with(ConvolutionAlgorithm algorithm) {
      return new Counting(device.with(algorithm), compiled);
    }

    @Override
    public Runnable bind(Kernel kernel, Operands operands, Span scratch) {
      return device.bind(kernel, operands, scratch);
    }
  }

  @Test
  void anOpIsCompiledOncePerShapes() {
    AtomicInteger compiled = new AtomicInteger();
    Engine shared = Engine.shared();
    Eager counted =
        new Eager(
            Engines.of(
                new Counting(shared.unwrap(Device.class), compiled), shared.unwrap(Workers.class)));
    Elementwise.Binary sum = new Elementwise.Binary(BinaryFunction.ADD);
    Tensor two = Tensor.of(Shape.of(2), 1, 2);
    for (int i = 0; i < 5; i++) {
      assertThat(counted.apply(sum, two, Tensor.of(Shape.of(2), i, i)).data())
          .containsExactly(1 + i, 2 + i);
    }
    assertThat(compiled).hasValue(1);
    counted.apply(sum, two, Tensor.scalar(1));
    counted.apply(new Elementwise.Binary(BinaryFunction.MULTIPLY), two, two);
    assertThat(compiled).hasValue(3);
    // Those used last are kept, a bounded number of them.
    for (int n = 1; n < 400; n++) {
      counted.apply(sum, Tensor.zeros(Shape.of(n, 3)), Tensor.zeros(Shape.of(n, 3)));
    }
    compiled.set(0);
    counted.apply(sum, two, two);
    assertThat(compiled).hasValue(1);
  }
}
