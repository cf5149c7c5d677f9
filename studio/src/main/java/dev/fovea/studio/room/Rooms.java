package dev.fovea.studio.room;

import dev.fovea.studio.stock.Stock;
import dev.fovea.studio.web.Door;
import java.util.List;

/** The rooms, in the order in which the page lists them. */
public final class Rooms {
  private Rooms() {}

  /** Returns all rooms over what they share. */
  public static List<Door> all(Stock stock) {
    return List.of(
        new StartRoom(stock),
        new DrawRoom(stock),
        new KernelsRoom(stock),
        new ConvolutionRoom(),
        new TrainRoom(stock),
        new ExplainRoom(stock),
        new GraphRoom(stock),
        new PlaygroundRoom());
  }
}
