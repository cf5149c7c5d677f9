package dev.fovea.studio.stock;

import dev.fovea.studio.web.Events;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * What rooms share.
 *
 * @param shelf the networks and pictures that are open
 * @param events how pages hear of what is new
 * @param digits the network of the first minute
 * @param desk the training
 * @param samples the data sets
 * @param opener reads a network from a file
 */
public record Stock(
    Shelf shelf,
    Events events,
    DigitReader digits,
    TrainingDesk desk,
    Samples samples,
    Function<Path, OpenModel> opener) {
  /**
   * Creates the stock of a studio.
   *
   * @param data the folder of data sets
   * @param opener reads a network from a file
   */
  public static Stock create(Path data, Function<Path, OpenModel> opener) {
    Shelf shelf = new Shelf();
    Events events = new Events();
    return new Stock(
        shelf,
        events,
        new DigitReader(shelf, events),
        new TrainingDesk(events, shelf),
        new Samples(data),
        opener);
  }
}
