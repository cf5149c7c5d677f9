package dev.fovea.nn;

import static dev.fovea.nn.Layers.adaptiveAvgPool;
import static dev.fovea.nn.Layers.add;
import static dev.fovea.nn.Layers.centerCrop;
import static dev.fovea.nn.Layers.channelShuffle;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.crop;
import static dev.fovea.nn.Layers.dropBlock;
import static dev.fovea.nn.Layers.groupNorm;
import static dev.fovea.nn.Layers.identity;
import static dev.fovea.nn.Layers.instanceNorm;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.maxout;
import static dev.fovea.nn.Layers.pixelShuffle;
import static dev.fovea.nn.Layers.pixelUnshuffle;
import static dev.fovea.nn.Layers.prelu;
import static dev.fovea.nn.Layers.resize;
import static dev.fovea.nn.Layers.spatialDropout;
import static dev.fovea.nn.Layers.stochasticDepth;
import static dev.fovea.nn.Layers.upsample;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.fovea.engine.Engine;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Inputs that layers refuse, and what they say. */
final class RefusedShapesTest {
  private static final Shape IMAGE = Shape.of(5, 6, 4);
  private static final Shape ROW = Shape.of(4);

  static Stream<Arguments> layers() {
    return Stream.of(
        arguments(maxout(3), IMAGE, "maxout: 4 channels do not divide by 3"),
        arguments(pixelShuffle(3), IMAGE, "pixel_shuffle: 4 channels do not divide by 9"),
        arguments(pixelUnshuffle(2), IMAGE, "pixel_unshuffle: 5 rows do not divide by 2"),
        arguments(channelShuffle(3), IMAGE, "channel_shuffle: 4 channels do not divide by 3"),
        arguments(centerCrop(6, 6), IMAGE, "needs images of at least 6×6"),
        arguments(crop(3, 3, 0, 0), IMAGE, "crop"),
        arguments(adaptiveAvgPool(2, 2), ROW, "needs images [N,H,W,C]"),
        arguments(dropBlock(0.1, 2), ROW, "needs images [N,H,W,C]"),
        arguments(upsample(2), ROW, "needs images [N,H,W,C]"),
        arguments(groupNorm(3), IMAGE, "4 channels do not divide into 3 groups"),
        arguments(groupNorm(4), ROW, "needs more than one element in a group"),
        arguments(instanceNorm(), Shape.of(1, 1, 4), "needs more than one element in a group"),
        arguments(instanceNorm(), Shape.scalar(), "needs samples with channels"),
        arguments(add(conv2d(1, 1), identity()), IMAGE, "needs signals of one shape"),
        arguments(resize(2, 2).alignCorners(), IMAGE, "the nearest pixel knows no aligned corners"),
        arguments(upsample(1 << 30), IMAGE, "pixels are too many"));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void inputThatDoesNotFitIsRefused(Layer layer, Shape input, String message) {
    assertThatThrownBy(() -> Model.build(layer, input, Seed.of(1), Engine.shared()))
        .isInstanceOf(FoveaException.class)
        .hasMessageContaining(message);
  }

  @Test
  void numbersThatMakeNoSenseAreRefused() {
    refused(() -> maxPool(2).countPadding(), "max_pool: padding counts in means alone");
    refused(() -> prelu().start(Double.NaN), "prelu: the slope must be finite, got NaN");
    refused(
        () -> Initializer.normal(-1),
        "normal: standard deviation must be 0 or a positive number, got -1.0");
    refused(() -> stochasticDepth(1), "stochastic_depth: rate must be in [0, 1), got 1.0");
    refused(() -> spatialDropout(-1), "spatial_dropout: rate must be in [0, 1), got -1.0");
    refused(() -> dropBlock(0.1, 0), "drop_block: block size must be at least 1, got 0");
  }

  private static void refused(Runnable r, String message) {
    assertThatThrownBy(r::run).isInstanceOf(FoveaException.class).hasMessage(message);
  }
}
