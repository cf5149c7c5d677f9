package dev.fovea.studio;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.globalAvgPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.microsoft.playwright.options.SelectOption;
import dev.fovea.data.Digits;
import dev.fovea.engine.Engine;
import dev.fovea.insight.colour.ColourMap;
import dev.fovea.insight.colour.HeatMap;
import dev.fovea.insight.colour.ValueScale;
import dev.fovea.insight.explain.Explainer;
import dev.fovea.insight.explain.Explanation;
import dev.fovea.insight.explain.ExplanationPicture;
import dev.fovea.insight.explain.Method;
import dev.fovea.insight.probe.Target;
import dev.fovea.nn.Model;
import dev.fovea.nn.Summary;
import dev.fovea.studio.state.OpenModel;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import dev.fovea.zoo.Scale;
import dev.fovea.zoo.Zoo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The rooms that look into a network, in a browser: their numbers are those of Java. */
@BrowserTest
final class InsideRoomsTest {
  private static final Model NET =
      Zoo.find("resnet20").model(Scale.full(10), Shape.of(32, 32, 3), Seed.of(4), Engine.shared());
  private static Studio studio;

  @BeforeAll
  static void start() {
    studio = Studio.open(NET);
  }

  @AfterAll
  static void end() {
    studio.close();
  }

  @Test
  void explainsAsJavaDoes() {
    try (BrowserPage page = new BrowserPage(studio, "explain&model=m3&method=saliency")) {
      String range = page.texts(".tile .mono", 6).getFirst();
      String picked = page.find("select[name=class]").inputValue();
      OpenModel net = OpenModel.of("", "", NET, OpenModel.rule(NET));
      Tensor input = net.rule().input(net.place(digit()));
      Explanation why =
          Explainer.of(NET, Target.logit(Integer.parseInt(picked))).explain(Method.SALIENCY, input);
      double high = ExplanationPicture.scale(why).high();
      double told = Double.parseDouble(range.split(" … ", -1)[1]);
      assertThat(told).isCloseTo(high, within(Math.abs(high) * 1e-2));
      page.shoot("explain");
      requireColours(page, why, Images.toRgb(net.place(digit())));
      page.find("input[name=dictionary]").check();
      page.requireCount(".dictionary li", 6);
      requireStrongest(page, input);
      page.page().getByText("take its pixels away").click();
      String curves = page.attribute("fv-curves .plot", "aria-label");
      assertThat(curves).startsWith("score over share of pixels; last: deletion ");
      page.requireNoOverflow();
    }
  }

  /** All maps on one scale have the colours of their numbers, and else those of Java's picture. */
  private static void requireColours(BrowserPage page, Explanation why, Tensor picture) {
    ValueScale own = ExplanationPicture.scale(why);
    ValueScale one = ValueScale.of(true, Math.max(own.high(), -own.low()));
    Tensor expected = new HeatMap(why.map(), one, ColourMap.PUOR).paint();
    assertThat(colours(page)).isEqualTo(bytes(expected));
    assertThat(page.text("#inspector h3")).isEqualTo("its map");
    float most = 0;
    for (float v : why.map().data()) {
      most = Math.max(most, v);
    }
    assertThat(page.number("#inspector h3 ~ table tr:nth-of-type(5) td"))
        .isCloseTo(most, within(1e-2 * most));
    page.find("input[name=one-scale]").uncheck();
    assertThat(colours(page)).isEqualTo(bytes(ExplanationPicture.of(why, picture)));
    assertThat(page.page().url()).contains("colours=own");
    page.find("fv-maps.chosen [tabindex]").focus();
    page.press("Enter");
    double value = why.map().get(16, 16);
    String said = page.text("fv-maps.chosen output");
    assertThat(said).startsWith("map 1 of 1, row 17, column 17, value ");
    assertThat(Double.parseDouble(said.replaceAll(".* ", "")))
        .isCloseTo(value, within(1e-2 * Math.abs(value)));
  }

