package dev.fovea.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.RepeatedTest;

/** A server that ends while clients ask and ask. */
final class GracefulEndTest {
  private static final int CLIENTS = 8;
  private static final int BEFORE = 20;

  /** How long after the end has begun whoever asks must still be answered. */
  private static final long NANOS = Duration.ofMillis(50).toNanos();

  private static final String BODY =
      "{\"inputs\":[{\"name\":\"input\",\"shape\":[1,3],\"datatype\":\"FP32\",\"data\":[1,2,3]}]}";

  private final Gate gate = new Gate();
  private final RunningServer server =
      Server.of(ServedModel.of("double", gate.model()))
          .options(ServerOptions.usual().warmUp(Duration.ZERO))
          .start();
  private final int port = server.port();
  private final CountDownLatch asking = new CountDownLatch(CLIENTS);

  /**
   * What became of the requests of a client.
   *
   * @param refused how many were answered with 503
   * @param lost when the last byte of those was sent that had no answer
   */
  private record Asked(int answered, int refused, List<Long> lost) {}

  @RepeatedTest(5)
  void whatWasSentIsAnswered() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
      List<Callable<Asked>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(this::ask);
      }
      List<Future<Asked>> all = clients.stream().map(threads::submit).toList();
      asking.await();
      long end = System.nanoTime();
      server.close();
      int refused = 0;
      for (Future<Asked> client : all) {
        Asked asked = client.get();
        assertThat(asked.lost()).allMatch(sent -> sent - end > NANOS);
        assertThat(asked.answered()).isGreaterThanOrEqualTo(BEFORE);
        refused += asked.refused();
      }
      assertThat(refused).as("clients that were told of the end").isPositive();
    }
  }

  /** Asks, on a new connection where the last has ended, until there is none to be had. */
  private Asked ask() {
    int answered = 0;
    int refused = 0;
    List<Long> lost = new ArrayList<>();
    while (true) {
      try (OpenClient client = new OpenClient(port)) {
        String answer = "";
        while (!answer.contains("connection: close")) {
          client.send("POST", "/v2/models/double/infer", BODY);
          long sent = System.nanoTime();
          try {
            answer = client.answer();
          } catch (IOException e) {
            lost.add(sent);
            throw e;
          }
          answered += answer.startsWith("HTTP/1.1 200") ? 1 : 0;
          refused += answer.startsWith("HTTP/1.1 503") ? 1 : 0;
          if (answered == BEFORE) {
            asking.countDown();
          }
        }
      } catch (IOException e) {
        if (answered >= BEFORE) {
          return new Asked(answered, refused, lost);
        }
      }
    }
  }
}
