package dev.fovea.studio.lesson;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Losses.crossEntropy;
import static dev.fovea.train.Metrics.accuracy;

import dev.fovea.data.DataSplit;
import dev.fovea.data.Dataset;
import dev.fovea.data.Digits;
import dev.fovea.data.InMemoryImages;
import dev.fovea.data.Preprocessing;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.optim.Optimizers;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.train.Epochs;
import dev.fovea.train.History;
import dev.fovea.train.Trainer;
import java.util.List;
import java.util.stream.IntStream;

/** A few of the embedded digits, changed as a lesson needs them, and networks that learn them. */
final class SmallDigits {
  private static final int AREA = Digits.SIZE * Digits.SIZE;
  private static final int CLASSES = 10;
  private static final int BATCH = 32;

  private SmallDigits() {}

  /** What a lesson does to a picture before a network sees it. */
  @FunctionalInterface
  interface Change {
    /** Leaves pictures as they are. */
    Change NONE = (pixels, label, rng) -> pixels;

    /** Returns the changed picture of 28 × 28 bytes. */
    byte[] apply(byte[] pixels, int label, Rng rng);
  }

  /** Returns pictures of the ten digits in turn, normalised by their own statistics. */
  static InMemoryImages of(Seed seed, int count, Change change) {
    byte[] pixels = new byte[count * AREA];
    int[] labels = IntStream.range(0, count).map(i -> i % CLASSES).toArray();
    IntStream.range(0, count)
        .parallel()
        .forEach(i -> {
          byte[] drawn = Digits.draw(labels[i], seed.split(i));
          byte[] changed = change.apply(drawn, labels[i], seed.split("change").split(i).rng());
          System.arraycopy(changed, 0, pixels, i * AREA, AREA);
        });
    List<String> names = IntStream.range(0, CLASSES).mapToObj(Integer::toString).toList();
    return new InMemoryImages(
            Preprocessing.scaled(Shape.of(Digits.SIZE, Digits.SIZE, 1)), pixels, labels, names)
        .withOwnStatistics();
  }

  /** Returns digits to learn from and others to test with, normalised alike. */
  static DataSplit split(int train, int test, Change change) {
    InMemoryImages learned = of(Seed.of(1), train, change);
    return new DataSplit(
        learned, of(Seed.of(2), test, change).withPreprocessing(learned.preprocessing()));
  }

  /** Returns a small convolutional network for digits. */
  static Layer cnn() {
    return sequence(
        conv2d(8, 3).same(),
        relu(),
        maxPool(2),
        conv2d(16, 3).same(),
        relu(),
        maxPool(2),
        flatten(),
        dense(CLASSES));
  }

  /** Returns a network for digits that has not learned anything. */
  static Model build(Layer layer) {
    return Model.build(layer, Shape.of(Digits.SIZE, Digits.SIZE, 1), Seed.of(3), Engine.shared());
  }

  /** Trains a classifier by Adam and tells how it went. */
  static History learn(Model model, Dataset train, int epochs, double rate, Dataset test) {
    return Trainer.of(model, crossEntropy(), Optimizers.adam(rate))
        .metrics(accuracy())
        .fit(train.shuffled().batches(BATCH), Epochs.epochs(epochs), test);
  }

  /** Returns the share of samples that a classifier names correctly. */
  static double accuracyOf(Model model, Dataset data) {
    return Trainer.of(model, crossEntropy(), Optimizers.adam(1e-3))
        .metrics(accuracy())
        .evaluate(data)
        .metric("accuracy");
  }
}
