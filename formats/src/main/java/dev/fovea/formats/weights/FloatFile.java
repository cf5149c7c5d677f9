package dev.fovea.formats.weights;

import dev.fovea.io.HeapAccount;
import dev.fovea.tensor.FoveaException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file of little-endian numbers that are taken one after the other, never beyond its end. */
public final class FloatFile implements AutoCloseable {
  private static final int CHUNK = 1 << 16;

  private final FileChannel channel;
  private final long size;
  private final HeapAccount account = HeapAccount.ofThisProcess();
  private long at;

  private FloatFile(FileChannel channel) throws IOException {
    this.channel = channel;
    this.size = channel.size();
  }

  /** Opens a file. */
  public static FloatFile open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return new FloatFile(channel);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Returns how many bytes are left. */
  public long remaining() {
    return size - at;
  }

  /**
   * Returns the next bytes.
   *
   * @throws FoveaException if the file ends before
   */
  public ByteBuffer bytes(int count) throws IOException {
    require(count);
    ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    fill(buffer);
    return buffer.flip();
  }

  /**
   * Returns the next floats.
   *
   * @throws FoveaException if the file ends before, or all that were taken are more than {@link
   *     dev.fovea.io.HeapBound} allows
   */
  public float[] floats(int count) throws IOException {
    require((long) count * Float.BYTES);
    account.take("its numbers", (long) count * Float.BYTES);
    float[] values = new float[count];
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    int perChunk = CHUNK / Float.BYTES;
    for (int from = 0; from < count; from += perChunk) {
      int n = Math.min(perChunk, count - from);
      fill(chunk.clear().limit(n * Float.BYTES));
      chunk.flip().asFloatBuffer().get(values, from, n);
    }
    return values;
  }

  private void require(long count) {
    if (count > remaining()) {
      throw new FoveaException(
          "the file ends early: %s bytes wanted at byte %s of %s".formatted(count, at, size));
    }
  }

  private void fill(ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      int n = channel.read(buffer, at);
      if (n < 0) {
        throw new IOException("the file ends early");
      }
      at += n;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
