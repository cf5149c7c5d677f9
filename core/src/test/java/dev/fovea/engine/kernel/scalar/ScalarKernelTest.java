package dev.fovea.engine.kernel.scalar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.engine.kernel.Kernel;
import dev.fovea.engine.kernel.KernelProvider;
import dev.fovea.engine.kernel.Signature;
import dev.fovea.engine.kernel.TaskKernel;
import dev.fovea.engine.kernel.testing.KernelContract;
import dev.fovea.engine.kernel.testing.KernelRunner;
import dev.fovea.op.Contraction;
import dev.fovea.op.Ints;
import dev.fovea.op.Layout;
import dev.fovea.op.Movement;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Shape;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The scalar kernels, of which there must be one for every case. */
final class ScalarKernelTest extends KernelContract {
  private final KernelProvider scalar = new ScalarProvider();

  @Override
  protected KernelProvider provider() {
    return scalar;
  }

  @Override
  protected boolean complete() {
    return true;
  }

  @Test
  void takesNoLayoutButThePlainOne() {
    var plain = new Contraction.Conv2d(Window2d.of(3, 3), 1);
    Shape x = Shape.of(1, 5, 5, 2);
    Shape w = Shape.of(3, 3, 2, 4);
    assertThat(scalar.layout(Signature.of(plain, List.of(x, w)), true)).isEmpty();
    Layout layout = new Layout("panels", Shape.of(80), w);
    Signature packed = Signature.of(plain.with(Optional.of(layout)), List.of(x, layout.shape()));
    assertThat(scalar.kernel(packed)).isEmpty();
    Signature pack = Signature.of(new Movement.Pack(plain, layout), List.of(w));
    assertThat(scalar.kernel(pack)).isEmpty();
  }

  @Test
  void saysWhatItIs() {
    assertThat(scalar.name()).isEqualTo("scalar");
    assertThat(scalar.problem()).isEmpty();
    assertThat(scalar.vectorBits()).isEqualTo(32);
    assertThat(scalar.priority()).isZero();
  }

  /** The other extents of a shape of no elements may have any product. */
  @Test
  void padsWhatHasNoElements() {
    var op = new Movement.Pad(Ints.of(0, 1, 0), Ints.of(0, 0, 0), 0);
    Signature s = Signature.of(op, List.of(Shape.of(0, 3_000_000, 1000)));
    Kernel kernel = scalar.kernel(s).orElseThrow();
    float[] y = new KernelRunner(kernel, s, List.of(new float[0])).run(KernelRunner.Order.FORWARD);
    assertThat(y).isEmpty();
  }

  @Test
  void cutsLargeWorkIntoTasksAndSmallWorkIntoOne() {
    var op = new Contraction.Conv2d(Window2d.of(3, 3), 1);
    Shape w = Shape.of(3, 3, 16, 16);
    var large = scalar.kernel(Signature.of(op, List.of(Shape.of(8, 34, 34, 16), w)));
    var small = scalar.kernel(Signature.of(op, List.of(Shape.of(1, 4, 4, 16), w)));
    assertThat(tasks(large.orElseThrow())).isGreaterThan(64);
    assertThat(tasks(small.orElseThrow())).isEqualTo(1);
  }

  private static int tasks(Kernel kernel) {
    return ((TaskKernel) kernel).tasks(0);
  }
}
