package dev.fovea.studio.state;

import dev.fovea.insight.probe.Layers;
import dev.fovea.insight.probe.Target;
import dev.fovea.insight.unit.EffectiveField;
import dev.fovea.nn.Model;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * What a channel of a layer looks for: the parts of pictures that it is strongest on, the picture
 * that it likes best, what of a picture moves its middle place, and its weights.
 *
 * @param layer the layer
 * @param patches the parts, the strongest first, as pictures [H, W, C] with values 0 … 255; none of
 *     a layer whose units see the whole picture
 * @param strengths how strong the channel is on each
 * @param projected what of the first a deconvnet projects back, values 0 … 255
 * @param imagined the picture, values 0 … 255
 * @param value what the channel says to it, the mean over its places
 * @param field the effective receptive field [H, W] of the layer, of a layer with places
 * @param kernel the weights of the channel [Cin, kh, kw], of a convolution
 */
public record UnitCard(
    Layers.Layer layer,
    List<Tensor> patches,
    List<Double> strengths,
    Optional<Tensor> projected,
    Tensor imagined,
    double value,
    Optional<Tensor> field,
    Optional<Tensor> kernel) {
  /** Copies the lists. */
  public UnitCard {
    patches = List.copyOf(patches);
    strengths = List.copyOf(strengths);
  }

  /**
   * Makes the card of a channel; a picture is imagined in the more steps the less work the network
   * is.
   *
   * @param patches the parts of pictures of its layer, if its places see parts
   * @param seen a picture by which the effective receptive field is measured
   */
  public static UnitCard of(
      OpenModel net,
      Layers.Layer layer,
      int channel,
      Optional<UnitPatches> patches,
      Workspace.Picture seen) {
    Imagined found = Imagined.usual(net, Target.channel(layer.path(), channel));
    Tensor input = net.rule().input(net.place(seen.image()));
    return new UnitCard(
        layer,
        patches.map(p -> p.patches(channel)).orElse(List.of()),
        patches.map(p -> p.strengths(channel)).orElse(List.of()),
        patches.map(p -> p.projected(channel)),
        found.picture(),
        found.value(),
        layer.hasPlaces()
            ? Optional.of(EffectiveField.of(net.model(), layer.path(), List.of(input)))
            : Optional.empty(),
        layer.weights().flatMap(name -> kernel(net.model(), name, channel)));
  }

  /** Returns the weights [kh, kw, Cin, Cout] of one output channel as [Cin, kh, kw]. */
  private static Optional<Tensor> kernel(Model model, String name, int channel) {
    Tensor all = model.parameters().tensor(name);
    Shape s = all.shape();
    if (s.rank() != 4 || channel >= s.dim(3)) {
      return Optional.empty();
    }
    int places = s.dim(0) * s.dim(1);
    Tensor own = Tensor.zeros(Shape.of(s.dim(2), s.dim(0), s.dim(1)));
    for (int i = 0; i < own.data().length; i++) {
      own.data()[i] = all.data()[(i % places * s.dim(2) + i / places) * s.dim(3) + channel];
    }
    return Optional.of(own);
  }
}
