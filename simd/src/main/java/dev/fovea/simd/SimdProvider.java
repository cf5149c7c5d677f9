package dev.fovea.simd;

import dev.fovea.engine.kernel.Kernel;
import dev.fovea.engine.kernel.KernelProvider;
import dev.fovea.engine.kernel.Signature;
import dev.fovea.op.ConvolutionAlgorithm;
import dev.fovea.op.Layout;
import dev.fovea.op.Precision;
import dev.fovea.tensor.FoveaException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Kernels written with the Vector API.
 *
 * <p>This class names no class of that API, so that it loads, and can say what is wrong, where the
 * incubating module is missing.
 */
public final class SimdProvider implements KernelProvider {
  private static final String VECTOR = "jdk.incubator.vector.FloatVector";

  private final ConvolutionAlgorithm algorithm;
  private final Precision precision;
  private final Optional<Micros> micros;

  /**
   * Creates the provider; it chooses the algorithm of each convolution by its shape, and multiplies
   * floats.
   */
  public SimdProvider() {
    this(ConvolutionAlgorithm.AUTO, Precision.FLOAT32, Optional.empty());
  }

  private SimdProvider(
      ConvolutionAlgorithm algorithm, Precision precision, Optional<Micros> micros) {
    this.algorithm = algorithm;
    this.precision = precision;
    this.micros = micros;
  }

  /** Returns this provider with these micro-kernels, whatever the process would choose. */
  public SimdProvider with(Micros chosen) {
    return new SimdProvider(algorithm, precision, Optional.of(chosen));
  }

  @Override
  public ConvolutionAlgorithm convolutions() {
    return algorithm;
  }

  @Override
  public SimdProvider with(ConvolutionAlgorithm other) {
    return new SimdProvider(other, precision, micros);
  }

  @Override
  public Precision precision() {
    return precision;
  }

  @Override
  public SimdProvider with(Precision other) {
    if (other == Precision.BFLOAT16 && micros().pairs().isEmpty()) {
      String here = remarks().isEmpty() ? "the Vector API" : String.join("; ", remarks());
      throw new FoveaException(
          "precision bf16: needs machine code on a processor with AVX512_BF16; here: " + here);
    }
    return new SimdProvider(algorithm, other, micros);
  }

  private Micros micros() {
    return micros.orElseGet(() -> MicroChoice.ofProcess().micros());
  }

  private Contractions contractions() {
    boolean pairs = precision == Precision.BFLOAT16;
    Micros all = pairs ? micros() : micros().inFloats();
    return new Contractions(new ConvolutionChoice(algorithm, pairs), all);
  }

  @Override
  public String name() {
    return "simd";
  }

  @Override
  public int priority() {
    return 100;
  }

  @Override
  public Optional<String> problem() {
    try {
      Class.forName(VECTOR, false, SimdProvider.class.getClassLoader());
      return Probe.works()
          ? Optional.empty()
          : Optional.of("a trial of the Vector API gave wrong numbers on this JVM");
    } catch (ClassNotFoundException | NoClassDefFoundError | IllegalAccessError e) {
      return Optional.of(
          "the Vector API is not readable; start java with --add-modules jdk.incubator.vector");
    } catch (ExceptionInInitializerError e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      return Optional.of(String.valueOf(cause.getMessage()));
    }
  }

  @Override
  public Optional<String> slowness() {
    return Jit.ofProcess().slowness();
  }

  @Override
  public List<String> remarks() {
    return micros.isPresent() ? List.of() : MicroChoice.ofProcess().remarks();
  }

  @Override
  public Optional<String> advice() {
    return micros.isPresent() ? Optional.empty() : MicroChoice.ofProcess().advice();
  }

  @Override
  public int vectorBits() {
    return Species.FLOATS.vectorBitSize();
  }

  @Override
  public OptionalDouble peakGflops(Duration time) {
    return OptionalDouble.of(FmaPeak.gflops(time));
  }

  @Override
  public OptionalDouble gainOfBfloat16(Duration time) {
    Micros all = micros();
    return all.pairs().isPresent()
        ? OptionalDouble.of(PairGain.measure(all.two(), all.pairs().get(), time))
        : OptionalDouble.empty();
  }

  @Override
  public Optional<Kernel> kernel(Signature s) {
    return new Choice(contractions()).kernel(s);
  }

  @Override
  public Optional<Layout> layout(Signature s, boolean fixed) {
    if (s.isEmpty()) {
      return Optional.empty();
    }
    return s.isFloat() ? contractions().layout(s, fixed) : new ByteKernels(micros()).layout(s);
  }
}
