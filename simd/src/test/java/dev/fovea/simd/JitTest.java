package dev.fovea.simd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** JVMs as they describe themselves: what JDK 25 answers with the option in question. */
final class JitTest {
  private static Optional<String> slowness(
      String vm, String info, String arch, Map<String, String> options, int bits) {
    Map<String, String> properties =
        Map.of("java.vm.name", vm, "java.vm.info", info, "os.arch", arch);
    return new Jit(
            name -> properties.getOrDefault(name, ""),
            name -> Optional.ofNullable(options.get(name)),
            bits)
        .slowness();
  }

  private static Optional<String> slowness(String info, Map<String, String> options, int bits) {
    return slowness("OpenJDK 64-Bit Server VM", info, "amd64", options, bits);
  }

  @Test
  void hotSpotWithC2IsFast() {
    Map<String, String> usual = Map.of("TieredStopAtLevel", "4", "UseFMA", "true");
    assertThat(slowness("mixed mode, sharing", usual, 512)).isEmpty();
    assertThat(slowness("mixed mode, sharing", usual, 128)).as("-XX:UseAVX=1").isEmpty();
    assertThat(slowness("compiled mode, sharing", usual, 256)).as("-Xcomp").isEmpty();
    assertThat(slowness("mixed mode", Map.of("UseJVMCICompiler", "false"), 256)).isEmpty();
  }

  @Test
  void withoutTheManagementModuleThePropertiesTell() {
    assertThat(slowness("mixed mode, sharing", Map.of(), 256)).isEmpty();
    assertThat(slowness("mixed mode, sharing", Map.of(), 128)).as("-XX:UseAVX=0").isPresent();
    assertThat(slowness("OpenJDK 64-Bit Server VM", "mixed mode", "aarch64", Map.of(), 128))
        .isEmpty();
  }

  @Test
  void withoutC2ItIsSlow() {
    String line =
        "the JVM runs without C2, the compiler that makes vector instructions; leave out"
            + " -XX:TieredStopAtLevel or -XX:CompilationMode";
    assertThat(slowness("mixed mode, emulated-client, sharing", Map.of(), 512)).hasValue(line);
    assertThat(slowness("mixed mode, sharing", Map.of("TieredStopAtLevel", "3"), 512))
        .hasValue(line);
    assertThat(slowness("interpreted mode, sharing", Map.of(), 512))
        .hasValue("the JVM only interprets; leave out -Xint");
  }

  @Test
  void withoutTheInstructionsItIsSlow() {
    assertThat(slowness("mixed mode, sharing", Map.of("UseFMA", "false"), 512))
        .hasValue(
            "the JVM has no fused multiply-add; it needs a processor with AVX2 and neither"
                + " -XX:UseAVX nor -XX:-UseFMA");
    assertThat(slowness("mixed mode, sharing", Map.of("UseFMA", "true"), 64))
        .hasValue("the JVM has vectors of 64 bits only; leave out -XX:MaxVectorSize");
  }

  @Test
  void otherCompilersAreNamed() {
    String line =
        "the Vector API is fast where HotSpot's C2 compiles it, and this JVM (%s) does not use C2";
    assertThat(slowness("Eclipse OpenJ9 VM", "JIT enabled", "amd64", Map.of(), 256))
        .hasValue(line.formatted("Eclipse OpenJ9 VM"));
    assertThat(slowness("mixed mode, sharing", Map.of("UseJVMCICompiler", "true"), 256))
        .hasValue(line.formatted("OpenJDK 64-Bit Server VM"));
  }

  @Test
  void thisProcessIsFast() {
    assertThat(Jit.ofProcess().slowness()).isEmpty();
  }
}
