package dev.fovea.studio.lesson;

import static dev.fovea.nn.Losses.crossEntropy;
import static dev.fovea.train.Metrics.accuracy;

import dev.fovea.data.ClassSampling;
import dev.fovea.data.DataSplit;
import dev.fovea.data.Dataset;
import dev.fovea.nn.ClassifierHead;
import dev.fovea.nn.Model;
import dev.fovea.optim.Optimizers;
import dev.fovea.studio.web.Fields;
import dev.fovea.tensor.Seed;
import dev.fovea.train.Epochs;
import dev.fovea.train.Trainer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A network that has learned the digits 0 to 4 learns 5 to 9 from a few pictures of each: with its
 * features frozen, with all of it trained on, and from scratch.
 */
final class TransferExperiment implements Experiment {
  private static final int TRAIN = 2_000;
  private static final int TEST = 400;
  private static final int EPOCHS = 6;
  private static final int STEPS = 150;
  private static final int BATCH = 10;
  private static final double RATE = 3e-3;
  private static final double SMALL_RATE = 2e-3;

  private @Nullable Model before;
  private final DataSplit digits = SmallDigits.split(TRAIN, TEST, SmallDigits.Change.NONE);

  @Override
  public String name() {
    return "transfer";
  }

  @Override
  public Figures show(Fields f) {
    int each = f.integer("each", 2, 50);
    List<String> late = List.of("5", "6", "7", "8", "9");
    Dataset few = ClassSampling.firstOfEach(ClassSampling.only(digits.train(), late), each);
    Dataset test = ClassSampling.only(digits.test(), late);
    Model known = pretrained();
    Model frozen = ClassifierHead.of(known).replaced(late.size(), Seed.of(1)).freeze("0.*", "3.*");
    Model tuned = ClassifierHead.of(known).replaced(late.size(), Seed.of(1));
    Model scratch =
        ClassifierHead.of(SmallDigits.build(SmallDigits.cnn())).replaced(late.size(), Seed.of(1));
    Map<String, Double> rights = new LinkedHashMap<>();
    rights.put("frozen features", learned(frozen, few, RATE, test));
    rights.put("fine-tuned", learned(tuned, few, SMALL_RATE, test));
    rights.put("from scratch", learned(scratch, few, RATE, test));
    Figures out = new Figures();
    rights.forEach(out::number);
    return out.number("trained weights, frozen", frozen.summary().trainable())
        .number("trained weights, from scratch", scratch.summary().trainable())
        .shares("New pictures of 5 to 9 that are read correctly", rights);
  }

  private Model pretrained() {
    Model now = before;
    if (now == null) {
      List<String> early = List.of("0", "1", "2", "3", "4");
      now = SmallDigits.build(SmallDigits.cnn());
      Dataset train = ClassSampling.only(digits.train(), early);
      SmallDigits.learn(now, train, EPOCHS, RATE, ClassSampling.only(digits.test(), early));
      before = now;
    }
    return now;
  }

  /** Trains for the same number of steps, however few the pictures are. */
  private static double learned(Model model, Dataset few, double rate, Dataset test) {
    int epochs = Math.ceilDiv(STEPS, Math.ceilDiv(few.size(), BATCH));
    Trainer trainer = Trainer.of(model, crossEntropy(), Optimizers.adam(rate)).metrics(accuracy());
    trainer.fit(few.shuffled().batches(BATCH), Epochs.epochs(epochs));
    return trainer.evaluate(test).metric("accuracy");
  }
}
