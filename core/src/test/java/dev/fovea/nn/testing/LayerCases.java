package dev.fovea.nn.testing;

import static dev.fovea.nn.Layers.*;

import dev.fovea.nn.Layer;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** One line per layer, or few where it has options. */
public final class LayerCases {
  private static final Shape IMAGE = Shape.of(5, 6, 4);
  private static final Shape ROW = Shape.of(7);

  private LayerCases() {}

  /** Returns all cases. */
  public static List<LayerCase> all() {
    List<LayerCase> cases = new ArrayList<>();
    convolutions(cases);
    pooling(cases);
    functions(cases);
    norms(cases);
    drops(cases);
    movements(cases);
    branches(cases);
    sequences(cases);
    return cases;
  }

  private static Shape image(int height, int width, int channels) {
    return Shape.of(height, width, channels);
  }

  private static void put(List<LayerCase> cases, Layer layer, Shape output, int parameters) {
    cases.add(LayerCase.of(layer, IMAGE, output, parameters));
  }

  private static void convolutions(List<LayerCase> cases) {
    put(cases, conv2d(6, 3), image(3, 4, 6), 3 * 3 * 4 * 6 + 6);
    put(cases, conv2d(6, 3).same().groups(2).noBias(), image(5, 6, 6), 3 * 3 * 2 * 6);
    put(cases, conv2d(3, 2, 3).dilation(2, 1).stride(1, 2), image(3, 2, 3), 2 * 3 * 4 * 3 + 3);
    put(cases, depthwiseConv2d(3).same().stride(2), image(3, 3, 4), 9 * 4 + 4);
    put(cases, depthwiseConv2d(3, 2), image(3, 4, 8), 9 * 8 + 8);
    put(cases, convTranspose2d(3, 2).stride(2), image(10, 12, 3), 2 * 2 * 3 * 4 + 3);
    cases.add(LayerCase.of(dense(3), ROW, Shape.of(3), 7 * 3 + 3));
  }

  private static void pooling(List<LayerCase> cases) {
    put(cases, maxPool(2), image(2, 3, 4), 0);
    put(cases, maxPool(3, 2).stride(2, 1).padding(1, 0, 0, 1), image(2, 6, 4), 0);
    put(cases, maxPool(2).ceil(), image(3, 3, 4), 0);
    put(cases, maxPool(2).stride(1).dilation(2), image(3, 4, 4), 0);
    put(cases, avgPool(3).stride(2).ceil(), image(2, 3, 4), 0);
    put(cases, avgPool(3).stride(2).padding(1).ceil().countPadding(), image(3, 4, 4), 0);
    put(cases, avgPool(2).same(), image(3, 3, 4), 0);
    put(cases, globalAvgPool(), Shape.of(4), 0);
    put(cases, globalMaxPool(), Shape.of(4), 0);
    put(cases, adaptiveAvgPool(3, 4), image(3, 4, 4), 0);
    put(cases, adaptiveAvgPool(1, 2), image(1, 2, 4), 0);
    put(cases, adaptiveAvgPool(7, 6), image(7, 6, 4), 0);
    put(cases, adaptiveMaxPool(3, 4), image(3, 4, 4), 0);
    put(cases, adaptiveMaxPool(5, 3), image(5, 3, 4), 0);
    put(cases, subsample(2), image(3, 3, 4), 0);
    Layer unpooled = x -> maxPool(2).unpool(maxPool(2).apply(x).times(2), x);
    cases.add(LayerCase.of(unpooled, IMAGE, IMAGE, 0).called("max_unpool"));
  }

  private static void functions(List<LayerCase> cases) {
    List<Layer> plain =
        List.of(
            relu(),
            relu6(),
            leakyRelu(0.1),
            elu(),
            selu(),
            sigmoid(),
            tanh(),
            softplus(),
            silu(),
            gelu(),
            geluTanh(),
            mish(),
            hardSigmoid(),
            hardSwish(),
            softmax(),
            logSoftmax());
    plain.forEach(layer -> cases.add(LayerCase.of(layer, ROW, ROW, 0)));
    put(cases, prelu(), IMAGE, 4);
    put(cases, prelu().shared(), IMAGE, 1);
    put(cases, maxout(2), image(5, 6, 2), 0);
  }

  private static void norms(List<LayerCase> cases) {
    put(cases, batchNorm(), IMAGE, 8);
    put(cases, layerNorm(), IMAGE, 8);
    put(cases, layerNorm().overSample(), IMAGE, 2 * 5 * 6 * 4);
    cases.add(LayerCase.of(layerNorm(), ROW, ROW, 14));
    put(cases, groupNorm(2), IMAGE, 8);
    put(cases, groupNorm(1).noAffine(), IMAGE, 0);
    put(cases, instanceNorm(), IMAGE, 8);
    put(cases, localResponseNorm(3), IMAGE, 0);
    put(cases, spectralNorm(conv2d(6, 3)), image(3, 4, 6), 3 * 3 * 4 * 6 + 6);
    cases.add(LayerCase.of(spectralNorm(dense(3)), ROW, Shape.of(3), 7 * 3 + 3));
  }

