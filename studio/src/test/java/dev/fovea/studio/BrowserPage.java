package dev.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.TimeoutError;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A page of a studio in a real Chromium. It keeps whatever the console complains of and every
 * request that leaves the studio; {@link #close} requires that there was neither.
 */
final class BrowserPage implements AutoCloseable {
  /** Where pictures of rooms are kept to be looked at. */
  static final Path SHOTS = Path.of("target", "screenshots");

  /** How long a page may take to show what is awaited, in milliseconds. */
  private static final int PATIENCE = 90_000;

  private static final List<String> FLAGS =
      List.of(
          "--no-sandbox",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          "--use-fake-device-for-media-stream",
          "--use-fake-ui-for-media-stream");

  /** Chromium, started once for all tests of a JVM. */
  private static final class Chromium {
    static final Browser BROWSER = start();

    private static Browser start() {
      Map<String, String> env = new HashMap<>(System.getenv());
      env.put("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
      env.put("PLAYWRIGHT_NODEJS_PATH", program("node", "nodejs").orElseThrow().toString());
      Playwright playwright = Playwright.create(new Playwright.CreateOptions().setEnv(env));
      return playwright
          .chromium()
          .launch(
              new BrowserType.LaunchOptions()
                  .setExecutablePath(program("chromium", "chromium-browser").orElseThrow())
                  .setArgs(FLAGS));
    }
  }

  private final List<String> complaints = new ArrayList<>();
  private final List<String> outside = new ArrayList<>();
  private final BrowserContext context;
  private final Page page;
  private final List<String> expects = new CopyOnWriteArrayList<>();

  /** How a page is looked at. */
  record Look(int width, int height, ColorScheme scheme, boolean still) {
    static final Look USUAL = new Look(1280, 900, ColorScheme.LIGHT, true);
    static final Look DARK = new Look(1280, 900, ColorScheme.DARK, true);
    static final Look NARROW = new Look(360, 740, ColorScheme.LIGHT, true);
  }

  /** A language that a browser prefers, and the file of its texts. */
  record Language(String code, String texts) {}

  BrowserPage(Studio studio, String room) {
    this(studio, room, Look.USUAL);
  }

  BrowserPage(Studio studio, String room, Look look) {
    this(studio, room, look, new Language("en-US", "{}"));
  }

  BrowserPage(Studio studio, String room, Look look, Language language) {
    context =
        Chromium.BROWSER.newContext(
            new Browser.NewContextOptions()
                .setLocale(language.code())
                .setViewportSize(look.width(), look.height())
                .setColorScheme(look.scheme())
                .setReducedMotion(
                    look.still() ? ReducedMotion.REDUCE : ReducedMotion.NO_PREFERENCE));
    context.route(
        "**/texts/" + language.code() + ".json",
        file ->
            file.fulfill(
                new Route.FulfillOptions()
                    .setContentType("application/json")
                    .setBody(language.texts())));
    page = context.newPage();
    page.setDefaultTimeout(PATIENCE);
    String origin = "http://127.0.0.1:" + studio.port() + "/";
    page.onConsoleMessage(m -> {
      boolean expected = expects.stream().anyMatch(m.text()::contains);
      if (List.of("error", "warning").contains(m.type()) && !expected) {
        complaints.add(m.text());
      }
    });
    page.onPageError(complaints::add);
    page.onRequest(r -> {
      if (!r.url().startsWith(origin) && !r.url().startsWith("blob:" + origin)) {
        outside.add(r.url());
      }
    });
    page.navigate(studio.address() + "&room=" + room);
    try {
      page.waitForSelector("main h1");
    } catch (TimeoutError e) {
      throw new AssertionError("no room opens: " + page.textContent("main") + complaints, e);
    }
  }

  /** Returns whether Chromium and what drives it are there. */
  static boolean isThere() {
    return program("chromium", "chromium-browser").isPresent()
        && program("node", "nodejs").isPresent();
  }

  private static Optional<Path> program(String... names) {
    String path = System.getenv().getOrDefault("PATH", "");
    return Arrays.stream(names)
        .flatMap(n -> Arrays.stream(path.split(File.pathSeparator)).map(d -> Path.of(d, n)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** From now on requests may be refused: Chromium writes each into the console. */
  void allowRefusals() {
    expect("status of 422");
  }

  /** From now on the console may complain of this. */
  void expect(String complaint) {
    expects.add(complaint);
  }

  Page page() {
    return page;
  }

  Locator find(String selector) {
    return page.locator(selector);
  }

  /** Waits until there are so many of these, and each has a text; returns the texts. */
  List<String> texts(String selector, int count) {
    return read(
        selector,
        count + " texts",
        all -> all.size() == count && all.stream().noneMatch(String::isBlank));
  }

  /** Waits until one of these has a text, and returns all texts that are not blank. */
  List<String> someTexts(String selector) {
    return read(selector, "a text", all -> !all.stream().allMatch(String::isBlank)).stream()
        .filter(t -> !t.isBlank())
        .toList();
  }

  /** Waits until the first of these has a text, and returns it. */
  String text(String selector) {
    return read(selector, "a text", all -> !all.isEmpty() && !all.getFirst().isBlank())
        .getFirst()
        .strip();
  }

  /** Waits until the first of these has a number as its text, in percent or not. */
  double number(String selector) {
    return Double.parseDouble(text(selector).replace(" %", "").replace('−', '-'));
  }

  /** Waits until the text of the first of these is the one that is expected. */
  void requireText(String selector, String expected) {
    var _ =
        read(
            selector,
            "the text " + expected,
            all -> !all.isEmpty() && all.getFirst().strip().equals(expected));
  }

  /** Waits until there are so many of these. */
  void requireCount(String selector, int count) {
    var _ = read(selector, Integer.toString(count), all -> all.size() == count);
  }

  /** Waits until the first of these has an attribute that is not empty, and returns it. */
  String attribute(String selector, String name) {
    Locator first = find(selector).first();
    return until(
        selector + " with " + name,
        () -> first.getAttribute(name),
        value -> value != null && !value.isEmpty());
  }

  /**
   * Returns whether the page has such an element now: what is drawn together with something that
   * was awaited.
   */
  boolean has(String selector) {
    return find(selector).count() > 0;
  }

  private List<String> read(String selector, String wanted, Predicate<List<String>> complete) {
    return until(selector + ": " + wanted, () -> find(selector).allTextContents(), complete);
  }

  /** Reads again and again until what is read is complete. */
  private <T extends @Nullable Object> T until(
      String wanted, Supplier<T> reader, Predicate<T> complete) {
    long deadline = System.nanoTime() + Duration.ofMillis(PATIENCE).toNanos();
    T seen = reader.get();
    while (!complete.test(seen)) {
      if (System.nanoTime() > deadline) {
        throw inVain(wanted + ", last read: " + seen, null);
      }
      page.waitForTimeout(20);
      seen = reader.get();
    }
    return seen;
  }

  private AssertionError inVain(String wanted, @Nullable Throwable cause) {
    shoot("failed");
    return new AssertionError(
        "waited in vain for " + wanted + "; " + SHOTS + "/failed.png, " + complaints, cause);
  }

  /** Waits until a condition in JavaScript holds. */
  void await(String condition) {
    try {
      page.waitForFunction(condition);
    } catch (TimeoutError e) {
      throw inVain(condition, e);
    }
  }

  /** Presses keys one after the other. */
  void press(String... keys) {
    for (String key : keys) {
      page.keyboard().press(key);
    }
  }

  /** Presses Tab until something is focused; nothing needs more than 80. */
  void tabTo(String selector) {
    for (int i = 0; i < 80; i++) {
      page.keyboard().press("Tab");
      if (Boolean.TRUE.equals(page.evaluate("s => document.activeElement.matches(s)", selector))) {
        return;
      }
    }
    throw new AssertionError("Tab does not reach " + selector);
  }

  /** Keeps a picture of the whole page, with what moves along at its top. */
  void shoot(String name) {
    page.evaluate("() => scrollTo(0, 0)");
    page.screenshot(
        new Page.ScreenshotOptions().setPath(SHOTS.resolve(name + ".png")).setFullPage(true));
  }

  /** Requires that nothing is wider than the window. */
  void requireNoOverflow() {
    Object over =
        page.evaluate(
            "() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
    assertThat(((Number) over).intValue()).as("pixels beyond the window").isLessThanOrEqualTo(0);
  }

  @Override
  public void close() {
    context.close();
    assertThat(complaints).as("complaints of the console").isEmpty();
    assertThat(outside).as("requests that leave the studio").isEmpty();
  }
}
