package dev.fovea.cli;

import dev.fovea.train.Evaluator;
import dev.fovea.train.History;
import dev.fovea.train.Scores;
import dev.fovea.train.Training;
import java.util.Locale;

/** Progress for people: a bar on a terminal, otherwise a line every now and then. */
final class TextReport implements Report {
  private static final long BAR_NANOS = 100_000_000L;
  private static final long LINE_NANOS = 10_000_000_000L;
  private static final int BAR = 24;
  private static final String ERASE = "\r\u001b[K";

  private final TrainingFacts facts;
  private final boolean interactive = Terminal.isInteractive();
  private long shown = System.nanoTime();
  private long epochBegan = System.nanoTime();
  private long epochFirst;

  TextReport(TrainingFacts facts) {
    this.facts = facts;
  }

  private static void printFacts(TrainingFacts f) {
    System.out.println(
        String.format(
            Locale.ROOT,
            "%s on %s: %,d parameters, %,d training and %,d test pictures of %s, %s",
            f.net(),
            f.data(),
            f.parameters(),
            f.trainSamples(),
            f.testSamples(),
            f.input().times(),
            Count.of(f.classes(), "class")));
    System.out.println(
        String.format(
            Locale.ROOT,
            "%s, learning rate %s, %s, batch %d, %s, seed %d; %s kernels on %s",
            f.choice().optimizerName(),
            f.choice().optimizer().learningRate(),
            f.choice().scheduleName(),
            f.choice().batch(),
            Count.of(f.choice().epochs(), "epoch"),
            f.seed(),
            f.kernels(),
            Count.of(f.threads(), "thread")));
  }

  @Override
  public void onStart(Training training) {
    printFacts(facts);
    epochBegan = System.nanoTime();
    epochFirst = training.samples();
    if (training.step() > 0) {
      System.out.println(resumed(training));
    }
  }

  private static String resumed(Training t) {
    return t.step() >= (long) t.epochs() * t.batches()
        ? "the training was already complete: " + Count.of(t.epochs(), "epoch")
        : String.format(
            Locale.ROOT,
            "resumed at epoch %d of %d, batch %d of %d",
            t.epoch(),
            t.epochs(),
            t.batch(),
            t.batches());
  }

  @Override
  public void onBatch(Training t) {
    long now = System.nanoTime();
    if (now - shown < (interactive ? BAR_NANOS : LINE_NANOS)) {
      return;
    }
    shown = now;
    double part = (double) t.batch() / t.batches();
    double seconds = (now - epochBegan) * 1e-9;
    double perSecond = (t.samples() - epochFirst) / seconds;
    String text =
        String.format(
            Locale.ROOT,
            "%3.0f %%  loss %s  %,.0f pictures/s",
            100 * part,
            loss(t.meanLoss()),
            perSecond);
    if (interactive) {
      int full = (int) (part * BAR);
      System.out.print(
          ERASE + head(t, t.epoch()) + "  " + "█".repeat(full) + "░".repeat(BAR - full) + text);
    } else {
      System.out.println(head(t, t.epoch()) + "  " + text);
    }
  }

  private static String head(Training t, int epoch) {
    return "epoch " + epoch + "/" + t.epochs();
  }

  @Override
  public void onEpoch(Training t, History.Epoch epoch) {
    epochBegan = System.nanoTime();
    epochFirst = 0;
    String test =
        epoch
            .validation()
            .map(s -> "  test loss " + loss(s.loss()) + figures(s, "  ", false))
            .orElse("");
    System.out.println(
        (interactive ? ERASE : "")
            + head(t, epoch.number())
            + String.format(
                Locale.ROOT,
                "  loss %s%s%s  %.1f s",
                loss(epoch.train().loss()),
                figures(epoch.train(), "  ", true),
                test,
                epoch.seconds()));
  }

  @Override
  public void result(History history, History.Epoch saved, OutputFolder folder) {
    Scores test = saved.validation().orElse(saved.train());
    int epochs = history.epochs().size();
    System.out.println(
        String.format(
            Locale.ROOT,
            "test%s loss %s%s, after %s in %.1f s",
            figures(test, " ", false).replace("  ", ", ") + (test.metrics().isEmpty() ? "" : ","),
            loss(test.loss()),
            saved.number() == epochs ? "" : " of epoch " + saved.number() + ", which is saved",
            Count.of(epochs, "epoch"),
            Report.seconds(history)));
    System.out.println("model:   " + folder.model());
    System.out.println("history: " + folder.history() + " and " + folder.plot().getFileName());
  }

  /**
   * Returns the figures, each after a gap.
   *
   * @param terms whether the terms of the loss are among them; the history has them always
   */
  private static String figures(Scores s, String gap, boolean terms) {
    StringBuilder text = new StringBuilder();
    s.metrics()
        .forEach((name, value) -> {
          if (terms || !name.startsWith(Evaluator.PART)) {
            text.append(text.isEmpty() ? gap : "  ").append(figure(name, value));
          }
        });
    return text.toString();
  }

  /** Accuracy is in percent; terms of the loss come by their name, others in capitals. */
  private static String figure(String name, double value) {
    if (Double.isNaN(value)) {
      return name.toUpperCase(Locale.ROOT) + " –";
    }
    if (name.equals("accuracy")) {
      return String.format(Locale.ROOT, "accuracy %.2f %%", 100 * value);
    }
    return name.startsWith(Evaluator.PART)
        ? name.substring(Evaluator.PART.length()) + " " + loss(value)
        : String.format(Locale.ROOT, "%s %.4f", name.toUpperCase(Locale.ROOT), value);
  }

  private static String loss(double x) {
    return String.format(Locale.ROOT, Math.abs(x) < 1e4 ? "%.4f" : "%.3e", x);
  }
}
