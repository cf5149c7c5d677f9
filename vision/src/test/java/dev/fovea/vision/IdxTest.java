package dev.fovea.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.DataSplit;
import dev.fovea.data.InMemoryImages;
import dev.fovea.io.HeapBound;
import dev.fovea.tensor.FoveaException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class IdxTest {
  @TempDir private Path dir;

  private static byte[] idx(int data, int... header) {
    ByteBuffer b = ByteBuffer.allocate(4 * header.length + data);
    for (int h : header) {
      b.putInt(h);
    }
    for (int i = 0; i < data; i++) {
      b.put((byte) (i % 10));
    }
    return b.array();
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
      zip.write(bytes);
    }
    return out.toByteArray();
  }

  private Path file(String name, byte[] bytes) throws IOException {
    return Files.write(dir.resolve(name), bytes);
  }

  private void good() throws IOException {
    file("train-images-idx3-ubyte", idx(20 * 784, 0x803, 20, 28, 28));
    file("train-labels-idx1-ubyte", idx(20, 0x801, 20));
    file("t10k-images-idx3-ubyte.gz", gzip(idx(5 * 784, 0x803, 5, 28, 28)));
    file("t10k-labels-idx1-ubyte.gz", gzip(idx(5, 0x801, 5)));
  }

  private static void refused(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(FoveaException.class).hasMessage(message);
  }

  @Test
  void readsPlainAndGzip() throws IOException {
    good();
    DataSplit split = Idx.mnist(dir);
    assertThat(split.train().size()).isEqualTo(20);
    assertThat(split.test().size()).isEqualTo(5);
    InMemoryImages test = (InMemoryImages) split.test();
    assertThat(test.label(3)).isEqualTo(3);
    assertThat(test.picture(1).data()).startsWith(4, 5, 6, 7); // 784 % 10 = 4
    assertThat(Idx.fashionMnist(dir).train().classes()).contains("Ankle boot").hasSize(10);
  }

  @Test
  void missingFilesAreNamed() throws IOException {
    refused(
        () -> Idx.mnist(dir),
        dir
            + ": has no file train-images-idx3-ubyte.gz or train-images-idx3-ubyte;"
            + " give the folder of the MNIST files with --data-dir");
    good();
    Files.delete(dir.resolve("t10k-labels-idx1-ubyte.gz"));
    assertThatThrownBy(() -> Idx.fashionMnist(dir))
        .hasMessageContaining("t10k-labels-idx1-ubyte.gz or t10k-labels-idx1-ubyte");
    assertThatThrownBy(() -> Idx.mnist(dir.resolve("none"))).hasMessageContaining(": no folder");
  }

  @Test
  void wrongMagicNumbers() throws IOException {
    Path f = file("f", idx(20, 0x801, 20));
    refused(
        () -> Idx.pictures(f),
        f
            + ": magic number 0x00000801 (this is a file of labels),"
            + " expected 0x00000803 of an IDX file of pictures");
    Path text = file("text", "hello world, this is no idx".getBytes(StandardCharsets.UTF_8));
    refused(
        () -> Idx.labels(text),
        text + ": magic number 0x68656c6c, expected 0x00000801 of an IDX file of labels");
    Path empty = file("empty", new byte[0]);
    refused(() -> Idx.labels(empty), empty + ": 0 bytes, expected an IDX file of labels");
  }

  @Test
  void truncatedAndTrailing() throws IOException {
    byte[] good = idx(10, 0x801, 10);
    for (byte[] bytes : new byte[][] {Arrays.copyOf(good, 15), gzip(Arrays.copyOf(good, 15))}) {
      Path f = file("short", bytes);
      refused(() -> Idx.labels(f), f + ": cut short: its header 10 needs 10 bytes of data, got 7");
    }
    Path half = file("half", Arrays.copyOf(good, 6));
    refused(() -> Idx.labels(half), half + ": cut short: 6 bytes, the header has 8");
    for (byte[] bytes : new byte[][] {Arrays.copyOf(good, 19), gzip(Arrays.copyOf(good, 19))}) {
      Path f = file("long", bytes);
      refused(() -> Idx.labels(f), f + ": more data than the 10 bytes of its header 10");
    }
  }

  @Test
  void damagedGzip() throws IOException {
    byte[] zip = gzip(idx(5 * 784, 0x803, 5, 28, 28));
    Path cut = file("cut", Arrays.copyOf(zip, zip.length / 2));
    refused(() -> Idx.pictures(cut), cut + ": cut short inside its gzip data");
    zip[zip.length - 5] ^= 1; // the checksum
    Path bad = file("bad", zip);
    assertThatThrownBy(() -> Idx.pictures(bad))
        .isInstanceOf(FoveaException.class)
        .hasMessageStartingWith(bad + ": damaged gzip data: ");
  }

  @Test
  void absurdSizesReserveNoMemory() throws IOException {
    Path f = file("f", idx(10, 0x803, 2_000_000_000, 28, 28));
    refused(
        () -> Idx.pictures(f),
        f + ": its header claims 2000000000×28×28 values, which cannot be right");
    Path negative = file("g", idx(10, 0x803, -1, 28, 28));
    refused(
        () -> Idx.pictures(negative),
        negative + ": its header claims 4294967295×28×28 values, which cannot be right");
    for (byte[] bytes :
        new byte[][] {idx(10, 0x801, 2_000_000_000), gzip(idx(10, 0x801, 2_000_000_000))}) {
      Path g = file("h", bytes);
      refused(
          () -> Idx.labels(g), g + ": its header claims 2000000000 values, which cannot be right");
    }
    Path most = file("most", idx(10, 0x801, 1 << 24));
    refused(
        () -> Idx.labels(most),
        most + ": cut short: its header 16777216 needs 16777216 bytes of data, got 10");
    Path more = file("more", gzip(idx(10, 0x801, (1 << 24) + 1)));
    refused(
        () -> Idx.labels(more),
        more + ": its header claims 16777217 values, which cannot be right");
  }

  /** The data end after ten bytes: had they been read, the message would be that they are short. */
  @Test
  void picturesAreRefusedByTheirHeaderBeforeTheirData() throws IOException {
    good();
    Path many = file("train-images-idx3-ubyte.gz", gzip(idx(10, 0x803, 2_700_000, 28, 28)));
    refused(
        () -> Idx.mnist(dir),
        many
            + ": 2700000 pictures, but 20 labels in train-labels-idx1-ubyte;"
            + " the two files do not belong together");
    file("train-images-idx3-ubyte.gz", gzip(idx(10, 0x803, 20, 10_000, 10_000)));
    refused(() -> Idx.mnist(dir), many + ": pictures of 10000×10000, expected 28×28");
    // Two copies of 2,116,800,000 bytes are 4038 MiB: more than half of most heaps, or cut short.
    Path alone = file("alone.gz", gzip(idx(10, 0x803, 2_700_000, 28, 28)));
    boolean tooMuch = 2 * 2_116_800_000L > HeapBound.ofThisProcess().bytes();
    assertThatThrownBy(() -> Idx.pictures(alone))
        .isInstanceOf(FoveaException.class)
        .hasMessageStartingWith(
            alone
                + (tooMuch
                    ? ": its header 2700000×28×28 needs 4038 MiB of memory, allowed are "
                    : ": cut short: its header 2700000×28×28 needs 2116800000 bytes of data"));
  }

  @Test
  void picturesAndLabelsThatDoNotFit() throws IOException {
    good();
    Path labels = file("train-labels-idx1-ubyte", idx(19, 0x801, 19));
    refused(
        () -> Idx.mnist(dir),
        dir.resolve("train-images-idx3-ubyte")
            + ": 20 pictures, but 19 labels in train-labels-idx1-ubyte;"
            + " the two files do not belong together");
    byte[] wrong = idx(20, 0x801, 20);
    wrong[8 + 3] = 10;
    Files.write(labels, wrong);
    refused(() -> Idx.mnist(dir), labels + ": label 10 at position 3, expected 0 to 9");
    good();
    Path pictures = file("train-images-idx3-ubyte", idx(20 * 60, 0x803, 20, 10, 6));
    refused(() -> Idx.mnist(dir), pictures + ": pictures of 10×6, expected 28×28");
  }

  @Test
  void aFolderOrNothingInPlaceOfAFile() {
    assertThatThrownBy(() -> Idx.labels(dir)).isInstanceOf(FoveaException.class);
    refused(
        () -> Idx.labels(dir.resolve("none")),
        dir.resolve("none") + ": cannot be read: no such file or folder");
  }
}