  /** Returns the bytes of red, green and blue of the picture of the chosen method. */
  private static List<?> colours(BrowserPage page) {
    return (List<?>)
        page.page()
            .evaluate(
                """
                () => {
                  const c = document.querySelector('canvas[data-method=saliency]');
                  const { data } = c.getContext('2d').getImageData(0, 0, c.width, c.height);
                  return Array.from(data).filter((_, i) => i % 4 < 3);
                }
                """);
  }

  private static List<Integer> bytes(Tensor picture) {
    List<Integer> all = new ArrayList<>();
    for (float v : picture.data()) {
      all.add(Math.round(v));
    }
    return all;
  }

  /** What is selected of one network is not told of the next: its own map is, when it is there. */
  @Test
  void theInspectorTellsOfTheNetworkThatIsExplained() {
    try (BrowserPage page = new BrowserPage(studio, "explain&model=m3&method=saliency")) {
      page.allowRefusals(); // methods that need a ReLU, which the second network does not have
      String numbers = "#inspector h3 ~ table tr:first-of-type td";
      page.requireText(numbers, Integer.toString(32 * 32));
      var _ = page.texts(".tile .mono", 6); // the last of them has come
      HeldRequests late = new HeldRequests(page, "explain/explain");
      page.find("select[name=model]").selectOption("lenet5-digits");
      late.awaitAndHold(); // when the network has learned, the page asks again
      page.requireText("#inspector h2", "LeNet-5 on digits");
      assertThat(page.has("#inspector h3")).isFalse();
      late.release();
      page.requireText(numbers, Integer.toString(28 * 28));
    }
  }

  /** The first of the channels is the strongest in the middle of the layer that is told. */
  private static void requireStrongest(BrowserPage page, Tensor input) {
    String layer =
        NET.summary().rows().stream()
            .map(Summary.Row::path)
            .filter(p -> page.find("select[name=layer] option").allTextContents().contains(p))
            .reduce((a, b) -> b)
            .orElseThrow();
    Tensor maps = Objects.requireNonNull(NET.observe(layer).of(batch(input)).get(layer));
    Shape s = maps.shape();
    int from = (s.dim(1) / 2 * s.dim(2) + s.dim(2) / 2) * s.dim(3);
    double most = 0;
    for (int c = 0; c < s.dim(3); c++) {
      most = Math.max(most, maps.data()[from + c]);
    }
    assertThat(page.number(".dictionary .mono")).isCloseTo(most, within(1e-2 * most));
  }

  private static Tensor batch(Tensor input) {
    return input.reshape(input.shape().prepend(1));
  }

  private static Tensor digit() {
    Tensor digit = Tensor.zeros(Shape.of(28, 28, 1));
    byte[] drawn = Digits.draw(5, Seed.of(8));
    for (int i = 0; i < drawn.length; i++) {
      digit.data()[i] = drawn[i] & 0xFF;
    }
    return digit;
  }

  /** Goes from a place of a map into its numbers: their sum is what the layer computes there. */
  private static void requireArithmetic(BrowserPage page) {
    String path = page.text(".inspector h2");
    page.find(".inspector fv-maps [tabindex]").first().focus();
    page.press("ArrowRight", "Enter", "ArrowDown", "Enter");
    page.page().waitForSelector("button.arithmetic");
    page.shoot("graph-unit");
    page.requireNoOverflow();
    page.find("button.arithmetic").click();
    assertThat(page.text(".unit-of")).startsWith("What " + path + ", channel 2, row 18, column 17");
    OpenModel net = OpenModel.of("", "", NET, OpenModel.rule(NET));
    Tensor input = net.rule().input(net.place(digit()));
    Tensor maps = Objects.requireNonNull(NET.observe(path).of(batch(input)).get(path));
    double value = maps.data()[(17 * 32 + 16) * maps.shape().dim(3) + 1];
    assertThat(page.number(".sum output")).isCloseTo(value, within(1e-2 * Math.abs(value) + 1e-4));
    page.shoot("convolution-unit");
  }

