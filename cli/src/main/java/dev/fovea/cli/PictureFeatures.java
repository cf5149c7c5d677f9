package dev.fovea.cli;

import dev.fovea.apps.Features;
import dev.fovea.apps.search.PictureIndex;
import dev.fovea.engine.Engine;
import dev.fovea.insight.probe.Layers;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Descriptor;
import dev.fovea.vision.Images;
import dev.fovea.vision.InputRule;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What pictures are compared by. */
interface PictureFeatures {
  /** Returns what the features are called: other features have another name. */
  String name();

  /** Returns the features of a picture in a file. */
  float[] of(Path picture);

  /**
   * Returns the features of a layer of a network, or those made by rules without one.
   *
   * @param layer the layer; the last with places by default
   */
  static PictureFeatures of(
      @Nullable Path net, @Nullable String layer, InputOptions inputs, Engine engine) {
    if (net == null) {
      if (layer != null) {
        throw new FoveaException("--layer " + layer + ": give the network with --model");
      }
      return new ByRules();
    }
    NetworkFile network = NetworkFile.read(net, inputs, engine);
    Layers layers = Layers.of(network.model());
    Layers.Layer at = layer == null ? layers.lastWithPlaces() : layers.find(layer);
    if (at.channels() > PictureIndex.MOST_NUMBERS) {
      throw new FoveaException(
          "%s: layer %s has %s channels, at most %s can be searched; choose another with --layer"
              .formatted(net, at.path(), at.channels(), PictureIndex.MOST_NUMBERS));
    }
    return new OfNetwork(
        network,
        FileHash.of(net, network.model().parameters()),
        at.path(),
        Features.of(network.model(), at.path()));
  }

  /**
   * The mean of a layer's maps over all places.
   *
   * @param hash tells the network from others in files of its name
   */
  record OfNetwork(NetworkFile network, String hash, String layer, Features features)
      implements PictureFeatures {
    @Override
    public String name() {
      InputRule rule = network.rule();
      return "%s (SHA-256 %s), layer %s, pictures as %s%s"
          .formatted(
              network.file().getFileName(),
              hash,
              layer,
              rule.preprocessing().toText(),
              rule.bgr() ? " in BGR" : "");
    }

    @Override
    public float[] of(Path picture) {
      Tensor input = LookedAt.read(network, picture).input();
      return features.means(input.reshape(input.shape().prepend(1)))[0];
    }
  }

  /** Histograms of oriented gradients and of colours. */
  record ByRules() implements PictureFeatures {
    private static final int SIDE = 64;
    private static final Descriptor GRADIENTS = Descriptor.orientedGradients(16);
    private static final Descriptor COLOURS = Descriptor.colours(4);

    @Override
    public String name() {
      return "gradients and colours";
    }

    @Override
    public float[] of(Path picture) {
      Tensor small = Images.resize(Images.read(picture), SIDE, SIDE);
      float[] gradients = GRADIENTS.of(small);
      float[] colours = COLOURS.of(small);
      float[] all = Arrays.copyOf(gradients, gradients.length + colours.length);
      // Blocks have length 1 each, the histogram too: it counts as much as all nine together.
      for (int i = 0; i < colours.length; i++) {
        all[gradients.length + i] = 3 * colours[i];
      }
      return all;
    }
  }
}
