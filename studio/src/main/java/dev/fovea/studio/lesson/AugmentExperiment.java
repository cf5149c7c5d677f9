package dev.fovea.studio.lesson;

import dev.fovea.data.Augmentation;
import dev.fovea.data.DataSplit;
import dev.fovea.data.InMemoryImages;
import dev.fovea.data.Sample;
import dev.fovea.nn.Model;
import dev.fovea.studio.web.Fields;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.History;
import dev.fovea.vision.augment.Augmentations;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/** A small network learns few digits by heart, as they are or changed anew in each epoch. */
final class AugmentExperiment implements Experiment {
  private static final int MOST = 400;
  private static final int TEST = 300;
  private static final int EPOCHS = 40;
  private static final int SHOWN = 8;
  private static final double RATE = 3e-3;
  private static final List<String> CHANGES =
      List.of("none", "shift", "rotate", "scale", "elastic", "noise", "shift,rotate,scale");

  @Override
  public String name() {
    return "augment";
  }

  @Override
  public Figures show(Fields f) {
    int count = f.integer("count", 10, MOST);
    String changes = f.oneOf("changes", CHANGES);
    Augmentation change = changed(changes);
    DataSplit digits = SmallDigits.split(count, TEST, SmallDigits.Change.NONE);
    History plain = learned(digits);
    History augmented = learned(digits.augmentTrain(change));
    Figures out =
        new Figures()
            .number("gap of accuracy, plain", gap(plain))
            .number("gap of accuracy, augmented", gap(augmented))
            .number("new digits read correctly, plain", test(plain.epochs().getLast()))
            .number("new digits read correctly, augmented", test(augmented.epochs().getLast()))
            .curves(
                "Share that is read correctly",
                "epoch",
                IntStream.rangeClosed(1, EPOCHS).asDoubleStream().toArray(),
                new Figures.Line("plain, learned digits", trains(plain)),
                new Figures.Line("plain, new digits", tests(plain)),
                new Figures.Line("augmented, learned digits", trains(augmented)),
                new Figures.Line("augmented, new digits", tests(augmented)));
    return out.pictures(
        "One digit as the network sees it, epoch after epoch", seen(digits, change));
  }

  private static Augmentation changed(String changes) {
    try {
      return Augmentations.parse(changes, 0);
    } catch (FoveaException e) {
      throw new FoveaException("lessons augment: " + e.getMessage(), e);
    }
  }

  private static SequencedMap<String, Tensor> seen(DataSplit digits, Augmentation change) {
    InMemoryImages images = (InMemoryImages) digits.train();
    SequencedMap<String, Tensor> all = new LinkedHashMap<>();
    for (int i = 1; i <= SHOWN; i++) {
      Sample changed = change.apply(Sample.of(images.picture(4)), Seed.of(i));
      all.put(Integer.toString(i), changed.picture());
    }
    return all;
  }

  private static History learned(DataSplit digits) {
    Model model = SmallDigits.build(SmallDigits.cnn());
    return SmallDigits.learn(model, digits.train(), EPOCHS, RATE, digits.test());
  }

  private static double gap(History h) {
    History.Epoch last = h.epochs().getLast();
    return last.train().metric("accuracy") - test(last);
  }

  private static double test(History.Epoch e) {
    return e.validation().orElseThrow().metric("accuracy");
  }

  private static double[] trains(History h) {
    return h.epochs().stream().mapToDouble(e -> e.train().metric("accuracy")).toArray();
  }

  private static double[] tests(History h) {
    return h.epochs().stream().mapToDouble(AugmentExperiment::test).toArray();
  }
}
