package dev.fovea.studio.stock;

import dev.fovea.studio.web.Events;
import java.nio.file.Path;

/**
 * What rooms share.
 *
 * @param shelf the networks and pictures that are open
 * @param events how pages hear of what is new
 * @param digits the network of the first minute
 * @param desk the training
 * @param samples the data sets
 */
public record Stock(
    Shelf shelf, Events events, DigitReader digits, TrainingDesk desk, Samples samples) {
  /**
   * Creates the stock of a studio.
   *
   * @param data the folder of data sets
   */
  public static Stock create(Path data) {
    Shelf shelf = new Shelf();
    Events events = new Events();
    return new Stock(
        shelf,
        events,
        new DigitReader(shelf, events),
        new TrainingDesk(events, shelf),
        new Samples(data));
  }
}
