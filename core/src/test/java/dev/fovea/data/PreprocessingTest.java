package dev.fovea.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PreprocessingTest {
  @Test
  void textReadsBack() {
    for (Preprocessing p :
        List.of(
            Preprocessing.mnist(),
            Preprocessing.fashionMnist(),
            Preprocessing.cifar10().withResize(Preprocessing.Resize.CROP))) {
      assertThat(Preprocessing.parse(p.toText(), "m")).isEqualTo(p);
    }
    assertThat(Preprocessing.mnist().toText())
        .isEqualTo(
            "{\"height\":28,\"width\":28,\"channels\":1,\"scale\":0.003921569,"
                + "\"mean\":[0.1307],\"std\":[0.3081],\"resize\":\"stretch\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "28|0|m: preprocessing: size 0×28, allowed are 1 to 65536",
        "\"scale\":0.003921569|\"scale\":0|m: preprocessing: scale 0.0, a positive number expected",
        "[0.3081]|[0]|m: preprocessing: mean [0.1307], std [0.0]: finite and positive numbers expected",
        "[0.3081]|[1,2]|m: preprocessing: 1 means and 2 standard deviations for 1 channels",
        "\"channels\":1|\"channels\":5|m: preprocessing: 5 channels, allowed are 1 to 4",
        "stretch|zoom|m resize: \"zoom\" is not stretch, crop, letterbox, corner or darknet",
        "\"std\"|\"sdt\"|m: unknown field \"sdt\"; did you mean std?",
        "\"height\":28,||m: \"height\" is missing",
        "\"height\":28|\"height\":99999999999|m height: 99999999999 is out of range",
      })
  void otherTextIsRefused(String part, String instead, String message) {
    String text =
        Preprocessing.mnist()
            .toText()
            .replaceFirst(Pattern.quote(part), instead == null ? "" : instead);
    assertThatThrownBy(() -> Preprocessing.parse(text, "m"))
        .isInstanceOf(FoveaException.class)
        .hasMessage(message);
  }

  /** Channel 0 is 0, 255, 0, 255: mean 1/2, deviation 1/2; channel 1 is constant 51 = 255/5. */
  @Test
  void statisticsAreExact() {
    ChannelStatistics s = new ChannelStatistics(2);
    Preprocessing rule = Preprocessing.scaled(Shape.of(1, 1, 2));
    assertThatThrownBy(() -> s.applyTo(rule)).isInstanceOf(FoveaException.class);
    s.add(new byte[] {0, 51, (byte) 255, 51});
    s.add(new byte[] {0, 51, (byte) 255, 51});
    assertThat(s.applyTo(rule).mean()).containsExactly(0.5f, 0.2f);
    assertThat(s.applyTo(rule).std()).containsExactly(0.5f, 1f);
  }
}
