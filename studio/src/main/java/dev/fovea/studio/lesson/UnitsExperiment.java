package dev.fovea.studio.lesson;

import dev.fovea.data.DataSplit;
import dev.fovea.data.InMemoryImages;
import dev.fovea.insight.colour.FilterPicture;
import dev.fovea.insight.explain.BackwardRules;
import dev.fovea.insight.probe.Probe;
import dev.fovea.insight.probe.Target;
import dev.fovea.insight.unit.Imagination;
import dev.fovea.insight.unit.PictureSpace;
import dev.fovea.insight.unit.TopPatches;
import dev.fovea.nn.Model;
import dev.fovea.studio.web.Fields;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * What a channel of a small network looks for that has learned digits: the parts of digits at which
 * it is strongest, the strongest of them projected back, and a picture made for it.
 */
final class UnitsExperiment implements Experiment {
  private static final int TRAIN = 1_000;
  private static final int TEST = 300;
  private static final int EPOCHS = 4;
  private static final double RATE = 3e-3;
  private static final int PATCHES = 6;
  private static final int IMAGINED_STEPS = 48;
  private static final int FILTER_SIDE = 48;

  /** The path of each convolution's activation. */
  private static final Map<Integer, String> LAYERS = Map.of(1, "1", 2, "4");

  /** A network that has learned, and the digits that it has not seen. */
  private record Learned(Model model, InMemoryImages unseen, double accuracy) {}

  private @Nullable Learned learned;

  @Override
  public String name() {
    return "units";
  }

  @Override
  public Figures show(Fields f) {
    int layer = f.integer("layer", 1, 2);
    int channel = f.integer("channel", 1, 8) - 1;
    Learned net = learned();
    String path = LAYERS.getOrDefault(layer, "1");
    TopPatches top = TopPatches.of(net.model, path, net.unseen, PATCHES);
    List<TopPatches.Place> places = top.channels().get(channel);
    SequencedMap<String, Tensor> patches = new LinkedHashMap<>();
    for (TopPatches.Place p : places) {
      String title =
          String.format(Locale.ROOT, "%d: %.2f", net.unseen.label(p.sample()), p.activation());
      patches.put(
          (patches.size() + 1) + ". in a " + title, top.crop(net.unseen.picture(p.sample()), p, 0));
    }
    TopPatches.Place best = places.getFirst();
    Tensor input = net.unseen.input(best.sample(), Seed.of(0));
    Target unit = Target.unit(path, channel, best.row(), best.column());
    Tensor back =
        Probe.ofGradients(net.model, unit, BackwardRules.DECONVNET).read(input).gradient();
    Imagination imagined =
        Imagination.of(
            net.model,
            Target.channel(path, channel),
            new PictureSpace.Box(net.model.inputs().getFirst(), -1, 2),
            Imagination.Search.plain(IMAGINED_STEPS),
            Seed.of(1));
    SequencedMap<String, Tensor> seen = new LinkedHashMap<>();
    seen.put("the digit", net.unseen.picture(best.sample()));
    seen.put("deconvnet", Numbers.coloured(back));
    seen.put("imagined", Numbers.coloured(imagined.picture()));
    return new Figures()
        .number("digits read correctly", net.accuracy)
        .number("pixels that a place sees, each way", top.window().height())
        .number("strongest answer", best.activation())
        .number("answer at the start of imagining", imagined.values().getFirst())
        .number("answer to the imagined picture", imagined.value())
        .pictures("Where this channel is strongest, in digits it has not seen", patches)
        .pictures("The first of them projected back, and a picture made for the channel", seen)
        .picture(
            "The eight filters of the first layer",
            "weights",
            new FilterPicture(net.model.parameters().tensor("0.weight")).paint(FILTER_SIDE));
  }

  private Learned learned() {
    Learned now = learned;
    if (now == null) {
      DataSplit digits = SmallDigits.split(TRAIN, TEST, SmallDigits.Change.NONE);
      Model model = SmallDigits.build(SmallDigits.cnn());
      SmallDigits.learn(model, digits.train(), EPOCHS, RATE, digits.test());
      double accuracy = SmallDigits.accuracyOf(model, digits.test());
      now = new Learned(model, (InMemoryImages) digits.test(), accuracy);
      learned = now;
    }
    return now;
  }
}
