package dev.fovea.studio;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.options.ColorScheme;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.ImageKernel;
import dev.fovea.vision.KernelChain;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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

  /** The first drawing that a page asks about. */
  private static final String ASKED =
      "performance.getEntriesByType('resource').find(e => e.name.endsWith('/draw/see'))";

  private static final String WEIGHTS = "0.1,0.13,0.1,0.13,0.09,0.13,0.1,0.13,0.1";

  /** Returns the grey of a canvas, row by row. */
  private static final String GREY =
      """
      name => {
        const canvas = document.querySelector('canvas.' + name);
        const rgba = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
        let text = '';
        for (let i = 0; i < rgba.length; i += 4) text += String.fromCharCode(rgba[i]);
        return [canvas.height, canvas.width, text];
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
    tellUsable();
    try (BrowserPage page = open("draw")) {
      page.await("() => document.querySelector('.lead').textContent.includes('others correctly')");
      Object[] a = ((List<?>) page.page().evaluate(STREAM, STREAM_SECONDS)).toArray();
      tell("all maps of LeNet-5 shown while one draws", number(a[0]), "a second");
      tell("frames meanwhile", number(a[1]), "a second");
    }
    tellUsable();
  }

  /** The pad of the first room takes strokes once it asks about what is on it. */
  private void tellUsable() {
    try (BrowserPage page = open("start")) {
      Object painted =
          page.page()
              .evaluate(
                  "() => performance.getEntriesByName('first-contentful-paint')[0].startTime");
      tell("first paint of a page", number(painted), "ms");
      page.await("() => " + ASKED);
      Object asked = page.page().evaluate("() => " + ASKED + ".startTime");
      tell("usable: the first room's pad takes strokes", number(asked), "ms");
    }
  }

  /** The picture that is shown last is compared with what Java makes of the same bytes. */
  @Test
  void filmsAMegapixel() {
    try (BrowserPage page = open("kernels&kernel=own&weights=" + WEIGHTS)) {
      page.find("button:text-is('camera')").click();
      page.await("() => document.querySelector('canvas.before').width === 1280");
      page.page().waitForTimeout(1_000 * STREAM_SECONDS);
      double shown = Double.parseDouble(page.text(".fps").replaceAll(" .*", ""));
      Object both =
          page.page()
              .evaluate("() => { const of = " + GREY + "; return [of('before'), of('after')]; }");
      List<?> pictures = (List<?>) both;
      Tensor before = picture((List<?>) pictures.get(0));
      Tensor after = picture((List<?>) pictures.get(1));
      String rows = WEIGHTS.replaceAll("([^,]+),([^,]+),([^,]+),?", "$1 $2 $3; ");
      KernelChain chain =
          new KernelChain(
              List.of(ImageKernel.parse(rows.substring(0, rows.length() - 2))),
              ImageKernel.Border.REPLICATE,
              1,
              KernelChain.Display.PLAIN);
      float[] expected = chain.apply(before).data();
      for (int i = 0; i < expected.length; i++) {
        expected[i] = (float) Math.floor(expected[i] + 0.5); // as a byte
      }
      assertThat(after.data()).isEqualTo(expected);
      tell("a 3×3 kernel on a camera's " + before.shape().times(), shown, "pictures a second");
    }
  }

  private static Tensor picture(List<?> read) {
    String bytes = (String) read.get(2);
    Tensor picture =
        Tensor.zeros(
            Shape.of(((Number) read.get(0)).intValue(), ((Number) read.get(1)).intValue(), 1));
    for (int i = 0; i < bytes.length(); i++) {
      picture.data()[i] = bytes.charAt(i);
    }
    return picture;
  }

  /** Returns a network of 50 blocks of 100 layers. */
  private static Model large() {
    Layer[] blocks = new Layer[50];
    for (int i = 0; i < blocks.length; i++) {
      Layer[] layers = new Layer[100];
      for (int j = 0; j < layers.length; j++) {
        layers[j] = j % 2 == 0 ? conv2d(2, 3).same() : relu();
      }
      blocks[i] = sequence(layers);
    }
    return Model.build(sequence(blocks), Shape.of(8, 8, 1), Seed.of(1), Engine.shared());
  }

  /** From the address to the first node that is drawn: opened, laid out in Java and drawn. */
  @Test
  void opensALargeGraph() {
    studio.show("large", large(), Optional.empty());
    for (int i = 0; i < 3; i++) {
      try (BrowserPage page = open("graph&model=m3")) {
        page.page().waitForSelector("g.node");
        Object shown = page.page().evaluate("() => performance.now()");
        tell("graph of 5,000 layers, folded, on the screen", number(shown), "ms");
      }
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