  /** Times are positive, and no layer in 8 bits is far off. */
  private static void requireErrors(BrowserPage page) {
    assertThat(page.someTexts(".nodes td:nth-of-type(5)").stream().map(Double::valueOf))
        .allMatch(millis -> millis > 0);
    assertThat(page.someTexts(".nodes td:nth-of-type(6)").stream().map(Double::valueOf))
        .allMatch(error -> error >= 0 && error < 1);
  }

  /** The deviation of what a layer computes of the picture is that of Java's numbers. */
  private static void requireSpread(BrowserPage page) {
    page.find("button:text-is('spread of values')").click();
    String path = page.text(".inspector h2");
    OpenModel net = OpenModel.of("", "", NET, OpenModel.rule(NET));
    Tensor input = net.rule().input(net.place(digit()));
    float[] values = Objects.requireNonNull(NET.observe(path).of(batch(input)).get(path)).data();
    double sum = 0;
    double squares = 0;
    for (float v : values) {
      sum += v;
      squares += (double) v * v;
    }
    double deviation =
        Math.sqrt(squares / values.length - sum / values.length * (sum / values.length));
    page.await(
        "() => [...document.querySelectorAll('.nodes td:nth-of-type(7)')].some(t =>"
            + " t.textContent)");
    String told = page.text(".inspector tr:last-child td");
    assertThat(Double.parseDouble(told)).isCloseTo(deviation, within(1e-2 * deviation));
  }

  private static void requireDrawing(BrowserPage page) {
    page.find("select[name=style]").selectOption("lenet");
    page.await("() => document.querySelector('img.paper')?.naturalWidth > 1000");
    Object whole = page.page().evaluate("document.querySelector('img.paper').naturalWidth");
    page.find("input[name=depth]").fill("1");
    page.press("Tab");
    page.await(
        "() => { const wide = document.querySelector('img.paper')?.naturalWidth; return wide > 0 && wide < %s; }"
            .formatted(whole));
    page.shoot("graph-paper");
  }

  /** The picture that is shown is the best of all that the steps came by. */
  private static void requireImagined(BrowserPage page) {
    page.page().getByText("imagine it otherwise").click();
    page.find("select[name=imagine-space]").selectOption("pixels");
    page.find("input[name=imagine-steps]").fill("6");
    page.press("Tab");
    page.find("button.imagine").click();
    double value = page.number(".imagined-value");
    page.find("fv-imagine fv-curves summary").click();
    double[] said =
        page.someTexts("fv-imagine .table td").stream().mapToDouble(Double::parseDouble).toArray();
    assertThat(value).isEqualTo(Arrays.stream(said).max().orElseThrow());
  }

  /** All values of the layer are counted. */
  private static void requireHistogram(BrowserPage page) {
    page.find("fv-curves.values summary").click();
    long counted =
        page.someTexts("fv-curves.values .table td").stream().mapToLong(Long::parseLong).sum();
    String shape = page.text("#inspector tr:nth-of-type(2) td");
    long all =
        Arrays.stream(shape.split("×", -1))
            .mapToLong(Long::parseLong)
            .reduce(1, Math::multiplyExact);
    assertThat(counted).isEqualTo(all);
  }

  /** What was read of a layer is not shown of the block that is folded around it. */
  @Test
  void keepsWhatIsSelectedWhileBlocksFold() {
    try (BrowserPage page = new BrowserPage(studio, "graph&model=m3")) {
      page.page().waitForSelector("g.node");
      page.find("g.node:has-text('▸')").first().dblclick();
      page.find("g.node[aria-label*='.']:has-text('▸')").first().dblclick();
      page.find("g.node[aria-label*='.']:not(:has-text('▸'))").nth(1).click();
      String layer = page.text("#inspector h2");
      String block = layer.substring(0, layer.lastIndexOf('.'));
      page.page().getByText("run the picture through").click();
      page.page().waitForSelector(".statistics");
      page.find("button:text-is('fold the block')").click();
      page.requireText("#inspector h2", block);
      assertThat(page.has(".statistics")).isFalse();
      page.find("button:text-is('unfold')").click();
      page.await("() => document.querySelector('#inspector h2').textContent !== '" + block + "'");
      assertThat(page.text("#inspector h2")).startsWith(block + ".");
    }
  }

