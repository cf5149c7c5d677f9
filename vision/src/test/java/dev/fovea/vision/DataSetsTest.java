package dev.fovea.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.InMemoryImages;
import dev.fovea.data.Preprocessing;
import dev.fovea.data.SharedData;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataSetsTest {
  @TempDir private Path dir;

  private void sprites(int number, int rows) {
    Images.writePng(
        dir.resolve("cifar10_batch_" + number + ".png"), Pictures.pattern(rows, 1024, 3, number));
  }

  private void labels(int count) throws IOException {
    StringBuilder s = new StringBuilder("var labels=[");
    for (int i = 0; i < count; i++) {
      s.append(i == 0 ? "" : ", ").append(i % 10);
    }
    Files.writeString(dir.resolve("cifar10_labels.js"), s.append("]").toString());
  }

  @Test
  void spritesBecomePictures() throws IOException {
    sprites(2, 3);
    sprites(50, 2);
    labels(50_002);
    DataSource source = DataSets.open("cifar10", dir);
    assertThat(source.classes()).startsWith("airplane").hasSize(10);
    InMemoryImages train = (InMemoryImages) source.split().train();
    assertThat(train.size()).isEqualTo(3);
    assertThat(train.label(1)).isEqualTo(1); // picture 2001
    Tensor sprite = Pictures.pattern(3, 1024, 3, 2);
    float[] picture = train.picture(1).data();
    for (int i = 0; i < picture.length; i++) {
      assertThat(picture[i]).isEqualTo(sprite.data()[3072 + i]);
    }
  }

  @Test
  void damagedSpritesAreRefused() throws IOException {
    sprites(0, 5);
    sprites(50, 5);
    labels(50_004);
    assertThatThrownBy(() -> DataSets.open("cifar10", dir))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            dir.resolve("cifar10_labels.js")
                + ": 50004 labels, but cifar10_batch_50.png has the pictures 50000 to 50004");
    Files.writeString(dir.resolve("cifar10_labels.js"), "var labels=[1, 10]");
    assertThatThrownBy(() -> DataSets.open("cifar10", dir))
        .hasMessage(dir.resolve("cifar10_labels.js") + ": label 10 of picture 1, expected 0 to 9");
    labels(50_005);
    Images.writePng(dir.resolve("cifar10_batch_0.png"), Pictures.pattern(5, 1000, 3, 1));
    assertThatThrownBy(() -> DataSets.open("cifar10", dir))
        .hasMessage(
            dir.resolve("cifar10_batch_0.png")
                + ": a picture of 1000×5 with 3 channels,"
                + " expected RGB 1024 wide, at most 1000 high");
    Files.delete(dir.resolve("cifar10_batch_0.png"));
    assertThatThrownBy(() -> DataSets.open("cifar10", dir))
        .hasMessage(
            dir + ": no training pictures: expected cifar10_batch_0.png … cifar10_batch_49.png");
  }

  @Test
  void binaryBatchesAreFoundToo() throws IOException {
    for (String name :
        new String[] {
          "data_batch_1",
          "data_batch_2",
          "data_batch_3",
          "data_batch_4",
          "data_batch_5",
          "test_batch"
        }) {
      Files.write(dir.resolve(name + ".bin"), new byte[3073]);
    }
    DataSource source = DataSets.open("cifar10", dir);
    assertThat(source.split().train().size()).isEqualTo(5);
    assertThat(source.preprocessing()).isEqualTo(Preprocessing.cifar10());
  }

  @Test
  void namesFoldersAndMistakes() {
    assertThat(DataSets.names())
        .containsExactly("digits", "mnist", "fashion-mnist", "cifar10", "folder", "csv");
    DataSource digits = DataSets.open("digits", null);
    assertThat(digits.split().train().size()).isEqualTo(10_000);
    assertThat(digits.preprocessing().shape()).isEqualTo(Shape.of(28, 28, 1));
    assertThatThrownBy(() -> DataSets.open("mnsit", null))
        .isInstanceOf(FoveaException.class)
        .hasMessage("unknown data set \"mnsit\"; did you mean mnist?");
    assertThatThrownBy(() -> DataSets.open("mnist", null))
        .hasMessage("data set mnist is read from files: give their folder with --data-dir");
    assertThatThrownBy(() -> DataSets.open("cifar10", dir))
        .hasMessageStartingWith(dir + ": no CIFAR-10 files: expected ");
    assertThatThrownBy(() -> DataSets.open("folder", dir))
        .hasMessageContaining("folders of classes");
  }

  /** Sizes and labels from the description of the data. */
  @Test
  void realSprites() {
    SharedData.find("cifar10-subset")
        .ifPresent(folder -> {
          DataSource source = DataSets.open("cifar10", folder);
          InMemoryImages train = (InMemoryImages) source.split().train();
          assertThat(train.size()).isEqualTo(10_000);
          assertThat(source.split().test().size()).isEqualTo(1_000);
          assertThat(train.inputShape()).isEqualTo(Shape.of(32, 32, 3));
          int[] first = {6, 9, 9, 4};
          for (int i = 0; i < first.length; i++) {
            assertThat(train.label(i)).isEqualTo(first[i]);
          }
          assertThat(train.withOwnStatistics().preprocessing().mean().get(0))
              .isBetween(0.48f, 0.50f);
        });
  }

  @Test
  void realMnist() {
    SharedData.find("mnist")
        .ifPresent(folder ->
            assertThat(DataSets.open("mnist", folder).preprocessing())
                .isEqualTo(Preprocessing.mnist()));
  }
}
