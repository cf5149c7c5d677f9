package dev.fovea.studio.lesson;

import dev.fovea.data.Dataset;
import dev.fovea.studio.web.Fields;
import dev.fovea.vision.augment.Augmentations;

/** How many steps a training has: augmentation does not change it. */
final class EpochsExperiment implements Experiment {
  private static final int MOST = 1_000;

  @Override
  public String name() {
    return "epochs";
  }

  @Override
  public Figures show(Fields f) {
    int batch = f.integer("batch", 1, MOST);
    int epochs = f.integer("epochs", 1, MOST);
    Dataset digits =
        SmallDigits.split(f.integer("count", 1, MOST), 1, SmallDigits.Change.NONE)
            .augmentTrain(Augmentations.parse("shift", 0))
            .train();
    int steps = digits.batches(batch).count();
    return new Figures()
        .number("steps of an epoch", steps)
        .number("steps", (double) steps * epochs)
        .number("pictures seen", (double) digits.size() * epochs);
  }
}
