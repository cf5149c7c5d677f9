package dev.fovea.studio.state;

import dev.fovea.tensor.Shape;

/**
 * A network of the page as a program of its own, which compiles against the library and trains. It
 * comes to the same bits as a training of the page that runs to its end.
 */
public final class Program {
  private Program() {}

  /** Returns the source of {@code MyNetwork.java}, which trains as the page does. */
  public static String of(TrainingManager.Plan plan) {
    return of(plan, schedule(plan), "");
  }

  /** Returns the same with what was changed by hand. */
  public static String of(TrainingManager.Plan plan, ByHand byHand) {
    StringBuilder freezes = new StringBuilder();
    for (FreezeChanges.Span s : byHand.freezing().spans()) {
      String to = s.to() == Long.MAX_VALUE ? "Long.MAX_VALUE" : Long.toString(s.to());
      freezes.append("%n            .freeze(%s, %s, \"%s\")".formatted(s.from(), to, s.layer()));
    }
    return of(plan, schedule(plan, byHand.rates()), freezes.toString());
  }

  private static String schedule(TrainingManager.Plan plan) {
    String name = plan.schedule().equals("one-cycle") ? "oneCycle" : plan.schedule();
    return "Schedules." + name + "()";
  }

  /** Returns the schedule, times the last factor that holds. */
  private static String schedule(TrainingManager.Plan plan, RateChanges rates) {
    StringBuilder factor = new StringBuilder();
    for (RateChanges.Change c : rates.changes().reversed()) {
      factor.append("step >= %s ? %s : ".formatted(c.step(), c.factor()));
    }
    String usual = schedule(plan);
    return factor.isEmpty()
        ? usual
        : "(step, total) -> %s.factor(step, total) * (%s1)".formatted(usual, factor);
  }

  private static String of(TrainingManager.Plan plan, String schedule, String freezes) {
    Shape input = plan.data().train().inputShape();
    Source source = Source.of(plan.set());
    return """
    import static dev.fovea.nn.Layers.*;
    import static dev.fovea.nn.Losses.crossEntropy;
    import static dev.fovea.train.Epochs.epochs;
    import static dev.fovea.train.Metrics.accuracy;

    import dev.fovea.data.DataSplit;
    import dev.fovea.nn.Layer;
    import dev.fovea.nn.Model;
    import dev.fovea.optim.Optimizers;
    import dev.fovea.optim.Schedules;
    import dev.fovea.tensor.Seed;
    import dev.fovea.tensor.Shape;
    import dev.fovea.train.History;
    import dev.fovea.train.Trainer;
    import %12$s;
    %8$simport java.nio.file.Path;

    /** A network that was built in the studio; it takes inputs of [%1$s]. */
    public final class MyNetwork {
      /** Returns the network. */
      static Layer network() {
        return %2$s;
      }

      public static void main(String[] args) {
        int samples = args.length > 0 ? Integer.parseInt(args[0]) : %11$s;
        DataSplit all = %13$s
        DataSplit data = new DataSplit(all.train().take(samples), all.test())%9$s;
        Model model = Model.build(network(), data.train().inputShape(), Seed.of(%3$s).split("model"));
        History history =
            Trainer.of(model, crossEntropy(), %4$s)
                .schedule(%5$s)%10$s
                .seed(Seed.of(%3$s))
                .metrics(accuracy())
                .fit(data.train().shuffled().batches(%6$s), epochs(%7$s), data.test());
        System.out.println(history.last().orElseThrow());
        model.save(Path.of("my-network.safetensors"));
      }
    }
    """
        .formatted(
            input.times(),
            plan.net().java(),
            Long.toString(plan.seed()),
            plan.optimizer().java(),
            schedule,
            Integer.toString(plan.batch()),
            Integer.toString(plan.epochs()),
            plan.changes().isNone() ? "" : "import dev.fovea.vision.augment.Augmentations;\n",
            plan.changes().java(),
            freezes,
            Integer.toString(plan.data().train().size()),
            source.type(),
            source.java());
  }

  /**
   * Where a program has its samples from.
   *
   * @param type the class that reads them
   * @param java what reads them, to the end of its line
   */
  private record Source(String type, String java) {
    static Source of(String set) {
      return set.equals(Samples.DIGITS)
          ? new Source(
              "dev.fovea.data.Digits",
              "Digits.load(Seed.of(1), 6_000, 1_000); // or your own data set")
          : new Source(
              "dev.fovea.vision.DataSets",
              "DataSets.open(\"%1$s\", Path.of(args.length > 1 ? args[1] : \"%1$s\")).split();"
                  .formatted(set));
    }
  }
}
