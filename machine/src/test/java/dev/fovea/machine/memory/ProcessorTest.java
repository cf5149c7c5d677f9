package dev.fovea.machine.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What the processor says of itself; the bits are those of Intel's manual, volume 2, CPUID. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
final class ProcessorTest {
  private static final int FMA_AND_OSXSAVE = 1 << 12 | 1 << 27;
  private static final int AVX2 = 1 << 5;
  private static final int AVX512 = 0xC003_0000;
  private static final int VNNI = 1 << 11;
  private static final int BFLOAT16 = 1 << 5;

  @Test
  void linuxFindsTheSame() throws IOException {
    Set<String> flags =
        Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
            .filter(line -> line.startsWith("flags"))
            .limit(1)
            .flatMap(line -> Arrays.stream(line.split("\\s+")))
            .collect(Collectors.toSet());
    Processor p = Processor.ofMachine();
    assertThat(p.avx2()).isEqualTo(flags.containsAll(Set.of("avx2", "fma")));
    assertThat(p.avx512())
        .isEqualTo(flags.containsAll(Set.of("avx512f", "avx512bw", "avx512dq", "avx512vl")));
    assertThat(p.vnni()).isEqualTo(flags.contains("avx512_vnni"));
    assertThat(p.bfloat16()).isEqualTo(flags.contains("avx512_bf16"));
  }

  @Test
  void allThatIsNeededMustBeThere() {
    assertThat(Processor.of(FMA_AND_OSXSAVE, AVX2 | AVX512, VNNI, BFLOAT16, 0xE7, false))
        .isEqualTo(new Processor(true, true, true, true, false));
    assertThat(Processor.of(FMA_AND_OSXSAVE, AVX2 | AVX512, 0, 0, 0xE7, false))
        .isEqualTo(new Processor(true, true, false, false, false));
    assertThat(
            Processor.of(
                FMA_AND_OSXSAVE, AVX2 | (AVX512 & ~(1 << 30)), VNNI, BFLOAT16, 0xE7, false))
        .isEqualTo(new Processor(true, false, false, false, false));
    assertThat(Processor.of(FMA_AND_OSXSAVE, AVX512, VNNI, BFLOAT16, 0xE7, false))
        .isEqualTo(new Processor(false, false, false, false, false));
    assertThat(Processor.of(1 << 27, AVX2 | AVX512, VNNI, BFLOAT16, 0xE7, false))
        .isEqualTo(new Processor(false, false, false, false, false));
  }

  /** Family 25, model 17, stepping 1 is a Zen 4; family 6, model 207 a server of Intel. */
  @Test
  void theFamilyIsTheSumOfTwoFieldsIfTheFirstIsFull() {
    assertThat(Processor.family(0x00A1_0F11)).isEqualTo(25);
    assertThat(Processor.family(0x000C_06F2)).isEqualTo(6);
  }

  @Test
  void halvesMatterWhereThereAreVectorsOf512Bits() {
    int all = AVX2 | AVX512;
    assertThat(Processor.of(FMA_AND_OSXSAVE, all, 0, 0, 0xE7, true).halves()).isTrue();
    assertThat(Processor.of(FMA_AND_OSXSAVE, AVX2, 0, 0, 0xE7, true).halves()).isFalse();
  }

  /** A system that does not save registers when it changes threads: they cannot be used. */
  @Test
  void registersThatTheSystemDoesNotSaveAreNotUsed() {
    assertThat(Processor.of(FMA_AND_OSXSAVE, AVX2 | AVX512, VNNI, BFLOAT16, 0x7, false))
        .isEqualTo(new Processor(true, false, false, false, false));
    assertThat(Processor.of(FMA_AND_OSXSAVE, AVX2 | AVX512, VNNI, BFLOAT16, 0x3, false))
        .isEqualTo(new Processor(false, false, false, false, false));
  }
}
