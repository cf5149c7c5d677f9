package dev.fovea.train;

import dev.fovea.io.AtomicFiles;
import dev.fovea.tensor.FoveaException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * A listener that writes an event file for TensorBoard: loss and learning rate every few steps, and
 * loss and metrics of training and validation after each epoch.
 *
 * <p>The file is a sequence of records: the length (8 bytes, little-endian), its masked CRC-32C, an
 * {@code Event} message of protocol buffers, its masked CRC-32C. Records are appended and flushed
 * one by one. The step of a record is the number of steps done.
 */
public final class TensorBoard implements ProgressListener {
  private static final int MASK = 0xa282ead8;
  private static final int EVERY = 10;

  private final Path file;
  private final int every;

  private TensorBoard(Path file, int every) {
    this.file = file;
    this.every = every;
  }

  /**
   * Begins a new event file in a folder.
   *
   * @throws FoveaException if it cannot be written
   */
  public static TensorBoard in(Path folder) {
    return in(folder, EVERY);
  }

  /**
   * Begins a new event file in a folder, with the loss of every {@code steps}-th step.
   *
   * @throws FoveaException if it cannot be written or the number is below 1
   */
  public static TensorBoard in(Path folder, int steps) {
    if (steps < 1) {
      throw new FoveaException("TensorBoard: every " + steps + " steps: 1 or more expected");
    }
    String name = "events.out.tfevents.%s.fovea".formatted(System.currentTimeMillis() / 1000);
    Path file = folder.resolve(name);
    for (int n = 2; Files.exists(file); n++) {
      file = folder.resolve(name + "." + n);
    }
    TensorBoard board = new TensorBoard(file, steps);
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw board.failure(e);
    }
    board.append(event(0).text(3, "brain.Event:2"));
    return board;
  }

  /** Returns the file. */
  public Path file() {
    return file;
  }

  /**
   * Writes a number.
   *
   * @param tag its name, such as {@code loss/train}
   * @param step the number of steps done
   * @throws FoveaException if the file cannot be written
   */
  public void scalar(String tag, long step, double value) {
    Message one = new Message().text(1, tag).number(2, (float) value);
    append(event(step).message(5, new Message().message(1, one)));
  }

  @Override
  public void onBatch(Training training) {
    if (training.reachesMultipleOf(every)) {
      scalar("loss/step", training.step(), training.loss());
      scalar("learning_rate", training.step(), training.learningRate());
    }
  }

  @Override
  public void onEpoch(Training training, History.Epoch epoch) {
    write(training.step(), "train", epoch.train());
    epoch.validation().ifPresent(v -> write(training.step(), "validation", v));
    scalar("seconds", training.step(), epoch.seconds());
  }

  private void write(long step, String what, Scores scores) {
    scalar("loss/" + what, step, scores.loss());
    scores.metrics().forEach((name, value) -> scalar(name + "/" + what, step, value));
  }

  private static Message event(long step) {
    return new Message().number(1, System.currentTimeMillis() / 1e3).integer(2, step);
  }

  private void append(Message event) {
    byte[] data = event.bytes();
    ByteBuffer record = ByteBuffer.allocate(16 + data.length).order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(data.length).putInt(masked(record.array(), 8)).put(data);
    record.putInt(masked(data, data.length));
    try {
      Files.write(file, record.array(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private FoveaException failure(IOException e) {
    return new FoveaException(file + ": cannot be written: " + AtomicFiles.reason(e), e);
  }

  /** Returns the CRC of the first bytes, turned and moved so that it is no CRC of a CRC. */
  static int masked(byte[] data, int length) {
    CRC32C crc = new CRC32C();
    crc.update(data, 0, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
  }

  /** A message of protocol buffers while it is written. */
  private static final class Message {
    private ByteBuffer buffer = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);

    private Message key(int field, int type, int room) {
      if (buffer.remaining() < room + 12) {
        ByteBuffer larger = ByteBuffer.allocate(2 * buffer.capacity() + room + 12);
        buffer = larger.order(ByteOrder.LITTLE_ENDIAN).put(buffer.flip());
      }
      return varint(field << 3 | type);
    }

    private Message varint(long value) {
      long rest = value;
      while ((rest & ~0x7FL) != 0) {
        buffer.put((byte) ((rest & 0x7F) | 0x80));
        rest >>>= 7;
      }
      buffer.put((byte) rest);
      return this;
    }

    Message integer(int field, long value) {
      return key(field, 0, 10).varint(value);
    }

    Message number(int field, double value) {
      key(field, 1, 8).buffer.putDouble(value);
      return this;
    }

    Message number(int field, float value) {
      key(field, 5, 4).buffer.putFloat(value);
      return this;
    }

    Message text(int field, String text) {
      return bytes(field, text.getBytes(StandardCharsets.UTF_8));
    }

    Message message(int field, Message inner) {
      return bytes(field, inner.bytes());
    }

    private Message bytes(int field, byte[] content) {
      key(field, 2, content.length + 10).varint(content.length).buffer.put(content);
      return this;
    }

    byte[] bytes() {
      byte[] all = new byte[buffer.position()];
      buffer.get(0, all);
      return all;
    }
  }
}
