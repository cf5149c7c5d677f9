package dev.fovea.train;

import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Losses.meanSquaredError;
import static dev.fovea.optim.Optimizers.sgd;
import static dev.fovea.train.Epochs.epochs;
import static dev.fovea.train.Metrics.meanAbsoluteError;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.train.testing.TrainFixtures.Line;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Event files, read with a reader of their format of the test's own. */
final class TensorBoardTest {
  /** One event: its step, and the name and value of its scalar or the version of the file. */
  private record Event(long step, String tag, float value) {}

  private static List<Event> read(Path file) throws IOException {
    ByteBuffer b = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Event> events = new ArrayList<>();
    while (b.hasRemaining()) {
      int start = b.position();
      byte[] length = new byte[8];
      b.get(start, length);
      int n = (int) b.getLong();
      assertThat(b.getInt()).isEqualTo(TensorBoard.masked(length, 8));
      byte[] data = new byte[n];
      b.get(data);
      assertThat(b.getInt()).isEqualTo(TensorBoard.masked(data, n));
      events.add(event(ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN)));
    }
    return events;
  }

  private static Event event(ByteBuffer b) {
    long step = 0;
    String tag = "";
    float value = 0;
    while (b.hasRemaining()) {
      int key = (int) varint(b);
      switch (key) {
        case 1 << 3 | 1 -> assertThat(b.getDouble()).isGreaterThan(1e9);
        case 2 << 3 -> step = varint(b);
        case 3 << 3 | 2 -> tag = text(b);
        case 5 << 3 | 2 -> {
          varint(b);
          assertThat(varint(b)).isEqualTo(1 << 3 | 2);
          varint(b);
          assertThat(varint(b)).isEqualTo(1 << 3 | 2);
          tag = text(b);
          assertThat(varint(b)).isEqualTo(2 << 3 | 5);
          value = b.getFloat();
        }
        default -> throw new AssertionError("field " + key);
      }
    }
    return new Event(step, tag, value);
  }

  private static long varint(ByteBuffer b) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = b.get();
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  private static String text(ByteBuffer b) {
    byte[] bytes = new byte[(int) varint(b)];
    b.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** CRC-32C of "123456789" is e3069283 (RFC 3720); masked: turned by 15 bits plus a282ead8. */
  @Test
  void checksumsAreMasked() {
    byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);
    int crc = 0xe3069283;
    int expected = (crc >>> 15 | crc << 17) + 0xa282ead8;
    assertThat(TensorBoard.masked(digits, 9)).isEqualTo(expected);
  }

  @Test
  void scalarsOfAnyNameAndStepAreRead(@TempDir Path dir) throws IOException {
    TensorBoard board = TensorBoard.in(dir.resolve("runs"));
    String longName = "é".repeat(200);
    board.scalar("a", 0, 1.5);
    board.scalar(longName, 123_456_789_012L, -2);
    assertThat(board.file().getFileName().toString()).startsWith("events.out.tfevents.");
    assertThat(read(board.file()))
        .containsExactly(
            new Event(0, "brain.Event:2", 0),
            new Event(0, "a", 1.5f),
            new Event(123_456_789_012L, longName, -2));
    assertThat(TensorBoard.in(dir.resolve("runs")).file()).isNotEqualTo(board.file());
  }

  @Test
  void trainingsAreWritten(@TempDir Path dir) throws IOException {
    Model model = Model.build(dense(1), Shape.of(1), Seed.of(1), Engine.ofThreads(1));
    TensorBoard board = TensorBoard.in(dir, 2);
    Line line = new Line(8, x -> x);
    History h =
        Trainer.of(model, meanSquaredError(), sgd(0.1))
            .metrics(meanAbsoluteError())
            .listeners(board)
            .fit(line.batches(2), epochs(2), line);
    List<Event> events = read(board.file());
    assertThat(events.stream().filter(e -> e.tag.equals("loss/step")).map(Event::step))
        .containsExactly(2L, 4L, 6L, 8L);
    assertThat(events)
        .contains(new Event(4, "loss/train", (float) h.epochs().get(0).train().loss()))
        .contains(
            new Event(
                8,
                "mean_absolute_error/validation",
                (float)
                    h.epochs().get(1).validation().orElseThrow().metric("mean_absolute_error")));
  }

  @Test
  void foldersThatCannotBeWrittenAreOneLine(@TempDir Path dir) throws IOException {
    Path file = Files.writeString(dir.resolve("file"), "x");
    assertThatThrownBy(() -> TensorBoard.in(file))
        .isInstanceOf(FoveaException.class)
        .hasMessageContaining("cannot be written")
        .hasMessageNotContaining("\n");
  }
}
