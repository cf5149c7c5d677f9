package dev.fovea.studio.state;

import dev.fovea.studio.web.Events;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * What rooms share.
 *
 * @param workspace the networks and pictures that are open
 * @param events how pages hear of what is new
 * @param digits the network of the first minute
 * @param scenes the detector that learns drawn scenes
 * @param trainings the training
 * @param samples the data sets
 * @param runs the trainings of the past
 * @param files the networks that may be opened by name
 * @param opener reads a network from a file
 */
public record StudioState(
    Workspace workspace,
    Events events,
    DigitReader digits,
    SceneLearner scenes,
    TrainingManager trainings,
    Samples samples,
    RunFolders runs,
    ModelFolder files,
    Function<Path, OpenModel> opener) {
  /**
   * Creates the state of a studio.
   *
   * @param data the folder of data sets
   * @param runs the folder of trainings of the past
   * @param models the folder of networks
   * @param opener reads a network from a file
   */
  public static StudioState create(
      Path data, Path runs, Path models, Function<Path, OpenModel> opener) {
    Workspace workspace = new Workspace();
    Events events = new Events();
    return new StudioState(
        workspace,
        events,
        new DigitReader(workspace, events),
        new SceneLearner(workspace, events),
        new TrainingManager(events, workspace),
        new Samples(data),
        new RunFolders(runs),
        new ModelFolder(models),
        opener);
  }
}
