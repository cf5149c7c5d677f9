package dev.fovea.spark;

import dev.fovea.data.Digits;
import dev.fovea.data.LabelledPictures;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Trains LeNet-5 on the embedded digits with four workers: on one executor, on several, and then
 * again and again while executors are killed at random moments, and compares all bits of the
 * results.
 *
 * @param kills how many executors are killed in all
 * @param each how many during one training
 * @param samples the number of samples
 * @param epochs the number of epochs
 * @param localSteps the steps between two averages; 0 to average gradients
 * @param seed the seed of the moments and of who is killed
 */
record KillDrill(int kills, int each, int samples, int epochs, int localSteps, long seed) {
  private static final int WORKERS = 4;
  private static final int BATCH = 64;

  /**
   * Checks the numbers.
   *
   * @throws dev.fovea.tensor.FoveaException if one is too small
   */
  KillDrill {
    SparkTrainer.positive("--kills", kills);
    SparkTrainer.positive("--each", each);
    SparkTrainer.positive("--samples", samples);
    SparkTrainer.positive("--epochs", epochs);
  }

  /** A digest of all parameters of a training, and how long it took. */
  private record Result(String digest, double seconds, double accuracy) {}

  /**
   * Trains once, undisturbed.
   *
   * @return a digest of all parameters
   */
  String digest(SparkSession session) {
    LabelledPictures train = digits();
    return trained(PictureTables.of(session, train), train).digest;
  }

  private LabelledPictures digits() {
    return (LabelledPictures) Digits.load(Seed.of(1), samples, 10).train();
  }

  /**
   * Runs the drill.
   *
   * @param alone the digest of a training on one executor, if there was one
   * @param told is told what was seen, a line for each training
   * @return whether all trainings ended with the same bits
   */
  boolean holds(SparkSession session, Optional<String> alone, Consumer<String> told) {
    LabelledPictures train = digits();
    Dataset<Row> table = PictureTables.of(session, train);
    Result warm = trained(table, train);
    Result whole = trained(table, train);
    boolean same = warm.digest.equals(whole.digest);
    if (alone.isPresent()) {
      boolean equal = alone.get().equals(whole.digest);
      same &= equal;
      told.accept("one executor: " + bits(equal));
    }
    told.accept(
        String.format(
            Locale.ROOT, "undisturbed: %.1f s, accuracy %.4f", whole.seconds, whole.accuracy));
    Rng random = Seed.of(seed).rng();
    int killed = 0;
    double seconds = whole.seconds;
    for (int training = 1; killed < kills; training++) {
      if (training > 3 * kills) {
        told.accept(
            "only %s executors could be killed in %s trainings".formatted(killed, training));
        return false;
      }
      Killer killer = new Killer(random, Math.min(each, kills - killed), seconds);
      killer.start();
      Result again = trained(table, train);
      List<String> done = killer.stopped();
      killed += done.size();
      // On a machine that has less other work now, moments after the end would kill nobody.
      seconds = Math.min(seconds, again.seconds);
      boolean equal = again.digest.equals(whole.digest);
      same &= equal;
      told.accept(
          String.format(
              Locale.ROOT,
              "%.1f s, killed %s (%s in all): %s",
              again.seconds,
              String.join(", ", done),
              killed,
              bits(equal)));
    }
    return same;
  }

  private static String bits(boolean equal) {
    return equal ? "the same bits" : "OTHER bits";
  }

  private Result trained(Dataset<Row> table, LabelledPictures train) {
    long began = System.nanoTime();
    FoveaModel model =
        new SparkTrainer(
                new ZooTraining("lenet5", List.of(28, 28, 1), 10, 0, 1),
                train.preprocessing(),
                train.classes())
            .workers(WORKERS)
            .batch(BATCH)
            .epochs(epochs)
            .localSteps(localSteps)
            .fit(table);
    return new Result(
        Digests.sha256(model.model().parameters().values()),
        (System.nanoTime() - began) * 1e-9,
        model.history().epochs().getLast().train().metric("accuracy"));
  }

  /** Kills executors at random moments of a training. */
  private static final class Killer {
    private final Rng random;
    private final int count;
    private final double seconds;
    private final AtomicBoolean stop = new AtomicBoolean();
    private final List<String> done = new ArrayList<>();
    private Optional<Thread> thread = Optional.empty();

    /**
     * Creates one.
     *
     * @param seconds about how long the training takes
     */
    Killer(Rng random, int count, double seconds) {
      this.random = random;
      this.count = count;
      this.seconds = seconds;
    }

    void start() {
      thread = Optional.of(Thread.ofPlatform().daemon().start(this::kill));
    }

    private void kill() {
      double[] moments = new double[count];
      Arrays.setAll(moments, i -> seconds * (0.1 + 0.8 * random.nextFloat()));
      Arrays.sort(moments);
      long began = System.nanoTime();
      for (double moment : moments) {
        while ((System.nanoTime() - began) * 1e-9 < moment || LocalCluster.executors().isEmpty()) {
          if (stop.get() || !slept()) {
            return;
          }
        }
        List<ProcessHandle> living = LocalCluster.executors();
        ProcessHandle one = living.get(random.nextInt(living.size()));
        if (!stop.get() && one.destroyForcibly()) {
          double at = (System.nanoTime() - began) * 1e-9;
          done.add(String.format(Locale.ROOT, "%s at %.1f s", one.pid(), at));
        }
      }
    }

    private static boolean slept() {
      try {
        Thread.sleep(20);
        return true;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }

    /** Stops, and returns what was killed and when. */
    List<String> stopped() {
      stop.set(true);
      thread.ifPresent(t -> {
        try {
          t.join();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      });
      return List.copyOf(done);
    }
  }
}
