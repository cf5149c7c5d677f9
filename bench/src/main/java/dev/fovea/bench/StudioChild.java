package dev.fovea.bench;

import dev.fovea.studio.Studio;
import dev.fovea.studio.StudioOptions;
import java.io.IOException;

/** A studio in a process of its own: prints its address, and ends when its input does. */
public final class StudioChild {
  private StudioChild() {}

  /** Serves a studio. */
  public static void main(String[] args) throws IOException {
    try (Studio studio = Studio.start(StudioOptions.usual())) {
      System.out.println(studio.address());
      System.out.flush();
      var _ = System.in.read();
    }
  }
}
