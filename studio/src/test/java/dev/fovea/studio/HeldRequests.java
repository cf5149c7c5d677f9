package dev.fovea.studio;

import com.microsoft.playwright.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Requests of a page that are held back on their way, so that their answers come late. */
final class HeldRequests {
  private final BrowserPage page;
  private final String door;
  private final List<Route> held = new ArrayList<>();
  private boolean holds = true;

  /** Holds back what is asked at a door from now on. */
  HeldRequests(BrowserPage page, String door) {
    this.page = page;
    this.door = "**/api/" + door;
    page.page().route(this.door, this::take);
  }

  private void take(Route route) {
    if (holds) {
      held.add(route);
    } else {
      route.resume();
    }
  }

  /** Waits for the first; what is asked from then on passes. */
  void await() {
    awaitAndHold();
    holds = false;
  }

  /** Waits for the first; what is asked from then on is held back, too, until {@link #release}. */
  void awaitAndHold() {
    page.page().waitForCondition(() -> !held.isEmpty());
  }

  /** Lets them go on, and waits until the page has taken the answer to the first. */
  void release() {
    letGo(Route::resume);
  }

  /** Answers them so, and waits until the page has taken the answers. */
  void answer(int status, String type, String body) {
    var answer = new Route.FulfillOptions().setStatus(status).setContentType(type).setBody(body);
    letGo(route -> route.fulfill(answer));
  }

  private void letGo(Consumer<Route> how) {
    holds = false;
    String url = held.getFirst().request().url();
    page.page().waitForResponse(r -> r.url().equals(url), () -> held.forEach(how)).finished();
    page.page()
        .evaluate("() => new Promise(d => requestAnimationFrame(() => requestAnimationFrame(d)))");
    page.page().unroute(door);
  }
}
