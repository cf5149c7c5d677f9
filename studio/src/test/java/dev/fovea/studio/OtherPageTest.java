package dev.fovea.studio;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * A page of this machine on another port: browsers count it as the same site and send the cookie of
 * the studio along, so that only the studio can refuse it.
 */
@BrowserTest
final class OtherPageTest {
  /** Tries all ways in which a page can ask; returns what came of each. */
  private static final String ATTACK =
      """
      async studio => {
        const tried = {};
        const attempt = async (name, work) => {
          try { tried[name] = await work(); } catch (e) { tried[name] = 'refused'; }
        };
        const rename = JSON.stringify({ id: 'p1', name: 'stolen' });
        await attempt('read', async () => (await fetch(studio + '/api/start/open', { method: 'POST', body: '{}', credentials: 'include',
          headers: { 'X-Fovea': '1', 'Content-Type': 'application/json' } })).text());
        await attempt('simple', async () => (await fetch(studio + '/api/start/name', { method: 'POST', body: rename, mode: 'no-cors', credentials: 'include' })).type);
        await attempt('page', async () => (await fetch(studio + '/', { credentials: 'include' })).text());
        await attempt('events', () => new Promise((done, failed) => {
          const s = new EventSource(studio + '/api/events', { withCredentials: true });
          s.onopen = () => done('open');
          s.onerror = failed;
        }));
        await attempt('module', () => import(studio + '/js/app.js').then(() => 'loaded'));
        await attempt('script', () => new Promise((done, failed) => {
          const s = document.createElement('script');
          s.src = studio + '/js/dom.js';
          s.onload = () => done('loaded');
          s.onerror = failed;
          document.body.append(s);
        }));
        const frame = document.createElement('iframe');
        frame.name = 'f';
        document.body.append(frame);
        const form = document.createElement('form');
        Object.assign(form, { action: studio + '/api/start/name', method: 'post', target: 'f', enctype: 'text/plain' });
        const field = document.createElement('input');
        field.name = rename;
        form.append(field);
        document.body.append(form);
        const answered = new Promise(done => frame.onload = done);
        form.submit();
        await answered;
        return tried;
      }
      """;

  private static HttpServer otherPort() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] page = "<!doctype html><title>other</title>".getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "text/html");
          exchange.sendResponseHeaders(200, page.length);
          exchange.getResponseBody().write(page);
          exchange.close();
        });
    server.start();
    return server;
  }

  @Test
  void canNeitherReadNorWrite() throws IOException {
    HttpServer server = otherPort();
    try (Studio studio = Studio.start(StudioOptions.usual());
        BrowserPage own = new BrowserPage(studio, "start")) {
      Page other = own.page().context().newPage();
      other.navigate("http://127.0.0.1:" + server.getAddress().getPort() + "/");
      Object tried = other.evaluate(ATTACK, "http://127.0.0.1:" + studio.port());
      assertThat(tried)
          .isEqualTo(
              Map.of(
                  "read", "refused",
                  "simple", "refused",
                  "page", "refused",
                  "events", "refused",
                  "module", "refused",
                  "script", "refused"));
      String open = RawHttp.session(studio).post("/api/start/open", "{}").body();
      assertThat(open).contains("test card").doesNotContain("stolen");
    } finally {
      server.stop(0);
    }
  }
}
