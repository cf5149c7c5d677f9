package dev.fovea.studio.lesson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.studio.web.Fields;
import dev.fovea.tensor.FoveaException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The numbers that the lessons tell, computed by what they show. */
final class LessonNumbersTest {
  private static final Map<String, Experiment> ALL =
      Experiments.all().stream().collect(Collectors.toMap(Experiment::name, e -> e));

  private static Figures of(String name, Object... settings) {
    Map<String, Object> fields = new HashMap<>();
    for (int i = 0; i < settings.length; i += 2) {
      Object v = settings[i + 1];
      fields.put((String) settings[i], v instanceof Integer n ? Long.valueOf(n) : v);
    }
    return Objects.requireNonNull(ALL.get(name)).show(new Fields(fields, name));
  }

  /** 1 + 3·2; (1 + … ) of strides 1, 2, 4; 7·7 of 13·13 are read at dilation 2. */
  @Test
  void receptiveFields() {
    Figures three = of("field", "kernel", 3, "layers", 3);
    assertThat(three.number("receptive field")).isEqualTo(7);
    assertThat(three.number("weights of the stack")).isEqualTo(27);
    assertThat(three.number("weights of one kernel as large")).isEqualTo(49);
    Figures strided = of("field", "kernel", 3, "layers", 3, "stride", 2);
    assertThat(strided.number("receptive field")).isEqualTo(1 + 2 + 4 + 8);
    assertThat(strided.number("pixels from one result to the next")).isEqualTo(8);
    Figures dilated = of("field", "kernel", 3, "layers", 3, "dilation", 2);
    assertThat(dilated.number("receptive field")).isEqualTo(13);
    assertThat(dilated.number("pixels that are read")).isEqualTo(49);
    assertThat(of("field", "kernel", 5, "layers", 2).number("receptive field")).isEqualTo(9);
  }

  /** 512²·3 against 5²·3: the course's numbers. */
  @Test
  void sharedWeights() {
    Figures one = of("sharing", "size", 512, "kernel", 5);
    assertThat(one.number("weights, dense")).isEqualTo(786_432);
    assertThat(one.number("weights, convolution")).isEqualTo(75);
    assertThat(of("sharing", "size", 28, "kernel", 3, "units", 10).number("weights, convolution"))
        .isEqualTo(270);
  }

  @Test
  void shufflingHurtsTheConvolutionalNetworkAlone() {
    Figures n = of("shuffled");
    assertThat(n.number("convolutional")).isGreaterThan(n.number("dense"));
    assertThat(n.number("convolutional") - n.number("convolutional, pixels shuffled"))
        .isGreaterThan(0.1);
    assertThat(n.number("dense, pixels shuffled")).isCloseTo(n.number("dense"), within(0.07));
  }

  /** f′(−1) of ReLU is 0; σ′(0) = ¼; leaky ReLU of −2 is −0.2. */
  @Test
  void activations() {
    assertThat(of("activation", "function", "relu", "at", -1.0).number("f′(x)")).isZero();
    assertThat(of("activation", "function", "sigmoid", "at", 0.0).number("f′(x)"))
        .isCloseTo(0.25, within(1e-6));
    assertThat(of("activation", "function", "leaky_relu", "at", -2.0).number("f(x)"))
        .isCloseTo(-0.2, within(1e-6));
  }

  @Test
  void highRatesKillRectifiersAndNotLeakyOnes() {
    String dead = "dead units of 64";
    double low = of("dead-units", "rate", 0.01).number(dead);
    double high = of("dead-units", "rate", 0.4).number(dead);
    assertThat(high).isGreaterThan(low + 3);
    assertThat(of("dead-units", "rate", 0.4, "function", "leaky_relu").number(dead)).isZero();
  }

  /** (64 − 15 + 1)²·15², (64 − 3 + 1)²·3², 31²·16 + 14. */
  @Test
  void fourWays() {
    Figures large = of("ways", "kernel", 15);
    assertThat(large.number("multiplications, direct")).isEqualTo(50 * 50 * 225);
    assertThat(large.number("multiplications, fft")).isEqualTo(311_296);
    assertThat(large.number("largest difference of results")).isLessThan(1e-3);
    Figures small = of("ways", "kernel", 3);
    assertThat(small.number("multiplications, direct")).isEqualTo(34_596);
    assertThat(small.number("multiplications, winograd")).isEqualTo(31 * 31 * 16 + 14);
  }

