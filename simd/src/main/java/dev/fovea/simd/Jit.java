package dev.fovea.simd;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.function.Function;
import jdk.incubator.vector.FloatVector;

/**
 * What the JVM's compiler makes of the Vector API.
 *
 * <p>Each operation becomes an instruction only in code that C2 compiles. Everywhere else it is a
 * call that allocates vectors on the heap, and a fused multiply-add without an instruction for it
 * goes through {@link java.math.BigDecimal}: then plain loops are far faster.
 *
 * @param property a system property by its name; empty text if it is not set
 * @param option an option of the JVM by its name, where there is such an option and it can be asked
 * @param bits the width in bits of the vectors that the JVM prefers
 */
record Jit(Function<String, String> property, Function<String, Optional<String>> option, int bits) {
  private static final int FULL_OPTIMIZATION = 4;
  private static final int NARROWEST = 128;
  private static final int AVX2 = 256;

  /** Returns what this process runs on. */
  static Jit ofProcess() {
    return new Jit(
        name -> System.getProperty(name, ""),
        options(),
        FloatVector.SPECIES_PREFERRED.vectorBitSize());
  }

  private static Function<String, Optional<String>> options() {
    try {
      HotSpotDiagnosticMXBean bean =
          ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
      return name -> value(bean, name);
    } catch (LinkageError | RuntimeException e) {
      return name -> Optional.empty(); // without the module jdk.management, or another JVM
    }
  }

  private static Optional<String> value(HotSpotDiagnosticMXBean bean, String name) {
    try {
      return Optional.of(bean.getVMOption(name).getValue());
    } catch (RuntimeException e) {
      return Optional.empty();
    }
  }

  /** Returns why vector kernels would be slow, and what to change, in one line; empty if not. */
  Optional<String> slowness() {
    String vm = property.apply("java.vm.name");
    if (!vm.matches(".*(HotSpot|OpenJDK).*") || isOn("UseJVMCICompiler")) {
      return Optional.of(
          "the Vector API is fast where HotSpot's C2 compiles it, and this JVM ("
              + vm
              + ") does not use C2");
    }
    String info = property.apply("java.vm.info");
    if (info.contains("interpreted")) {
      return Optional.of("the JVM only interprets; leave out -Xint");
    }
    int level = option.apply("TieredStopAtLevel").map(Integer::parseInt).orElse(FULL_OPTIMIZATION);
    if (info.contains("client") || level < FULL_OPTIMIZATION) {
      return Optional.of(
          "the JVM runs without C2, the compiler that makes vector instructions; leave out"
              + " -XX:TieredStopAtLevel or -XX:CompilationMode");
    }
    if (bits < NARROWEST) {
      return Optional.of(
          "the JVM has vectors of " + bits + " bits only; leave out -XX:MaxVectorSize");
    }
    return fused()
        ? Optional.empty()
        : Optional.of(
            "the JVM has no fused multiply-add; it needs a processor with AVX2 and neither"
                + " -XX:UseAVX nor -XX:-UseFMA");
  }

  private boolean isOn(String name) {
    return option.apply(name).filter(Boolean::parseBoolean).isPresent();
  }

  /** Whether there is an instruction; where the option is not known, x86 had it first with AVX2. */
  private boolean fused() {
    boolean x86 = property.apply("os.arch").matches("amd64|x86_64|x86");
    return option.apply("UseFMA").map(Boolean::parseBoolean).orElse(!x86 || bits >= AVX2);
  }
}