  private static void drops(List<LayerCase> cases) {
    cases.add(LayerCase.of(dropout(0.5), IMAGE, IMAGE, 0).atRandom());
    cases.add(LayerCase.of(spatialDropout(0.5), IMAGE, IMAGE, 0).atRandom());
    cases.add(LayerCase.of(stochasticDepth(0.5), IMAGE, IMAGE, 0).atRandom());
    cases.add(LayerCase.of(dropBlock(0.3, 2), IMAGE, IMAGE, 0).atRandom());
    cases.add(LayerCase.of(dropBlock(0.3, 9), IMAGE, IMAGE, 0).called("large block").atRandom());
  }

  private static void movements(List<LayerCase> cases) {
    put(cases, flatten(), Shape.of(120), 0);
    put(cases, reshape(10, 12), Shape.of(10, 12), 0);
    put(cases, permute(0, 3, 1, 2), Shape.of(4, 5, 6), 0);
    put(cases, zeroPad(1, 0, 2, 1), image(6, 9, 4), 0);
    put(cases, crop(1, 0, 2, 1), image(4, 3, 4), 0);
    put(cases, centerCrop(2, 5), image(2, 5, 4), 0);
    put(cases, upsample(2), image(10, 12, 4), 0);
    put(cases, upsample(3).bilinear(), image(15, 18, 4), 0);
    put(cases, resize(7, 4).bilinear().alignCorners(), image(7, 4, 4), 0);
    put(cases, resize(3, 9).bicubic(), image(3, 9, 4), 0);
    put(cases, pixelShuffle(2), image(10, 12, 1), 0);
    cases.add(LayerCase.of(pixelUnshuffle(2), image(4, 6, 3), image(2, 3, 12), 0));
    put(cases, channelShuffle(2), IMAGE, 0);
    put(cases, padChannels(1, 2), image(5, 6, 7), 0);
  }

  private static void branches(List<LayerCase> cases) {
    put(cases, squeezeExcite(2), IMAGE, 4 * 2 + 2 + 2 * 4 + 4);
    put(cases, squeezeExcite(3).activation(silu()).gate(hardSigmoid()), IMAGE, 31);
    put(cases, concat(conv2d(3, 1), identity()), image(5, 6, 7), 15);
    put(cases, add(conv2d(4, 3).same(), identity()), IMAGE, 148);
    put(cases, multiply(conv2d(4, 1), sequence(conv2d(4, 1), sigmoid())), IMAGE, 40);
    put(cases, residual(sequence(batchNorm(), relu(), conv2d(4, 1))), IMAGE, 28);
  }

  private static void sequences(List<LayerCase> cases) {
    Shape sequence = Shape.of(5, 4);
    cases.add(LayerCase.of(conv1d(3, 3), sequence, Shape.of(3, 3), 39));
    cases.add(LayerCase.of(conv1d(6, 2).asCausal().dilation(2), sequence, Shape.of(5, 6), 54));
    cases.add(LayerCase.of(conv1d(4, 3).same().stride(2).groups(2), sequence, Shape.of(3, 4), 28));
    Shape volume = Shape.of(4, 3, 5, 2);
    cases.add(LayerCase.of(conv3d(3, 3), volume, Shape.of(2, 1, 3, 3), 27 * 2 * 3 + 3));
    cases.add(LayerCase.of(conv3d(2, 2).same().stride(2), volume, Shape.of(2, 2, 3, 2), 34));
    cases.add(LayerCase.of(conv3d(1, 2).padding(1).dilation(2), volume, Shape.of(4, 3, 5, 1), 17));
    put(cases, separableConv2d(3, 3).same().stride(2), image(3, 3, 3), 36 + 15);
    put(cases, locallyConnected2d(3, 3), image(3, 4, 3), 12 * 36 * 3 + 36);
    put(cases, locallyConnected2d(2, 2).stride(2).noBias(), image(2, 3, 2), 6 * 16 * 2);
    put(cases, lpPool(2, 2), image(2, 3, 4), 0);
    put(cases, lpPool(3, 3).stride(2).padding(1), image(3, 3, 4), 0);
    put(cases, localContrastNorm(3), IMAGE, 0);
    cases.add(LayerCase.of(lstm(3), sequence, Shape.of(3), 12 * 4 + 12 * 3 + 12));
    cases.add(LayerCase.of(lstm(2).sequences().reversed(), sequence, Shape.of(5, 2), 56));
    cases.add(LayerCase.of(gru(3), sequence, Shape.of(3), 9 * 4 + 9 * 3 + 18));
    cases.add(LayerCase.of(gru(2).sequences(), sequence, Shape.of(5, 2), 48));
  }
}
