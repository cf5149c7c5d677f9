package dev.fovea.studio.lesson;

import dev.fovea.data.DataSplit;
import dev.fovea.data.Digits;
import dev.fovea.data.InMemoryImages;
import dev.fovea.insight.colour.HeatMap;
import dev.fovea.insight.explain.Explainer;
import dev.fovea.insight.explain.Method;
import dev.fovea.insight.probe.Target;
import dev.fovea.nn.Model;
import dev.fovea.studio.web.Fields;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * A network learns digits that all bear a mark of their class, a small white square in the top
 * rows. It takes the shortcut: without the mark it hardly reads, with a wrong mark it says what the
 * mark says, and its explanations lie on the mark.
 */
final class ShortcutExperiment implements Experiment {
  private static final int TRAIN = 600;
  private static final int TEST = 200;
  private static final int EPOCHS = 4;
  private static final double RATE = 3e-3;
  private static final int MARK = 2;
  private static final int TOP = 6;
  private static final int SHOWN = 17;

  /** A network that has learned marked digits, and tests of it. */
  private record Learned(
      Model model, InMemoryImages marked, double right, double without, double misled) {}

  private @Nullable Learned learned;

  @Override
  public String name() {
    return "shortcut";
  }

  @Override
  public Figures show(Fields f) {
    Method method = Method.parse(f.text("method", Method.HIRES_CAM.text()));
    Learned net = learned();
    double inTop = 0;
    for (int i = 0; i < 20; i++) {
      inTop += share(map(net, method, i)) / 20;
    }
    Tensor picture = net.marked.picture(SHOWN);
    SequencedMap<String, Tensor> seen = new LinkedHashMap<>();
    seen.put("a marked digit", picture);
    seen.put(
        method.text().toLowerCase(Locale.ROOT), new HeatMap(map(net, method, SHOWN)).over(picture));
    Map<String, Double> rights = new LinkedHashMap<>();
    rights.put("digits with their mark", net.right);
    rights.put("digits without a mark", net.without);
    rights.put("digits with the mark of the next", net.misled);
    Figures out = new Figures();
    rights.forEach(out::number);
    return out.number("share of the map in the top six rows", inTop)
        .shares("Read correctly", rights)
        .pictures("Where the network looks", seen);
  }

  private static Tensor map(Learned net, Method method, int sample) {
    Target target = Target.logit(net.marked.label(sample));
    Tensor input = net.marked.input(sample, Seed.of(0));
    return Explainer.of(net.model, target).at("4").explain(method, input).map();
  }

  /** Returns the share of a map's mass that lies in the top rows. */
  private static double share(Tensor map) {
    double top = 0;
    double all = 0;
    for (int i = 0; i < map.data().length; i++) {
      double size = Math.abs(map.data()[i]);
      all += size;
      top += i < TOP * Digits.SIZE ? size : 0;
    }
    return all == 0 ? 0 : top / all;
  }

  private Learned learned() {
    Learned now = learned;
    if (now == null) {
      DataSplit marked = SmallDigits.split(TRAIN, TEST, (p, label, rng) -> marked(p, label));
      DataSplit plain = SmallDigits.split(TRAIN, TEST, SmallDigits.Change.NONE);
      DataSplit wrong =
          SmallDigits.split(TRAIN, TEST, (p, label, rng) -> marked(p, (label + 1) % 10));
      Model model = SmallDigits.build(SmallDigits.cnn());
      SmallDigits.learn(model, marked.train(), EPOCHS, RATE, marked.test());
      now =
          new Learned(
              model,
              (InMemoryImages) marked.test(),
              right(model, marked, marked),
              right(model, plain, marked),
              right(model, wrong, marked));
      learned = now;
    }
    return now;
  }

  /** Returns how many test pictures are read correctly, normalised as in training. */
  private static double right(Model model, DataSplit data, DataSplit trained) {
    InMemoryImages test = (InMemoryImages) data.test();
    return SmallDigits.accuracyOf(
        model, test.withPreprocessing(trained.train().normalization().orElseThrow()));
  }

  private static byte[] marked(byte[] pixels, int label) {
    byte[] with = pixels.clone();
    for (int i = 0; i < MARK * MARK; i++) {
      int row = 3 * (label / 5) + i / MARK;
      int column = 2 + 5 * (label % 5) + i % MARK;
      with[row * Digits.SIZE + column] = (byte) 255;
    }
    return with;
  }
}