  @Test
  void showsTheGraphAndWalksItByKeys() {
    try (BrowserPage page = new BrowserPage(studio, "graph&model=m3")) {
      page.page().waitForSelector("g.node");
      int folded = page.find("g.node").count();
      page.page().getByText("as a table").last().click();
      List<String> parameters = page.texts(".nodes td.number:nth-of-type(3)", folded);
      long sum = parameters.stream().mapToLong(Long::parseLong).sum();
      Summary summary = NET.summary();
      assertThat(sum).isEqualTo(summary.parameters());
      page.tabTo("g.node");
      page.press("ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "Enter");
      page.await("() => document.querySelectorAll('g.node').length > " + folded);
      page.shoot("graph");
      page.find("g.node").nth(1).click();
      page.page().getByText("run the picture through").click();
      page.page().waitForSelector(".statistics");
      assertThat(page.page().url()).contains("layer=conv1");
      requireHistogram(page);
      page.find("button:text-is('what does it look for?')").click();
      page.page().waitForSelector("canvas.imagined");
      page.requireCount(".unit li", 9);
      page.find("button:text-is('measure times')").click();
      page.await("() => document.querySelector('[role=status].soft').textContent === ''");
      page.find("button:text-is('compare with 8 bits')").click();
      page.await(
          "() => [...document.querySelectorAll('.nodes td:nth-of-type(6)')].some(t =>"
              + " Number(t.textContent) > 0)");
      requireErrors(page);
      requireSpread(page);
      requireDrawing(page);
      requireImagined(page);
      requireArithmetic(page);
    }
  }

  /**
   * Shows a network whose first layer, of its name, has so many channels of so many places a side.
   */
  private static Model show(String name, int channels, int side) {
    Model model =
        Model.build(
            sequence(conv2d(channels, 3).same().named(name), relu(), globalAvgPool(), dense(3)),
            Shape.of(side, side, 1),
            Seed.of(2),
            Engine.shared());
    studio.show(name, model, Optional.empty());
    return model;
  }

  /** Runs the picture through that network, and reads that layer. */
  private static void read(BrowserPage page, String name) {
    page.find("select[name=model]").selectOption(new SelectOption().setLabel(name));
    page.find("g.node[aria-label^=%s]".formatted(name)).click();
    page.page().getByText("run the picture through").click();
  }

  /** What the page says of the place that is selected. */
  private static double selected(BrowserPage page, String place) {
    page.await(
        "() => document.querySelector('.inspector fv-maps output').textContent.startsWith('%s')"
            .formatted(place));
    return Double.parseDouble(
        page.text(".inspector fv-maps output").replaceAll(".* ", "").replace('−', '-'));
  }

  /**
   * Of a layer of 614,400 numbers each can be read: 64 maps at once, as means of 2 × 2, and each
   * map alone as it is. A place is told as the layer has it.
   */
  @Test
  void readsEachNumberOfALargeLayer() {
    Model wide = show("wide", 96, 80);
    OpenModel net = OpenModel.of("", "", wide, OpenModel.rule(wide));
    Tensor input = net.rule().input(net.place(digit()));
    float[] all = Objects.requireNonNull(wide.observe("wide").of(batch(input)).get("wide")).data();
    try (BrowserPage page = new BrowserPage(studio, "graph&layer=wide")) {
      read(page, "wide");
      assertThat(page.text(".part")).startsWith("Channels 1 to 64 of 96. Each place").contains("2");
      page.find("button.further").click();
      page.await(
          "() => document.querySelector('.part').textContent.startsWith('Channels 65 to 96')");
      page.find(".inspector fv-maps [tabindex]").first().focus();
      page.press("ArrowRight", "ArrowRight", "Enter");
      double mean = 0;
      for (int i = 0; i < 4; i++) {
        mean += all[((40 + i / 2) * 80 + 40 + i % 2) * 96 + 66] / 4;
      }
      double limit = page.number(".inspector .high");
      assertThat(selected(page, "map 67 of 96, row 41, column 41"))
          .isCloseTo(mean, within(2 * limit / 255));
      page.shoot("graph-large");
      page.find("button.alone").click();
      page.await(
          "() => document.querySelector('.part').textContent.startsWith('Channel 67 of 96')");
      page.find(".inspector fv-maps [tabindex]").first().focus();
      page.press("Enter", "Enter", "ArrowRight");
      double value = all[(40 * 80 + 41) * 96 + 66];
      assertThat(selected(page, "map 67 of 96, row 41, column 42"))
          .isCloseTo(value, within(1e-2 * Math.abs(value) + 1e-6));
    }
  }

  /** A large layer of one channel is shown as means, and alone as it is. */
  @Test
  void readsEachNumberOfALargeChannel() {
    show("large", 1, 300);
    try (BrowserPage page = new BrowserPage(studio, "graph")) {
      read(page, "large");
      assertThat(page.text(".part")).startsWith("Channel 1 of 1. Each place").contains("5 × 5");
      page.find("button.alone").click();
      page.await("() => document.querySelector('.inspector fv-maps').layer.shape[1] === 300");
      page.find(".inspector fv-maps summary").click();
      page.requireCount(".inspector fv-maps tbody tr", 64);
      page.page().getByText("beside others").click();
      page.await("() => document.querySelector('.inspector fv-maps').layer.shape[1] === 60");
    }
  }

  /** A link to a unit that is none shows the layer alone. */
  @Test
  void linksToNoUnit() {
    for (String link : List.of("layer=conv1&unit=2.5", "layer=&unit=3", "layer=conv1&unit=x")) {
      try (BrowserPage page = new BrowserPage(studio, "graph&model=m3&" + link)) {
        page.page().waitForSelector("g.node");
        page.requireCount("fv-unit", 0);
        page.requireCount(".wrong", 0);
      }
    }
  }

  /** A link opens the card of a unit, and shows the nodes by what they were shown by. */
  @Test
  void linksToAUnit() {
    try (BrowserPage page = new BrowserPage(studio, "graph&model=m3&layer=conv1&unit=3")) {
      page.page().waitForSelector("canvas.projected");
      assertThat(page.text(".unit h2")).isEqualTo("channel 3 of layer conv1 looks for");
      page.find("select[name=shade]").selectOption("parameters");
      page.await("() => /unit=3/.test(location.hash) && /shade=parameters/.test(location.hash)");
      page.shoot("graph-link");
    }
  }

  /** A smoothed line is on the raw one where that is constant, to the last bit. */
  @Test
  void smoothingKeepsConstants() {
    try (BrowserPage page = new BrowserPage(studio, "graph&model=m3")) {
      Object off =
          page.page()
              .evaluate(
                  "async () => { const { smooth } = await import('/js/curves.js'); return [0.3,"
                      + " 0.7, 1e-7].flatMap(c => [0, 0.5, 0.9, 0.99].map(b =>"
                      + " smooth(Array(500).fill(c), b).filter(x => x !== c).length)).reduce((a, n)"
                      + " => a + n, 0); }");
      assertThat(off).isEqualTo(0);
      Object raw =
          page.page()
              .evaluate(
                  "async () => (await import('/js/curves.js')).smooth([2.3, NaN, 1e-9, 7],"
                      + " 0).join()");
      assertThat(raw).isEqualTo("2.3,NaN,1e-9,7");
      Object first =
          page.page()
              .evaluate("async () => (await import('/js/curves.js')).smooth([1, 3], 0.5).join()");
      assertThat(first).isEqualTo("1,2.333333333333333");
    }
  }
}
