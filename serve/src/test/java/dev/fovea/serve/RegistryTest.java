package dev.fovea.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.serve.http.MemoryBudget;
import dev.fovea.serve.http.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class RegistryTest {
  private final Registry registry = new Registry(Duration.ZERO);

  private static LoadedModel model() {
    return LoadedModel.of(
        ServedModel.of("double", new Gate().model()), new ServerMetrics(List::of));
  }

  /** A request whose model is replaced between its finding and its use is answered by the other. */
  @Test
  void aSecondAttemptTakesNoMoreMemoryThanOne() {
    registry.put(model());
    MemoryBudget.Share memory = new MemoryBudget(200_000).share();
    memory.take(10_000);
    List<LoadedModel> asked = new ArrayList<>();
    Reply reply =
        registry
            .use(
                "double",
                OptionalInt.empty(),
                memory,
                found -> {
                  memory.take(100_000);
                  asked.add(found);
                  if (asked.size() == 1) {
                    registry.put(model()); // which closes the one that was found
                  }
                  return found
                      .batcher()
                      .runOrSubmit(List.of(Gate.input(1, 0)), Duration.ofMinutes(1), false)
                      .thenApply(_ -> Reply.empty(200));
                })
            .join();
    assertThat(reply.status()).isEqualTo(200);
    assertThat(asked).hasSize(2).doesNotHaveDuplicates();
    assertThat(memory.taken()).isEqualTo(110_000);
    registry.close();
  }
}
