package dev.fovea.studio.room;

import dev.fovea.studio.state.StudioState;
import dev.fovea.studio.web.Room;
import java.util.List;

/** The rooms, in the order in which the page lists them, and what answers for several of them. */
public final class Rooms {
  private Rooms() {}

  /** Returns all rooms over what they share. */
  public static List<Room> all(StudioState state) {
    return List.of(
        new StartRoom(state),
        new DrawRoom(state),
        new KernelsRoom(state),
        new ConvolutionRoom(),
        new TrainRoom(state),
        new ExplainRoom(state),
        new GraphRoom(state),
        new UnitRoom(state),
        new AtlasRoom(state),
        new CompareRoom(state),
        new DetectRoom(state),
        new TeachRoom(state),
        new PlaygroundRoom(),
        new LessonsRoom());
  }
}
