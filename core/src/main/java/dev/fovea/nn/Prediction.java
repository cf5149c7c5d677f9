package dev.fovea.nn;

import dev.fovea.op.Activation;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** What a classifier makes of one sample: a probability per class. */
public final class Prediction {
  private final float[] probabilities;
  private final List<String> labels;

  /**
   * One class with its probability.
   *
   * @param index the number of the class
   * @param label its name; its number if it has none
   * @param probability how likely the classifier holds it, in [0, 1]
   */
  public record Guess(int index, String label, float probability) {}

  private Prediction(float[] probabilities, List<String> labels) {
    this.probabilities = probabilities;
    this.labels = List.copyOf(labels);
  }

  /** Returns the prediction of these outputs. */
  static Prediction of(float[] outputs, OutputKind kind, List<String> labels) {
    if (outputs.length == 1) {
      double x = outputs[0];
      float p = (float) (kind == OutputKind.PLAIN ? Activation.SIGMOID.apply(x) : x);
      return new Prediction(new float[] {1 - p, p}, labels);
    }
    boolean plain = kind == OutputKind.PLAIN;
    return new Prediction(plain ? softmax(outputs) : outputs.clone(), labels);
  }

  private static float[] softmax(float... logits) {
    double max = Double.NEGATIVE_INFINITY;
    for (float x : logits) {
      max = Math.max(max, x);
    }
    double[] e = new double[logits.length];
    for (int i = 0; i < e.length; i++) {
      e[i] = Math.exp(logits[i] - max);
    }
    double sum = Arrays.stream(e).sum();
    float[] p = new float[e.length];
    for (int i = 0; i < e.length; i++) {
      p[i] = (float) (e[i] / sum);
    }
    return p;
  }

  /** Returns the probability of each class; a copy. */
  public float[] probabilities() {
    return probabilities.clone();
  }

  /** Returns the most probable class. */
  public Guess best() {
    return top(1).get(0);
  }

  /** Returns the {@code k} most probable classes, the most probable first. */
  public List<Guess> top(int k) {
    return IntStream.range(0, probabilities.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> -probabilities[i]))
        .limit(k)
        .map(i -> new Guess(i, label(i), probabilities[i]))
        .toList();
  }

  private String label(int i) {
    return i < labels.size() ? labels.get(i) : Integer.toString(i);
  }

  @Override
  public String toString() {
    return top(3).toString();
  }
}
