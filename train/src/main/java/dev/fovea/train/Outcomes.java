package dev.fovea.train;

import dev.fovea.data.Augmentation;
import dev.fovea.data.Batch;
import dev.fovea.data.BatchStream;
import dev.fovea.data.Dataset;
import dev.fovea.nn.Model;
import dev.fovea.nn.Prediction;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The predictions of a classifier for all samples of a data set, with the correct class of each.
 */
public final class Outcomes {
  private final float[][] probabilities;
  private final int[] labels;
  private final List<String> classes;

  private Outcomes(float[][] probabilities, int[] labels, List<String> classes) {
    this.probabilities = probabilities;
    this.labels = labels;
    this.classes = List.copyOf(classes);
  }

  /**
   * Returns the outcomes of these probabilities.
   *
   * @param probabilities a row per sample, a number per class
   * @param labels the correct class of each
   * @param classes the names of the classes; may be empty
   * @throws FoveaException if the numbers of rows differ, or a label is no class
   */
  public static Outcomes of(float[][] probabilities, int[] labels, List<String> classes) {
    if (probabilities.length != labels.length || labels.length == 0) {
      throw new FoveaException(
          "outcomes: %s rows of probabilities and %s labels, as many of both and some expected"
              .formatted(probabilities.length, labels.length));
    }
    for (int label : labels) {
      if (label < 0 || label >= probabilities[0].length) {
        throw new FoveaException(
            "outcomes: class "
                + label
                + " in the data, the network has "
                + probabilities[0].length);
      }
    }
    float[][] copy = new float[labels.length][];
    Arrays.setAll(copy, i -> probabilities[i].clone());
    return new Outcomes(copy, labels.clone(), classes);
  }

  /**
   * Returns the predictions of a model for a data set.
   *
   * @throws FoveaException if the samples do not suit the model
   */
  public static Outcomes of(Model model, Dataset data) {
    return of(model, data, Seed.of(0), List.of());
  }

  /**
   * Returns predictions with test-time augmentation: the mean over the original samples and each of
   * some augmentations (Krizhevsky et al., 2012).
   *
   * @param seed the seed of the augmentations
   * @throws FoveaException if the samples do not suit the model
   */
  public static Outcomes of(Model model, Dataset data, Seed seed, List<Augmentation> views) {
    DataCheck.require(model, model.outputs(), null, data, "evaluation data");
    int[] labels = new int[data.size()];
    float[][] sums = probabilities(model, data, seed, labels);
    for (int v = 0; v < views.size(); v++) {
      add(sums, probabilities(model, data.augment(views.get(v)), seed.split(v), labels));
    }
    for (float[] row : sums) {
      for (int c = 0; c < row.length; c++) {
        row[c] /= views.size() + 1;
      }
    }
    return of(sums, labels, data.classes());
  }

  private static void add(float[][] sums, float[][] more) {
    for (int i = 0; i < sums.length; i++) {
      for (int c = 0; c < sums[i].length; c++) {
        sums[i][c] += more[i][c];
      }
    }
  }

  private static float[][] probabilities(Model model, Dataset data, Seed seed, int[] labels) {
    List<float[]> rows = new ArrayList<>();
    int samples = Evaluator.samples(model, data);
    try (BatchStream stream = data.batches(samples).open(seed)) {
      for (Batch b = stream.next(); b != null; b = stream.next()) {
        for (Prediction p : model.predictAll(b.input())) {
          rows.add(p.probabilities());
        }
        for (int i = 0; i < b.size(); i++) {
          labels[b.index() * samples + i] = Classes.label(b.target(), i, b.size());
        }
      }
    }
    return rows.toArray(float[][]::new);
  }

  /** Returns the number of samples. */
  public int size() {
    return labels.length;
  }

  /** Returns the number of classes. */
  public int classes() {
    return probabilities[0].length;
  }

  /** Returns the name of a class; its number if it has none. */
  public String name(int c) {
    return c < classes.size() ? classes.get(c) : Integer.toString(c);
  }

  /** Returns the correct class of a sample. */
  public int label(int sample) {
    return labels[sample];
  }

  /** Returns the probability that a sample is of a class. */
  public float probability(int sample, int c) {
    return probabilities[sample][c];
  }

  /** Returns the most probable class of a sample. */
  public int best(int sample) {
    return Classes.best(probabilities[sample], 0, classes());
  }

