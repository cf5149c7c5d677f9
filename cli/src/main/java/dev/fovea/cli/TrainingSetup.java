package dev.fovea.cli;

import dev.fovea.data.DataSplit;
import dev.fovea.nn.Model;
import dev.fovea.train.Measure;
import dev.fovea.train.Metric;
import dev.fovea.train.Objective;
import dev.fovea.train.TrainingSize;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A training that is about to begin, whatever the network is asked.
 *
 * @param name what the network is called in reports and as a folder
 * @param model the untrained network
 * @param file what will be said of it in its file
 * @param choice optimiser, schedule, epochs, batch
 * @param pictures the samples as they are
 * @param seen the samples as the network and its losses see them, those to train on in random order
 * @param objective what is made small, of the network as it is trained
 * @param metrics what is measured in training and evaluation
 * @param measures what is measured in evaluation alone
 * @param sizes the further sizes of pictures that the network learns from
 * @param begin gives the network the values that are known of its parameters
 * @param used makes the network that is saved of the trained one
 * @param ending what the file of the network ends in
 */
record TrainingSetup(
    String name,
    Model model,
    ModelFile file,
    Optimization.Choice choice,
    DataSplit pictures,
    DataSplit seen,
    Function<Model, Objective> objective,
    List<Metric> metrics,
    List<Measure> measures,
    List<TrainingSize> sizes,
    Runnable begin,
    UnaryOperator<Model> used,
    String ending) {}
