package dev.fovea.bench;

import java.net.URI;

/**
 * A page that watches a training, as a process of its own: asks the studio, whose address is the
 * only argument, ten times a second for curves and maps, until it is ended.
 */
public final class StudioWatcher {
  private StudioWatcher() {}

  /** Asks until the process is ended. */
  public static void main(String[] args) throws InterruptedException {
    try (StudioClient page = new StudioClient(URI.create(args[0]))) {
      for (boolean told = false; ; Thread.sleep(100)) {
        var _ = page.ask("train/curves", "{}");
        var _ = page.ask("train/view", "{\"sample\":0}");
        if (!told) {
          System.out.println("it watches");
          told = true;
        }
      }
    }
  }
}
