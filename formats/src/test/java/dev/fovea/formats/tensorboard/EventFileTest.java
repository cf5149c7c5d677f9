package dev.fovea.formats.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.formats.FormatException;
import dev.fovea.tensor.Rng;
import dev.fovea.train.TensorBoard;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Event files of TensorBoard: those that Fovea writes, and those that TensorBoard itself does. */
final class EventFileTest {
  /**
   * What tensorboard 2.20 writes by {@code w = tensorboard.summary.Writer(folder);
   * w.add_scalar("loss", 0.5, 1); w.add_scalar("loss", 0.25, 2); w.close()}.
   */
  private static final byte[] WRITTEN =
      Base64.getDecoder()
          .decode(
              "SAAAAAAAAAD+kkidCVg9ew/UwtpBGg1icmFpbi5FdmVudDoyUi4KLHRlbnNvcmJvYXJkLnN1bW1hcnkud3JpdGVy"
                  + "LmV2ZW50X2ZpbGVfd3JpdGVyWHtIUTAAAAAAAAAAlfXQXwnHQ3sP1MLaQRABKiMKIQoEbG9zc0IKCAESACoE"
                  + "AAAAP0oNCgkKB3NjYWxhcnMgAWKHKiEwAAAAAAAAAJX10F8JoEd7D9TC2kEQAiojCiEKBGxvc3NCCggBEgAq"
                  + "BAAAgD5KDQoJCgdzY2FsYXJzIAGOVktA");

  private static final int HEAD = 12;

  @TempDir private Path folder;

  private Path file(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("events.out.tfevents.1.x"), bytes);
  }

  @Test
  void readsWhatTensorBoardWrites() throws IOException {
    assertThat(told(EventFile.read(file(WRITTEN))))
        .hasSize(1)
        .containsEntry("loss", List.of("1: 0.5", "2: 0.25"));
  }

  @Test
  void readsWhatFoveaWrites() {
    TensorBoard board = TensorBoard.in(folder);
    board.scalar("loss/step", 10, 1.5);
    board.scalar("accuracy/validation", 10, 0.25);
    board.scalar("loss/step", 20, -2);
    assertThat(told(EventFile.read(board.file())))
        .hasSize(2)
        .containsEntry("loss/step", List.of("10: 1.5", "20: -2.0"))
        .containsEntry("accuracy/validation", List.of("10: 0.25"));
  }

  /** A training may be writing the last record. */
  @Test
  void endsBeforeARecordThatIsNotWhole() throws IOException {
    byte[] cut = Arrays.copyOf(WRITTEN, WRITTEN.length - 5);
    assertThat(told(EventFile.read(file(cut)))).containsEntry("loss", List.of("1: 0.5"));
  }

  /** Tags that begin alike for more than a line stay two; one without end is refused. */
  @Test
  void keepsLongTagsApart() throws IOException {
    TensorBoard board = TensorBoard.in(folder);
    String block = "block.".repeat(30);
    board.scalar(block + "a", 1, 1.5);
    board.scalar(block + "b", 1, 2.5);
    assertThat(told(EventFile.read(board.file())))
        .containsEntry(block + "a", List.of("1: 1.5"))
        .containsEntry(block + "b", List.of("1: 2.5"));
    board.scalar("x".repeat(1_001), 1, 1);
    assertThatThrownBy(() -> EventFile.read(board.file()))
        .isInstanceOf(FormatException.class)
        .hasMessageEndingWith(": no event: a tag of more than 1000 characters");
  }

  /** An event of 1,001 values (tag "a", 1.0) in its summary. */
  @Test
  void refusesAnEventOfTooManyValues() throws IOException {
    byte[] value = {10, 8, 10, 1, 'a', 21, 0, 0, (byte) 0x80, 0x3f};
    int length = 1_001 * value.length;
    ByteBuffer event = ByteBuffer.allocate(3 + length);
    event.put((byte) 0x2a).put((byte) (0x80 | (length & 0x7f))).put((byte) (length >> 7));
    for (int i = 0; i < 1_001; i++) {
      event.put(value);
    }
    assertThatThrownBy(() -> EventFile.read(file(record(event.array()))))
        .isInstanceOf(FormatException.class)
        .hasMessageEndingWith("record 1: no event: more than 1000 values in one event");
  }

  /** Returns the numbers of each tag, each with its step. */
  private static Map<String, List<String>> told(EventFile file) {
    Map<String, List<String>> all = new LinkedHashMap<>();
    file.scalars()
        .forEach((tag, s) ->
            all.put(
                tag,
                IntStream.range(0, s.steps().length)
                    .mapToObj(i -> s.steps()[i] + ": " + s.values()[i])
                    .toList()));
    return all;
  }

  @Test
  void refusesOtherFiles() throws IOException {
    assertThatThrownBy(
            () -> EventFile.read(file("epoch,train_loss\n1,2\n".getBytes(StandardCharsets.UTF_8))))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("record 1: the checksum of its length is wrong");
    byte[] damaged = WRITTEN.clone();
    damaged[HEAD + 3] ^= 1;
    assertThatThrownBy(() -> EventFile.read(file(damaged)))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("record 1: its checksum is wrong");
  }

  /** Messages of any bytes, with the right checksums, are read or refused in one line. */
  @Test
  void readsOrRefusesWhateverHasTheRightChecksum() throws IOException {
    int second = HEAD + 72 + Integer.BYTES;
    byte[] message = Arrays.copyOfRange(WRITTEN, second + HEAD, second + HEAD + 48);
    Rng rng = new Rng(5);
    int refused = 0;
    for (int i = 0; i < 300; i++) {
      byte[] mutant = message.clone();
      for (int k = 0; k <= rng.nextInt(3); k++) {
        mutant[rng.nextInt(mutant.length)] = (byte) rng.nextInt(256);
      }
      try {
        var _ = EventFile.read(file(record(mutant)));
      } catch (FormatException e) {
        refused++;
        assertThat(String.valueOf(e.getMessage()).lines()).hasSize(1);
      }
    }
    assertThat(refused).isBetween(10, 290);
  }

  private static byte[] record(byte[] message) {
    ByteBuffer out =
        ByteBuffer.allocate(HEAD + message.length + Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(message.length);
    out.putInt(masked(Arrays.copyOf(out.array(), Long.BYTES)));
    return out.put(message).putInt(masked(message)).array();
  }

  private static int masked(byte[] data) {
    CRC32C crc = new CRC32C();
    crc.update(data);
    return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
  }
}
