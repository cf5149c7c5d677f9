package dev.fovea.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.fovea.op.Contraction.Conv2d;
import dev.fovea.op.ConvolutionAlgorithm;
import dev.fovea.op.Window2d;
import dev.fovea.simd.ConvolutionChoice.Work;
import dev.fovea.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which algorithm the model of costs takes, and what overrules it. */
final class ConvolutionChoiceTest {
  private static final ConvolutionChoice AUTO = new ConvolutionChoice(ConvolutionAlgorithm.AUTO);

  private static Sliding layer(int n, int size, int in, int out, Window2d window) {
    Shape x = Shape.of(n, size, size, in);
    Shape y = Shape.of(n, window.outputHeight(size), window.outputWidth(size), out);
    return Sliding.of(new Conv2d(window, 1), x, Shape.of(3, 3, in, out), y);
  }

  private static Sliding layer(int n, int size, int in, int out) {
    return layer(n, size, in, out, Window2d.of(3, 3).padding(1, 1, 1, 1));
  }

  /** Layers on which F(4×4) was measured at least 1.5 times as fast as anything else. */
  @ParameterizedTest
  @EnumSource(Work.class)
  void takesLargeTilesOnLargeLayers(Work work) {
    assertThat(AUTO.choose(layer(8, 56, 256, 256), work)).contains(WinogradTile.FOUR);
    assertThat(AUTO.choose(layer(16, 28, 128, 128), work)).contains(WinogradTile.FOUR);
    assertThat(AUTO.choose(layer(4, 224, 64, 64), work)).contains(WinogradTile.FOUR);
    assertThat(AUTO.choose(layer(1, 56, 64, 64), work)).contains(WinogradTile.FOUR);
  }

  /**
   * On 7 × 7 pixels F(2×2) takes 1.4 times as long as the definition in pairs, F(4×4) 0.8 at 14.
   * Pairs are multiplied 16 at a time or not at all, so that this is told of such vectors alone.
   */
  @Test
  void leavesSmallMapsToPairs() {
    assumeThat(Species.FLOATS.length()).isEqualTo(16);
    ConvolutionChoice pairs = new ConvolutionChoice(ConvolutionAlgorithm.AUTO, true);
    assertThat(pairs.choose(layer(1, 7, 512, 512), Work.INFERENCE)).isEmpty();
    assertThat(AUTO.choose(layer(1, 7, 512, 512), Work.INFERENCE)).isPresent();
    assertThat(pairs.choose(layer(1, 14, 256, 256), Work.INFERENCE)).contains(WinogradTile.FOUR);
  }

  @ParameterizedTest
  @EnumSource(Work.class)
  void leavesFewChannelsToTheDefinition(Work work) {
    assertThat(AUTO.choose(layer(8, 56, 16, 64), work)).isEmpty();
    assertThat(AUTO.choose(layer(8, 56, 64, 16), work)).isEmpty();
  }

  /** Every width of vectors divides these channels. */
  @ParameterizedTest
  @EnumSource(Work.class)
  void canTakeTheUsualChannels(Work work) {
    ConvolutionChoice winograd = new ConvolutionChoice(ConvolutionAlgorithm.WINOGRAD);
    for (int channels : new int[] {16, 32, 64, 128, 256, 512}) {
      assertThat(winograd.choose(layer(2, 14, channels, channels), work)).isPresent();
    }
  }

  @Test
  void leavesOtherWindowsToTheDefinition() {
    ConvolutionChoice winograd = new ConvolutionChoice(ConvolutionAlgorithm.WINOGRAD);
    Window2d window = Window2d.of(3, 3);
    for (Work work : Work.values()) {
      assertThat(winograd.choose(layer(1, 14, 64, 64, window.stride(2, 2)), work)).isEmpty();
      assertThat(winograd.choose(layer(1, 14, 64, 64, window.dilation(2, 2)), work)).isEmpty();
      assertThat(winograd.choose(layer(1, 14, 63, 64, window), work)).isEmpty();
    }
    assertThat(winograd.choose(layer(1, 14, 64, 63, window), Work.WEIGHTS)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Work.class)
  void takesTheDefinitionWhereAsked(Work work) {
    ConvolutionChoice direct = new ConvolutionChoice(ConvolutionAlgorithm.DIRECT);
    assertThat(direct.choose(layer(8, 56, 256, 256), work)).isEmpty();
  }
}
