package dev.fovea.studio;

import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.options.ColorScheme;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What a browser alone can measure of the studio; {@code docs/studio.md} has the command and the
 * figures. It is no part of the suite: {@code -Dfovea.page.seconds} says how long a network learns
 * while a page watches, 180 by default.
 */
@BrowserTest
final class PageMeasurement {
  private static final int SECONDS = Integer.getInteger("fovea.page.seconds", 180);
  private static final int STREAM_SECONDS = 10;

  /** Draws without a pause, and returns how many answers were shown a second, and frames. */
  private static final String STREAM =
      """
      async seconds => {
        const pad = document.querySelector('fv-pad');
        let answers = 0, frames = 0;
        new PerformanceObserver(list => {
          answers += list.getEntries().filter(e => e.name.endsWith('/draw/see')).length;
        }).observe({ type: 'resource' });
        const begin = performance.now();
        while (performance.now() - begin < 1000 * seconds) {
          pad.set(Uint8Array.from({ length: 784 }, (_, i) => (i * 7 + frames * 5) % 256));
          await new Promise(requestAnimationFrame);
          frames++;
        }
        const passed = (performance.now() - begin) / 1000;
        return [answers / passed, frames / passed];
      }
      """;

  private final Studio studio = Studio.start(StudioOptions.usual());

  @AfterEach
  void end() {
    studio.close();
  }

  private BrowserPage open(String room) {
    return new BrowserPage(studio, room, new BrowserPage.Look(1280, 900, ColorScheme.LIGHT, false));
  }

  private static void tell(String what, double measured, String unit) {
    System.out.printf(Locale.ROOT, "%-60s %8.1f %s%n", what, measured, unit);
  }

  private static double number(Object read) {
    return ((Number) read).doubleValue();
  }

  @Test
  void paintsAndStreams() {
    try (BrowserPage page = open("draw")) {
      Object painted =
          page.page()
              .evaluate(
                  "() => performance.getEntriesByName('first-contentful-paint')[0].startTime");
      tell("first paint of a page", number(painted), "ms");
      page.await("() => document.querySelector('.lead').textContent.includes('others rightly')");
      Object[] a = ((List<?>) page.page().evaluate(STREAM, STREAM_SECONDS)).toArray();
      tell("all maps of LeNet-5 shown while one draws", number(a[0]), "a second");
      tell("frames meanwhile", number(a[1]), "a second");
    }
  }

  @Test
  void keepsItsMemory() {
    try (BrowserPage page = open("train")) {
      CDPSession inside = page.page().context().newCDPSession(page.page());
      page.find("input[name=epochs]").fill("1000");
      page.find("input[name=samples]").fill("6000");
      page.press("Tab");
      page.await("() => !document.querySelector('button.main').disabled");
      page.find("button.main").click();
      page.await("() => document.querySelector('.bits')");
      watch(page, 0.1 * SECONDS);
      double early = heap(inside);
      watch(page, 0.9 * SECONDS);
      double late = heap(inside);
      tell("memory of the page, after a tenth of " + SECONDS + " s of training", early, "MB");
      tell("and at the end", late, "MB");
      System.out.println(page.text(".phase"));
    }
  }

  /** Lets the page watch; where the network has learned all, another one begins. */
  private static void watch(BrowserPage page, double seconds) {
    long until = System.nanoTime() + (long) (1e9 * seconds);
    for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
      page.page().waitForTimeout(Math.min(10_000, left / 1e6));
      if (page.text(".phase").startsWith("ended")) {
        page.find("button.main").click();
      }
    }
  }

  /** Returns the megabytes of the page's objects after its garbage has gone. */
  private static double heap(CDPSession inside) {
    inside.send("HeapProfiler.collectGarbage");
    JsonObject used = inside.send("Runtime.getHeapUsage");
    return used.get("usedSize").getAsDouble() / 1e6;
  }
}
