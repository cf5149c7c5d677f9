package dev.fovea.studio;

import static dev.fovea.nn.Losses.crossEntropy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.DataSplit;
import dev.fovea.data.Digits;
import dev.fovea.engine.Engine;
import dev.fovea.io.Json;
import dev.fovea.nn.Model;
import dev.fovea.optim.Optimizers;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.train.Callback;
import dev.fovea.train.Epochs;
import dev.fovea.train.Metrics;
import dev.fovea.train.Trainer;
import dev.fovea.train.Training;
import dev.fovea.zoo.Scale;
import dev.fovea.zoo.Zoo;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Watching a training changes no bit of it, and nobody who watches can hold it up. */
final class WatchingTest {
  private static final DataSplit DIGITS = Digits.load(Seed.of(1), 300, 50);

  private static Model model() {
    return Zoo.find("lenet5")
        .model(Scale.full(10), DIGITS.train().inputShape(), Seed.of(2), Engine.shared());
  }

  private static Trainer trainer(Model model) {
    return Trainer.of(model, crossEntropy(), Optimizers.adam(3e-3))
        .metrics(Metrics.accuracy())
        .seed(Seed.of(5));
  }

  private static void fit(Trainer trainer) {
    var _ = trainer.fit(DIGITS.train().shuffled().batches(30), Epochs.epochs(3), DIGITS.test());
  }

  /** A page that listens and never reads: its connection fills up, the training does not care. */
  private static Socket deafListener(Studio studio, RawHttp http) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), studio.port());
    socket.setReceiveBufferSize(1024);
    OutputStream out = socket.getOutputStream();
    String head =
        "GET /api/events HTTP/1.1\r\n" + http.host() + "\r\n" + http.cookie() + "\r\n\r\n";
    out.write(head.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
    return socket;
  }

  @Test
  void changesNoBit() throws Exception {
    Model alone = model();
    fit(trainer(alone));
    Model watched = model();
    List<Integer> answers = new ArrayList<>();
    AtomicBoolean over = new AtomicBoolean();
    try (Studio studio = Studio.start(StudioOptions.usual())) {
      RawHttp http = RawHttp.session(studio);
      try (Socket deaf = deafListener(studio, http)) {
        Trainer trainer = studio.attach(trainer(watched), Optional.of(DIGITS.test()));
        Thread page =
            Thread.ofVirtual()
                .start(() -> {
                  do {
                    for (String action : List.of("curves", "view", "mistakes")) {
                      answers.add(status(http, action));
                    }
                  } while (!over.get());
                });
        fit(trainer);
        over.set(true);
        page.join();
        assertThat(deaf.isConnected()).isTrue();
        assertThat(answers).contains(200).doesNotContain(500);
        Map<String, Object> curves = curves(http);
        assertThat(curves.get("phase")).isEqualTo("ended");
        assertThat(curves.get("step")).isEqualTo(30L);
      }
    }
    assertThat(watched.parameters().values()).containsExactly(alone.parameters().values());
  }

  private static final class Break implements Callback {
    @Override
    public void onStep(Training training) {
      if (training.step() == 2) {
        throw new FoveaException("broken at step 2");
      }
    }
  }

  /** A training of a program that ends with an error is not shown as one that runs. */
  @Test
  void tellsThatATrainingFailed() throws IOException {
    try (Studio studio = Studio.start(StudioOptions.usual())) {
      Trainer seen = studio.attach(trainer(model()).callbacks(new Break()), Optional.empty());
      assertThatThrownBy(() -> fit(seen)).hasMessage("broken at step 2");
      Map<String, Object> curves = curves(RawHttp.session(studio));
      assertThat(curves.get("phase")).isEqualTo("failed");
      assertThat(curves.get("step")).isEqualTo(1L);
      assertThat(curves.get("problem")).isEqualTo("broken at step 2");
    }
  }

  /** One that cannot even begin does not seem to wait: these samples are no pictures of 28 × 28. */
  @Test
  void tellsThatATrainingCannotBegin() throws IOException {
    Model small =
        Zoo.find("lenet5").model(Scale.full(10), Shape.of(32, 32, 1), Seed.of(2), Engine.shared());
    try (Studio studio = Studio.start(StudioOptions.usual())) {
      Trainer seen = studio.attach(trainer(small), Optional.empty());
      assertThatThrownBy(() -> fit(seen)).isInstanceOf(FoveaException.class);
      Map<String, Object> curves = curves(RawHttp.session(studio));
      assertThat(curves.get("phase")).isEqualTo("failed");
      assertThat(curves.get("problem")).asString().contains("28,28,1");
    }
  }

  private static int status(RawHttp http, String action) {
    try {
      return http.post("/api/train/" + action, "{}").status();
    } catch (IOException e) {
      return 0;
    }
  }

  private static Map<String, Object> curves(RawHttp http) throws IOException {
    String body = http.post("/api/train/curves", "{}").body();
    int begin = body.indexOf('{');
    int end = body.lastIndexOf("]}");
    return Json.parseObject(body.substring(begin, end + 2), "curves");
  }

  /** Headers of the stream come before there is any event. */
  @Test
  void opensTheStreamAtOnceAndLetsGoOfPagesThatLeave() throws IOException {
    try (Studio studio = Studio.start(StudioOptions.usual())) {
      RawHttp http = RawHttp.session(studio);
      for (int i = 0; i < 100; i++) {
        try (Socket page = deafListener(studio, http)) {
          page.setSoTimeout(60_000);
          InputStream in = page.getInputStream();
          byte[] first = in.readNBytes(15);
          assertThat(new String(first, StandardCharsets.ISO_8859_1))
              .isIn("HTTP/1.1 200 OK", "HTTP/1.1 503 Se");
        }
      }
      assertThat(http.get("/").status()).isEqualTo(200);
    }
  }
}
