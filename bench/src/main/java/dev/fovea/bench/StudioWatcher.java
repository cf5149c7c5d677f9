package dev.fovea.bench;

import java.net.URI;
import java.util.stream.Stream;

/**
 * A page that watches a training, as a process of its own: hears of news of the studio, whose
 * address is the only argument, and asks for curves and maps each time, until it is ended.
 */
public final class StudioWatcher {
  private StudioWatcher() {}

  /** Asks until the studio or the process is ended. */
  public static void main(String[] args) {
    try (StudioClient page = new StudioClient(URI.create(args[0]));
        Stream<String> events = page.events()) {
      System.out.println("it watches");
      events
          .filter(line -> line.startsWith("data:") && line.contains("\"train\""))
          .forEach(_ -> {
            var _ = page.ask("train/curves", "{}");
            var _ = page.ask("train/view", "{\"sample\":0}");
          });
    }
  }
}