  @Test
  void differencesAreTheGradient() {
    Figures f = of("difference", "weight", 1, "step", 0.1);
    assertThat(f.number("gradient")).isEqualTo(37);
    assertThat(f.number("difference quotient")).isCloseTo(37, within(1e-3));
  }

  /** 1.5¹¹ ≈ 86 from layer 1 to 12, 1.5¹² ≈ 130 from the input; batch norm keeps √½. */
  @Test
  void activationsGrowWithDepth() {
    Figures f = of("depth", "gain", 1.5);
    double growth = f.number("layer 12, plain") / f.number("layer 1, plain");
    assertThat(growth).isBetween(Math.pow(1.5, 11) / 2, Math.pow(1.5, 11) * 2);
    assertThat(f.number("layer 12, batch norm")).isCloseTo(Math.sqrt(0.5), within(0.02));
    assertThat(f.number("share of 10 or more, plain")).isGreaterThan(0.8);
    assertThat(f.number("share of 10 or more, batch norm")).isZero();
  }

  /** (2 − 5)/√5; 2 of statistics 0 and 1; 0.9ⁿ of the way is left; (2 + 103·⅕… )^−¾. */
  @Test
  void normsByHand() {
    Figures f = of("norm", "last", 8.0, "steps", 10);
    assertThat(f.number("first result, training")).isCloseTo(-3 / Math.sqrt(5), within(1e-4));
    assertThat(f.number("running mean")).isCloseTo(5 * (1 - Math.pow(0.9, 10)), within(1e-4));
    assertThat(of("norm", "last", 8.0, "steps", 0).number("first result, inference"))
        .isCloseTo(2, within(1e-4));
    assertThat(f.number("first channel after LRN"))
        .isCloseTo(Math.pow(2 + (1 + 1 + 100) / 5.0, -0.75), within(1e-5));
    Figures half = of("dropout", "rate", 0.5);
    assertThat(half.number("mean in training"))
        .isCloseTo(half.number("kept of 64") * 2 / 64, within(1e-6));
    assertThat(half.number("mean in inference")).isEqualTo(1);
  }

  /** The course's counts; the ratio of MobileNet's split is 1/256 + 1/9. */
  @Test
  void historyCounts() {
    Map<String, Long> parameters =
        Map.of("lenet5", 61_706L, "alexnet", 62_378_344L, "vgg16", 138_357_544L);
    parameters.forEach((network, count) ->
        assertThat(of("history", "network", network, "style", "BLOCKS").number("parameters"))
            .isEqualTo(count.doubleValue()));
    assertThat(of("history", "network", "inception-v1", "style", "BLOCKS").number("parameters"))
        .isBetween(6.5e6, 7.1e6);
  }

  @Test
  void skipsKeepTheGradient() {
    Figures f = of("gradient-flow", "depth", 20);
    assertThat(f.number("plain, first to last")).isLessThan(0.01);
    assertThat(f.number("with skips, first to last")).isGreaterThan(0.5);
    assertThat(of("gradient-flow", "depth", 56).number("plain, first to last"))
        .isLessThan(f.number("plain, first to last") / 100);
  }

  /** Fields of 3, and of 3 + 1 + 2·2. */
  @Test
  void unitsLookForWhatTheySee() {
    Figures f = of("units", "layer", 2, "channel", 1);
    assertThat(f.number("pixels that a place sees, each way")).isEqualTo(8);
    assertThat(f.number("digits read correctly")).isGreaterThan(0.8);
    assertThat(f.number("answer to the imagined picture"))
        .isGreaterThan(f.number("answer at the start of imagining"));
    assertThat(of("units", "layer", 1, "channel", 1).number("pixels that a place sees, each way"))
        .isEqualTo(3);
    assertThat(of("settling").numbers().values()).allMatch(left -> left > 0 && left < 1);
  }

  /** L = [.5 0; .5 2], S = 2·2.5 − 4·0.5. */
  @Test
  void shortcutsAreFound() {
    Figures f = of("shortcut", "method", "hires-cam");
    assertThat(f.number("digits with their mark")).isGreaterThan(0.9);
    assertThat(f.number("digits without a mark"))
        .isLessThan(f.number("digits with their mark") - 0.2);
    assertThat(f.number("digits with the mark of the next")).isLessThan(0.3);
    assertThat(f.number("share of the map in the top six rows")).isGreaterThan(6.0 / 28);
    Figures cam = of("cam", "first", 2.0, "second", -4.0);
    assertThat(cam.number("lower right")).isCloseTo(2, within(1e-5));
    assertThat(cam.number("score")).isCloseTo(3, within(1e-5));
  }

