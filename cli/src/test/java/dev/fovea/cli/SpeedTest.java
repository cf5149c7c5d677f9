package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code doctor} makes of measurements. */
final class SpeedTest {
  @TempDir private Path folder;

  private static Speed speed(double peak, double one, double all) {
    return new Speed(OptionalDouble.of(peak), one, all);
  }

  @Test
  void theBestOfEachCounts() {
    assertThat(speed(2, 90, 80).orBetter(speed(118, 14, 160))).isEqualTo(speed(118, 90, 160));
    Speed none = new Speed(OptionalDouble.empty(), 1, 2);
    assertThat(none.orBetter(none)).isEqualTo(none);
  }

  @Test
  void aGainIsATenth() {
    Speed before = speed(100, 80, 150);
    assertThat(speed(109, 87, 164).gains(before)).isFalse();
    assertThat(speed(111, 80, 150).gains(before)).isTrue();
    assertThat(speed(100, 89, 150).gains(before)).isTrue();
    assertThat(speed(100, 80, 166).gains(before)).isTrue();
  }

  /** As measured before the compiler had come to the peak, or to the convolution. */
  @Test
  void speedsOfCodeThatIsNotCompiledAreNotBelieved() {
    assertThat(speed(2.1, 89, 150).isPlausible()).isFalse();
    assertThat(speed(118, 14.3, 150).isPlausible()).isFalse();
    assertThat(speed(118, 97, 150).isPlausible()).isTrue();
    assertThat(new Speed(OptionalDouble.empty(), 3, 5).isPlausible()).isTrue();
  }

  @Test
  void processorsAreNamedInAnyEncoding() throws Exception {
    Path file = folder.resolve("cpuinfo");
    String text = "processor\t: 0\nmodel name\t: Caf\u00e9 9\u009b\nmodel name\t: other\n";
    Files.write(file, text.getBytes(StandardCharsets.ISO_8859_1));
    assertThat(Machine.name(file)).startsWith("Caf").contains(" 9").doesNotContain("other");
    Files.writeString(file, text);
    assertThat(Machine.name(file)).isEqualTo("Café 9?");
    assertThat(Machine.name(folder.resolve("none"))).isEqualTo(System.getProperty("os.arch"));
  }
}
