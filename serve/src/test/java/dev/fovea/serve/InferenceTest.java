package dev.fovea.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.serve.batch.Batching;
import dev.fovea.serve.http.Body;
import dev.fovea.serve.http.HttpException;
import dev.fovea.serve.http.MemoryBudget;
import dev.fovea.serve.http.Reply;
import dev.fovea.serve.http.Request;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What answers take of the memory of all requests. */
final class InferenceTest {
  private static final int SAMPLES = 200;
  private static final int BODY_BYTES = 3 * Float.BYTES * SAMPLES;

  private final Gate gate = new Gate();
  private final Registry registry = new Registry(Duration.ZERO);
  private final Inference inference = new Inference(registry, Duration.ofMinutes(1));

  InferenceTest() {
    registry.put(
        LoadedModel.of(
            ServedModel.of("double", gate.model()).batching(Batching.usual()),
            new ServerMetrics(List::of)));
    gate.forget();
  }

  @AfterEach
  void close() {
    registry.close();
  }

  private Request request(MemoryBudget budget, boolean binary) {
    String json =
        "{\"inputs\":[{\"name\":\"input\",\"shape\":[%s,3],\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":%s}}],\"parameters\":{\"binary_data_output\":%s}}"
            .formatted(SAMPLES, Integer.toString(BODY_BYTES), binary);
    byte[] body =
        ByteBuffer.allocate(json.length() + BODY_BYTES)
            .put(json.getBytes(StandardCharsets.US_ASCII))
            .array();
    Map<String, String> headers =
        Map.of("Inference-Header-Content-Length", Integer.toString(json.length()));
    return new Request(
        "",
        "POST",
        "/",
        "",
        headers::get,
        Body.of(body),
        1 << 20,
        budget.share(),
        Thread::startVirtualThread,
        false);
  }

  private Reply ask(Request request) throws IOException {
    return inference.infer(request, "double", OptionalInt.empty()).join();
  }

  /** Outputs may be far larger than a request: they are counted before they are computed. */
  @Test
  void outputsTakeMemoryBeforeThereAreAny() throws IOException {
    MemoryBudget small = new MemoryBudget(14_000);
    Request refused = request(small, true);
    assertThatThrownBy(() -> ask(refused))
        .isInstanceOfSatisfying(HttpException.class, e -> assertThat(e.status()).isEqualTo(413))
        .hasMessageStartingWith("the request and its answer take ");
    assertThat(gate.batches()).isEmpty();
    refused.memory().close();
    small.share().take(14_000); // so all was given back
    assertThat(ask(request(new MemoryBudget(30_000), true)).status()).isEqualTo(200);
    assertThatThrownBy(() -> ask(request(new MemoryBudget(30_000), false)))
        .as("JSON, which takes more")
        .isInstanceOf(HttpException.class);
  }
}