  /** Returns the outcomes of these samples, in this order, some perhaps several times. */
  public Outcomes subset(int... samples) {
    float[][] rows = new float[samples.length][];
    int[] own = new int[samples.length];
    for (int i = 0; i < samples.length; i++) {
      rows[i] = probabilities[samples[i]];
      own[i] = labels[samples[i]];
    }
    return of(rows, own, classes);
  }

  /** Returns the share of samples whose class is among the {@code k} most probable. */
  public double topK(int k) {
    long hits =
        IntStream.range(0, size())
            .filter(i -> Classes.rank(probabilities[i], 0, classes(), labels[i]) < k)
            .count();
    return (double) hits / size();
  }

  /** Returns the log loss: the mean of −log of the correct class's probability. */
  public double logLoss() {
    double sum = 0;
    for (int i = 0; i < size(); i++) {
      sum -= Math.log(Math.max(probabilities[i][labels[i]], Float.MIN_NORMAL));
    }
    return sum / size();
  }

  /** Returns the confusion matrix. */
  public ConfusionMatrix confusion() {
    long[][] counts = new long[classes()][classes()];
    for (int i = 0; i < size(); i++) {
      counts[labels[i]][best(i)]++;
    }
    return ConfusionMatrix.of(counts, classes);
  }

  /**
   * Returns the ROC curve of one class against all others.
   *
   * @throws FoveaException if all samples, or none, are of the class
   */
  public RocCurve roc(int c) {
    double[] scores = new double[size()];
    boolean[] positive = new boolean[size()];
    for (int i = 0; i < size(); i++) {
      scores[i] = probabilities[i][c];
      positive[i] = labels[i] == c;
    }
    return RocCurve.of(scores, positive);
  }

  /**
   * Returns the mean area under the ROC curves of the classes that have samples; NaN if there is
   * only one.
   */
  public double meanAuc() {
    int[] counts = new int[classes()];
    for (int label : labels) {
      counts[label]++;
    }
    return IntStream.range(0, classes())
        .filter(c -> counts[c] > 0 && counts[c] < size())
        .mapToDouble(c -> roc(c).area())
        .average()
        .orElse(Double.NaN);
  }

  /** Returns the reliability diagram with this number of intervals. */
  public Calibration calibration(int bins) {
    return Calibration.of(this, bins);
  }

  /**
   * Returns the outcomes with each logit divided by a temperature: p^(1/T) / Σ p^(1/T).
   *
   * @throws FoveaException if T is not positive
   */
  public Outcomes tempered(double temperature) {
    if (!(temperature > 0 && temperature < Double.POSITIVE_INFINITY)) {
      throw new FoveaException("temperature must be a positive number, got " + temperature);
    }
    float[][] rows = new float[size()][];
    Arrays.setAll(rows, i -> tempered(probabilities[i], temperature));
    return new Outcomes(rows, labels, classes);
  }

  private static float[] tempered(float[] row, double temperature) {
    double[] logits = new double[row.length];
    double max = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < row.length; c++) {
      logits[c] = Math.log(Math.max(row[c], Float.MIN_NORMAL)) / temperature;
      max = Math.max(max, logits[c]);
    }
    double sum = 0;
    for (int c = 0; c < row.length; c++) {
      logits[c] = Math.exp(logits[c] - max);
      sum += logits[c];
    }
    float[] cooled = new float[row.length];
    for (int c = 0; c < row.length; c++) {
      cooled[c] = (float) (logits[c] / sum);
    }
    return cooled;
  }

  /**
   * Returns the temperature at which these samples' {@link #logLoss} is least, between 1/20 and 20
   * (Guo et al., 2017). Find it on samples that the network was not trained on.
   */
  public double bestTemperature() {
    double low = -Math.log(20);
    double high = Math.log(20);
    double golden = (Math.sqrt(5) - 1) / 2;
    double a = high - golden * (high - low);
    double b = low + golden * (high - low);
    double fa = tempered(Math.exp(a)).logLoss();
    double fb = tempered(Math.exp(b)).logLoss();
    while (high - low > 1e-4) {
      if (fa < fb) {
        high = b;
        b = a;
        fb = fa;
        a = high - golden * (high - low);
        fa = tempered(Math.exp(a)).logLoss();
      } else {
        low = a;
        a = b;
        fa = fb;
        b = low + golden * (high - low);
        fb = tempered(Math.exp(b)).logLoss();
      }
    }
    return Math.exp((low + high) / 2);
  }
}
