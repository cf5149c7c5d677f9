package dev.fovea.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.engine.kernel.scalar.ScalarProvider;
import dev.fovea.op.Activation;
import dev.fovea.op.ConvolutionAlgorithm;
import dev.fovea.op.Elementwise;
import dev.fovea.op.Op;
import dev.fovea.op.Precision;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ProvidersTest {
  private static final KernelProvider SCALAR = new ScalarProvider();

  /** A provider that knows no op. */
  private record Empty(
      String name, int priority, Optional<String> problem, Optional<String> slowness)
      implements KernelProvider {
    Empty(String name, int priority, Optional<String> problem) {
      this(name, priority, problem, Optional.empty());
    }

    @Override
    public int vectorBits() {
      return 256;
    }

    @Override
    public Optional<Kernel> kernel(Signature signature) {
      return Optional.empty();
    }
  }

  private static final KernelProvider FAST = new Empty("fast", 10, Optional.empty());
  private static final KernelProvider BROKEN = new Empty("broken", 20, Optional.of("no such CPU"));

  private static final KernelProvider SLOW =
      new Empty("slow", 30, Optional.empty(), Optional.of("no compiler"));

  private static Providers of(Optional<String> name, KernelProvider... found) {
    return Providers.of(List.of(found), List.of(), name);
  }

  @Test
  void takesTheHighestThatRuns() {
    Providers providers = of(Optional.empty(), SCALAR, BROKEN, FAST);
    assertThat(providers.chosen()).isEqualTo(FAST);
    assertThat(providers.chain()).containsExactly(FAST, SCALAR);
    assertThat(providers.problems()).containsExactly("broken: no such CPU");
  }

  @Test
  void precisionIsOfTheChosenOne() {
    Providers providers = of(Optional.empty(), SCALAR);
    assertThat(providers.with(Precision.FLOAT32).chain()).containsExactly(SCALAR);
    assertThatThrownBy(() -> providers.with(Precision.BFLOAT16))
        .isInstanceOf(FoveaException.class)
        .hasMessage("precision bf16: the scalar kernels have fp32 alone");
    assertThat(Precision.named("BF16")).contains(Precision.BFLOAT16);
    assertThat(Precision.named("fp16")).isEmpty();
  }

  @Test
  void takesTheNamedOne() {
    Providers providers = of(Optional.of("scalar"), FAST, SCALAR);
    assertThat(providers.chosen()).isEqualTo(SCALAR);
    assertThat(providers.chain()).containsExactly(SCALAR);
  }

  @Test
  void takesWhatIsSlowHereOnlyByItsName() {
    Providers providers = of(Optional.empty(), SCALAR, SLOW);
    assertThat(providers.chosen()).isEqualTo(SCALAR);
    assertThat(providers.problems()).containsExactly("slow: no compiler");
    assertThat(of(Optional.of("slow"), SCALAR, SLOW).chain()).containsExactly(SLOW, SCALAR);
  }

  @Test
  void noticesThatThereIsNothingButTheScalarKernels() {
    assertThat(of(Optional.empty(), SCALAR, BROKEN).notice())
        .hasValue(
            "Fovea computes with its scalar kernels, several times slower than those with vectors:"
                + " broken: no such CPU (-Dfovea.kernels=scalar asks for them without this line)");
    assertThat(of(Optional.empty(), SCALAR).notice().orElseThrow())
        .contains(
            ": no others were found; add the jar fovea-simd, and where one jar is made of several,"
                + " keep META-INF/services (");
    assertThat(of(Optional.empty(), SCALAR).with(ConvolutionAlgorithm.DIRECT).notice()).isPresent();
    assertThat(of(Optional.empty(), SCALAR, FAST, BROKEN).notice()).isEmpty();
    assertThat(of(Optional.of("scalar"), SCALAR, BROKEN).notice()).isEmpty();
  }

  @Test
  void asksTheNextForWhatTheChosenLacks() {
    Shape s = Shape.of(3);
    Op op = new Elementwise.Activate(Activation.RELU);
    assertThat(of(Optional.empty(), FAST, SCALAR).kernel(Signature.of(op, List.of(s)))).isPresent();
    assertThat(of(Optional.empty(), FAST).kernel(Signature.of(op, List.of(s)))).isEmpty();
  }

  @Test
  void saysWhatCanBeChosen() {
    assertThatThrownBy(() -> of(Optional.of("fats"), FAST, SCALAR, BROKEN))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            "kernels 'fats' cannot be used (choose one of: fast, scalar); broken: no such CPU");
    assertThatThrownBy(() -> of(Optional.empty(), BROKEN))
        .hasMessage("no kernels can be used (choose one of: none); broken: no such CPU");
    assertThatThrownBy(() -> of(Optional.of("simd"), SCALAR))
        .hasMessage(
            "kernels 'simd' cannot be used (choose one of: scalar); no others were found; add the"
                + " jar fovea-simd, and where one jar is made of several, keep META-INF/services");
  }

  @Test
  void findsTheScalarProvider() {
    assertThat(Providers.choose("scalar").chosen()).isInstanceOf(ScalarProvider.class);
    assertThat(Providers.choose().chain().getLast()).isInstanceOf(ScalarProvider.class);
    assertThatThrownBy(() -> Providers.choose("none")).isInstanceOf(FoveaException.class);
  }
}
