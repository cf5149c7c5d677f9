package dev.fovea.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.DataSplit;
import dev.fovea.data.InMemoryImages;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class Cifar10Test {
  @TempDir private Path dir;

  /** Records of label r % 10 whose red, green and blue are r, y and x. */
  private static byte[] records(int n) {
    byte[] bytes = new byte[n * 3073];
    for (int r = 0; r < n; r++) {
      bytes[r * 3073] = (byte) (r % 10);
      for (int i = 0; i < 1024; i++) {
        bytes[r * 3073 + 1 + i] = (byte) r;
        bytes[r * 3073 + 1 + 1024 + i] = (byte) (i / 32);
        bytes[r * 3073 + 1 + 2048 + i] = (byte) (i % 32);
      }
    }
    return bytes;
  }

  private Path write(int perBatch) throws IOException {
    Path inner = Files.createDirectories(dir.resolve("cifar-10-batches-bin"));
    for (int i = 1; i <= 5; i++) {
      Files.write(inner.resolve("data_batch_" + i + ".bin"), records(perBatch + i));
    }
    return Files.write(inner.resolve("test_batch.bin"), records(2));
  }

  @Test
  void planesBecomePixels() throws IOException {
    assertThat(Cifar10.isIn(dir)).isFalse();
    write(2);
    assertThat(Cifar10.isIn(dir)).isTrue();
    DataSplit split = Cifar10.load(dir);
    InMemoryImages train = (InMemoryImages) split.train();
    assertThat(train.size()).isEqualTo(3 + 4 + 5 + 6 + 7);
    assertThat(split.test().size()).isEqualTo(2);
    assertThat(train.inputShape()).isEqualTo(Shape.of(32, 32, 3));
    assertThat(train.label(5)).isEqualTo(2); // record 2 of the second batch
    float[] picture = train.picture(5).data();
    for (int y = 0; y < 32; y++) {
      for (int x = 0; x < 32; x++) {
        int at = (y * 32 + x) * 3;
        assertThat(new float[] {picture[at], picture[at + 1], picture[at + 2]})
            .containsExactly(2, y, x);
      }
    }
  }

  @Test
  void damagedFilesAreRefused() throws IOException {
    Path test = write(1);
    byte[] wrong = records(2);
    wrong[3073] = 10;
    Files.write(test, wrong);
    assertThatThrownBy(() -> Cifar10.load(dir))
        .isInstanceOf(FoveaException.class)
        .hasMessage(test + ": label 10 in record 1, expected 0 to 9");
    Files.write(test, new byte[3072]);
    assertThatThrownBy(() -> Cifar10.read(List.of(test)))
        .hasMessage(test + ": 3072 bytes, expected a multiple of the record's 3073");
    Files.delete(test);
    assertThatThrownBy(() -> Cifar10.load(dir))
        .hasMessage(
            test
                + ": no such file; give the folder of the CIFAR-10 binary batches with --data-dir");
  }
}
