package dev.fovea.studio.state;

import dev.fovea.insight.colour.GradientPicture;
import dev.fovea.insight.explain.BackwardRules;
import dev.fovea.insight.probe.Probe;
import dev.fovea.insight.probe.Target;
import dev.fovea.insight.unit.TopPatches;
import dev.fovea.tensor.Tensor;
import java.util.List;

/**
 * The parts of pictures that the channels of a layer are strongest on: of the pictures that are
 * open and, where a network takes pictures as small, of drawn digits.
 */
public final class UnitPatches {
  private static final int EACH = 9;
  private static final int DIGITS = 400;
  private static final int SMALL = 64;
  private static final int PADDING = 128;

  private final OpenModel net;
  private final List<Workspace.Picture> pictures;
  private final TopPatches top;

  private UnitPatches(OpenModel net, List<Workspace.Picture> pictures, TopPatches top) {
    this.net = net;
    this.pictures = pictures;
    this.top = top;
  }

  /**
   * Looks through all pictures.
   *
   * @throws dev.fovea.tensor.FoveaException if the places of the layer see no part of a picture
   */
  public static UnitPatches of(OpenModel net, List<Workspace.Picture> pictures, String layer) {
    int count = pictures.size() + (takesSmall(net) ? DIGITS : 0);
    TopPatches top =
        TopPatches.of(
            net.model(), layer, count, i -> net.rule().input(placed(net, pictures, i)), EACH);
    return new UnitPatches(net, pictures, top);
  }

  /** Returns whether a network takes pictures as small as drawn digits. */
  static boolean takesSmall(OpenModel net) {
    return net.input().dim(0) <= SMALL;
  }

  /** Returns a picture that is open, or behind them a drawn digit, as a network takes it. */
  static Tensor placed(OpenModel net, List<Workspace.Picture> pictures, int i) {
    return net.place(i < pictures.size() ? pictures.get(i).image() : EightBits.digit(i));
  }

  /** Returns whether they are of this network, these pictures and this layer. */
  public boolean areOf(OpenModel other, List<Workspace.Picture> all, String layer) {
    return net.equals(other) && pictures.equals(all) && top.layer().equals(layer);
  }

  /** Returns the parts that a channel is strongest on, the strongest first, values 0 … 255. */
  public List<Tensor> patches(int channel) {
    return top.channels().get(channel).stream().map(this::crop).toList();
  }

  /** Returns the part that a channel is strongest on, values 0 … 255. */
  public Tensor strongest(int channel) {
    return crop(top.channels().get(channel).getFirst());
  }

  /**
   * Returns the part that a channel is strongest on, as a deconvnet projects the strength back:
   * what of it the channel answers to, values 0 … 255, grey where it does not.
   */
  public Tensor projected(int channel) {
    TopPatches.Place p = top.channels().get(channel).getFirst();
    Target unit = Target.unit(top.layer(), channel, p.row(), p.column());
    Tensor back =
        Probe.ofGradients(net.model(), unit, BackwardRules.DECONVNET)
            .read(net.rule().input(placed(net, pictures, p.sample())))
            .gradient();
    return GradientPicture.centred(top.crop(back, p, 0));
  }

  private Tensor crop(TopPatches.Place p) {
    return top.crop(placed(net, pictures, p.sample()), p, PADDING);
  }

  /** Returns how strong the channel is on each. */
  public List<Double> strengths(int channel) {
    return top.channels().get(channel).stream().map(p -> (double) p.activation()).toList();
  }
}
