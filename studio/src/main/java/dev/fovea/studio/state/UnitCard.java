package dev.fovea.studio.state;

import dev.fovea.insight.probe.Target;
import dev.fovea.insight.unit.FourierSpace;
import dev.fovea.insight.unit.Imagination;
import dev.fovea.insight.unit.TopPatches;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;

/**
 * What a channel of a layer looks for: the parts of pictures that it is strongest on, and the
 * picture that it likes best.
 *
 * @param patches the parts, the strongest first, as pictures [H, W, C] with values 0 … 255
 * @param strengths how strong the channel is on each
 * @param imagined the picture, values 0 … 255
 * @param value what the channel says to it, the mean over its places
 */
public record UnitCard(
    List<Tensor> patches, List<Double> strengths, Tensor imagined, double value) {
  private static final int PATCHES = 8;
  private static final int DIGITS = 400;
  private static final int SMALL = 64;
  private static final double WORK = 4e10;

  /** Copies the lists. */
  public UnitCard {
    patches = List.copyOf(patches);
    strengths = List.copyOf(strengths);
  }

  /**
   * Looks for patches in what is open and, where pictures are as small, in drawn digits, and
   * imagines a picture: the more steps the less work the network is.
   *
   * @throws dev.fovea.tensor.FoveaException if there is no such channel, or its places see no part
   *     of a picture
   */
  public static UnitCard of(
      OpenModel net, List<Workspace.Picture> pictures, String layer, int channel) {
    boolean digits = net.input().dim(0) <= SMALL;
    int count = pictures.size() + (digits ? DIGITS : 0);
    TopPatches top =
        TopPatches.of(
            net.model(), layer, count, i -> net.rule().input(placed(net, pictures, i)), PATCHES);
    List<TopPatches.Place> places = top.channels().get(channel);
    List<Tensor> patches =
        places.stream().map(p -> top.crop(placed(net, pictures, p.sample()), p, 128)).toList();
    Tensor black = edge(net, 0);
    Tensor white = edge(net, 255);
    FourierSpace space =
        new FourierSpace(
            net.model().engine(), net.input(), black.data(), white.data(), net.rule().bgr());
    long flops = Math.max(1, net.model().summary().flops());
    int steps = Math.clamp((long) (WORK / (3.0 * flops)), 24, 128);
    Imagination found =
        Imagination.of(
            net.model(),
            Target.channel(layer, channel),
            space,
            Imagination.Search.robust(steps, Math.clamp(net.input().dim(0) / 28, 1, 8)),
            Seed.of(1));
    return new UnitCard(
        patches,
        places.stream().map(p -> (double) p.activation()).toList(),
        pixels(net, found.picture(), black, white),
        found.value());
  }

  private static Tensor placed(OpenModel net, List<Workspace.Picture> pictures, int i) {
    Tensor image = i < pictures.size() ? pictures.get(i).image() : EightBits.digit(i);
    return net.place(image);
  }

  /** Returns the value of each channel for a picture that is one number everywhere. */
  private static Tensor edge(OpenModel net, float pixel) {
    Tensor input = net.rule().input(Tensor.full(net.input(), pixel));
    Tensor channels = Tensor.zeros(Shape.of(net.input().dim(2)));
    System.arraycopy(input.data(), 0, channels.data(), 0, channels.data().length);
    return channels;
  }

  /** Returns an input as a picture of red, green, blue, 0 … 255. */
  private static Tensor pixels(OpenModel net, Tensor input, Tensor black, Tensor white) {
    Tensor out = Tensor.zeros(input.shape());
    int channels = black.data().length;
    for (int i = 0; i < out.data().length; i++) {
      float low = black.data()[i % channels];
      out.data()[i] = 255 * (input.data()[i] - low) / (white.data()[i % channels] - low);
    }
    return net.rule().reordered(out);
  }
}
