package dev.fovea.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.ClassSampling;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reports of what is in a data set, and lists of pictures. */
final class DataReportTest {
  @TempDir private Path folder;

  private void picture(String name, int height, int width, int value) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Tensor t = Tensor.zeros(Shape.of(height, width, 1));
    Arrays.fill(t.data(), value);
    Images.writePng(file, t);
  }

  private void flowers() throws IOException {
    picture("train/rose/1.png", 8, 8, 10);
    picture("train/rose/2.png", 8, 8, 20);
    picture("train/rose/3.png", 8, 6, 30);
    picture("train/tulip/1.png", 8, 8, 20);
    picture("test/rose/1.png", 8, 8, 20);
    picture("test/tulip/1.png", 8, 8, 40);
    Files.writeString(folder.resolve("train/tulip/2.png"), "no picture");
  }

  @Test
  void countsSizesDuplicatesAndDamage() throws IOException {
    flowers();
    DataReport r = DataReport.ofFiles(folder);
    assertThat(r.classes())
        .containsExactly(
            new DataReport.ClassCount("rose", 3, 1), new DataReport.ClassCount("tulip", 1, 1));
    assertThat(r.sizes()).containsEntry("8×8×1", 5).containsEntry("8×6×1", 1).hasSize(2);
    assertThat(r.duplicates())
        .hasSize(1)
        .first()
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
        .hasSize(3);
    assertThat(r.crossing()).isEqualTo(1);
    assertThat(r.problems()).hasSize(1).first().asString().contains("not a picture");
    assertThat(r.pictures()).isEqualTo(6);
    assertThat(r.imbalance()).isEqualTo(2);
    // (64·10 + 64·20 + 48·30 + 64·20) / 240 = 19.33 of 255.
    assertThat(r.mean()).containsExactly(0.0758f, 0.0758f, 0.0758f);
    assertThat(r.samples()).extracting(DataReport.Sample::label).contains("rose", "tulip");
    assertThat(r.sheet().toImage().getWidth()).isPositive();
  }

  @Test
  void ofEmbeddedDigits() {
    DataReport r = DataReport.of(DataSets.open("digits", null));
    assertThat(r.classes()).hasSize(10);
    assertThat(r.sizes()).containsOnlyKeys("28×28×1");
    assertThat(r.problems()).isEmpty();
  }

  @Test
  void listsOfPicturesAreOpenedByTheirLines() throws IOException {
    flowers();
    Path list = folder.resolve("list.csv");
    Files.writeString(
        list,
        // The mark of the byte order that spreadsheets write first.
        "\uFEFF"
            + """
            file,class,part
            train/rose/1.png,rose,train
            "train/rose/2.png","rose",train
            train/tulip/1.png,tulip,train

            test/rose/1.png,rose,test
            test/tulip/1.png,tulip,test
            """);
    DataSource source = DataSets.open("csv", list);
    assertThat(source.name()).isEqualTo("csv");
    assertThat(source.classes()).containsExactly("rose", "tulip");
    assertThat(ClassSampling.counts(source.split().train())).containsExactly(2, 1);
    assertThat(ClassSampling.counts(source.split().test())).containsExactly(1, 1);
    assertThat(DataReport.ofFiles(list).pictures()).isEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a.png | line 2: 1 values, expected file,class or file,class,part",
        "a.png,rose,both | line 2: part \"both\", expected train or test",
        "a.png, | line 2: the class is empty",
        "\"a.png,rose | line 2: a quote that does not end"
      })
  void saysWhichLineOfAListIsWrong(String line, String message) throws IOException {
    Path list = folder.resolve("list.csv");
    Files.write(list, List.of("file,class", line.strip()));
    assertThatThrownBy(() -> DataSets.open("csv", list))
        .isInstanceOf(FoveaException.class)
        .hasMessage(list + ", " + message);
  }

  @Test
  void aListNeedsTwoClasses() throws IOException {
    Path list = folder.resolve("list.csv");
    Files.writeString(list, "a.png,rose\nb.png,rose\n");
    assertThatThrownBy(() -> DataSets.open("csv", list))
        .hasMessage(list + ": 1 classes, expected two or more");
  }
}
