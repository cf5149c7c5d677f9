package dev.fovea.studio.state;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Digits;
import dev.fovea.engine.Engine;
import dev.fovea.insight.colour.GradientPicture;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What of a picture a channel answers to. */
final class UnitPatchesTest {
  private static OpenModel open(Layer layer) {
    Model model =
        Model.build(layer, Shape.of(Digits.SIZE, Digits.SIZE, 1), Seed.of(5), Engine.shared());
    return OpenModel.of("", "", model, OpenModel.rule(model));
  }

  /** A convolution alone answers to its kernel, wherever it was strongest. */
  @Test
  void ofAConvolutionAlone() {
    OpenModel net = open(sequence(conv2d(2, 3)));
    UnitPatches patches = UnitPatches.of(net, List.of(), "0");
    for (int channel = 0; channel < 2; channel++) {
      Tensor all = net.model().parameters().tensor("0.weight");
      Tensor kernel = Tensor.zeros(Shape.of(3, 3, 1));
      for (int i = 0; i < 9; i++) {
        kernel.data()[i] = all.data()[2 * i + channel];
      }
      requireClose(patches.projected(channel), GradientPicture.centred(kernel));
      assertThat(patches.patches(channel)).hasSize(9);
    }
  }

  private static void requireClose(Tensor is, Tensor expected) {
    assertThat(is.shape()).isEqualTo(expected.shape());
    for (int i = 0; i < is.data().length; i++) {
      assertThat(is.data()[i]).isCloseTo(expected.data()[i], within(1f));
    }
  }

  /** Behind a pooling only what won is answered to: of 4 × 4 pixels a 3 × 3 part. */
  @Test
  void ofAPoolingOnlyWhatWon() {
    UnitPatches patches =
        UnitPatches.of(open(sequence(conv2d(2, 3), relu(), maxPool(2))), List.of(), "2");
    for (int channel = 0; channel < 2; channel++) {
      Tensor part = patches.projected(channel);
      assertThat(part.shape()).isEqualTo(Shape.of(4, 4, 1));
      assertThat(new Edges(part).differ()).isLessThanOrEqualTo(9);
    }
  }

  /** The pixels of a part that are not as one of its corners is, which lies outside. */
  private record Edges(Tensor part) {
    int differ() {
      int fewest = Integer.MAX_VALUE;
      for (int corner : new int[] {0, 3, 12, 15}) {
        int n = 0;
        for (float v : part.data()) {
          n += v == part.data()[corner] ? 0 : 1;
        }
        fewest = Math.min(fewest, n);
      }
      return fewest;
    }
  }
}
