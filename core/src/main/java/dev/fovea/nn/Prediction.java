package dev.fovea.nn;

import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The prediction of a classifier for one sample: a probability per class. They sum to 1 unless the
 * task is multi-label.
 */
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

  /**
   * Returns the prediction for each sample of a batch.
   *
   * @param outputs what the network gave for the batch [N, …]
   * @param output what these numbers mean
   * @param labels the names of the classes; a class without one is called by its number
   */
  public static List<Prediction> ofBatch(Tensor outputs, Output output, List<String> labels) {
    int samples = outputs.shape().dim(0);
    int width = outputs.shape().elements() / samples;
    List<Prediction> all = new ArrayList<>();
    for (int i = 0; i < samples; i++) {
      float[] row = Arrays.copyOfRange(outputs.data(), i * width, (i + 1) * width);
      all.add(new Prediction(output.probabilities(row), labels));
    }
    return all;
  }

  /** Returns a copy of the probabilities of all classes. */
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