  @Test
  void knownFeaturesHelpWherePicturesAreFew() {
    Figures few = of("transfer", "each", 5);
    assertThat(few.number("frozen features")).isGreaterThan(few.number("from scratch"));
    assertThat(few.number("trained weights, frozen")).isEqualTo(7 * 7 * 16 * 5 + 5);
    Figures many = of("transfer", "each", 50);
    assertThat(many.number("fine-tuned") - many.number("from scratch"))
        .isLessThan(few.number("fine-tuned") - few.number("from scratch"));
  }

  @Test
  void changesCloseTheGap() {
    Figures f = of("augment", "count", 100, "changes", "shift,rotate,scale");
    assertThat(f.number("gap of accuracy, augmented"))
        .isLessThan(f.number("gap of accuracy, plain"));
    assertThat(f.number("new digits read correctly, augmented"))
        .isGreaterThan(f.number("new digits read correctly, plain"));
    assertThat(of("epochs", "count", 100, "batch", 32, "epochs", 40).number("steps"))
        .isEqualTo(160);
  }

  /** ½ shared of 1½; 8·8·3·3; (64 − 28)/4 + 1 = 10 each way. */
  @Test
  void boxes() {
    Figures half = of("overlap", "left", 40, "top", 20);
    assertThat(half.number("IoU")).isCloseTo(1.0 / 3, within(1e-9));
    assertThat(of("overlap", "left", 30, "top", 20).number("Dice")).isCloseTo(0.75, within(1e-9));
    assertThat(of("anchors", "stride", 16, "sizes", 3, "ratios", 3).number("anchors"))
        .isEqualTo(576);
    Figures windows = of("windows", "side", 64);
    assertThat(windows.number("windows")).isEqualTo(100);
    assertThat(windows.number("pixels from window to window")).isEqualTo(4);
    assertThat(windows.number("largest difference of scores")).isLessThan(1e-4);
    assertThat(windows.number("multiply-adds, in one pass"))
        .isLessThan(windows.number("multiply-adds, window by window") / 5);
    assertThat(of("suppression", "threshold", 0.5).number("boxes that stay")).isEqualTo(4);
    assertThat(of("suppression", "threshold", 1.0).number("boxes that stay")).isEqualTo(6);
  }

  @Test
  void skipsSharpenMasks() {
    Figures f = of("segmentation", "steps", 60);
    assertThat(f.number("Dice, with skips")).isGreaterThan(f.number("Dice, without skips") + 0.1);
  }

  /** PSNR of noise 0.3 is −10·log₁₀ 0.09 = 10.46 dB. */
  @Test
  void codesKeepWhatMatters() {
    String drawn = "PSNR of what is drawn, dB";
    double two = of("autoencoder", "code", 2, "noise", 0.0).number(drawn);
    Figures noisy = of("autoencoder", "code", 32, "noise", 0.3);
    assertThat(of("autoencoder", "code", 32, "noise", 0.0).number(drawn)).isGreaterThan(two + 1);
    assertThat(noisy.number("PSNR of what is given, dB")).isCloseTo(10.46, within(0.1));
    assertThat(noisy.number(drawn)).isGreaterThan(noisy.number("PSNR of what is given, dB") + 2);
  }

  /** 1·0 + 2·1 + 3·1 + 4·0. */
  @Test
  void gramAndGame() {
    Figures gram = of("gram", "places", "as they are");
    assertThat(gram.number("map 1 with map 2")).isEqualTo(5);
    assertThat(of("gram", "places", "moved").numbers()).isEqualTo(gram.numbers());
    Figures begun = of("gan", "steps", 0);
    Figures played = of("gan", "steps", 600);
    assertThat(begun.number("mean of the made numbers")).isLessThan(2);
    assertThat(played.number("mean of the made numbers")).isCloseTo(3, within(0.7));
    assertThat(played.number("loss of the discriminator")).isCloseTo(2 * Math.log(2), within(0.3));
  }

  @Test
  void settingsHaveBounds() {
    assertThatThrownBy(() -> of("field", "kernel", 99, "layers", 3))
        .isInstanceOf(FoveaException.class)
        .hasMessage("field kernel: must be from 1 to 7, got 99");
    assertThatThrownBy(() -> of("gan")).isInstanceOf(FoveaException.class);
    assertThat(ALL.keySet())
        .isEqualTo(Set.copyOf(Experiments.all().stream().map(Experiment::name).toList()));
    assertThat(List.copyOf(ALL.keySet())).doesNotHaveDuplicates();
  }
}
