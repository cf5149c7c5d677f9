package dev.fovea.systems.net;

import dev.fovea.data.Dataset;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.train.Measure;
import dev.fovea.train.Metric;
import dev.fovea.train.Objective;
import java.util.List;

/**
 * A vision system for certain classes and pictures: its network, and all that a {@link
 * dev.fovea.train.Trainer} needs to train it.
 *
 * <p>What a training network is given may be more than what it is given later: a system of two
 * stages takes the objects as a further input, on which the regions depend that its second stage
 * learns. {@link #used} then returns the network that takes pictures alone.
 */
public interface Setup {
  /**
   * Returns a network to be trained. Its metadata is that of {@link Plan#toMetadata}, and what the
   * decoding of its outputs needs.
   */
  Model model(Seed seed, Engine engine);

  /**
   * Returns the network to be trained over the parameters of one that another setup of the same
   * system returned, for pictures of another size.
   *
   * @throws FoveaException if the size of the pictures says what parameters there are, or the
   *     system learns from pictures of one size
   */
  default Model over(Model other) {
    throw new FoveaException(
        other.metadata().getOrDefault(Plan.NET, "system") + ": learns from pictures of one size");
  }

  /**
   * Returns samples with targets in the form in which the objective takes them. They are made when
   * a sample is read, by the threads that load batches.
   *
   * @param samples pictures in the size of the network's input with their marks
   */
  Dataset targets(Dataset samples);

  /** Returns what is made small. */
  Objective objective();

  /** Returns what is measured in training and evaluation; nothing by default. */
  default List<Metric> metrics() {
    return List.of();
  }

  /**
   * Returns what is measured in evaluations, such as average precision; nothing by default.
   *
   * @param samples the samples that are evaluated, with {@link #targets}; their labels are what is
   *     right
   */
  default List<Measure> measures(LabelledData samples) {
    return List.of();
  }

  /** Returns a trained network as it is used; itself by default. */
  default Model used(Model trained) {
    return trained;
  }

  /**
   * Returns a network for other tools, with the same parameters: the regions that Java searches
   * have become its second input [N, R, 4], boxes in pixels of the first; itself where nothing is
   * searched.
   *
   * @param used the network as it is used
   */
  default Model forOtherTools(Model used) {
    return used;
  }

  /**
   * Returns a trained network as it is used, with what is fitted once its training has ended, such
   * as support vector machines; by default there is no such thing.
   *
   * @param samples the pictures it has learned from with their marks, each as it is
   */
  default Model used(Model trained, Dataset samples) {
    return used(trained);
  }
}
