package dev.fovea.studio.stock;

import dev.fovea.studio.web.Events;

/**
 * What rooms share.
 *
 * @param shelf the networks and pictures that are open
 * @param events how pages hear of what is new
 * @param digits the network of the first minute
 */
public record Stock(Shelf shelf, Events events, DigitReader digits) {
  /** Creates the stock of a studio. */
  public static Stock create() {
    Shelf shelf = new Shelf();
    Events events = new Events();
    return new Stock(shelf, events, new DigitReader(shelf, events));
  }
}
